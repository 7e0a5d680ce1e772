import type { ScriptStepView } from '../contract/views/product-views.ts';

type Shown = Extract<ScriptStepView, { kind: 'track' }>['shown'];

const reasons = { secret: 'secret', personal: "the order's", made: 'made for the card' } as const;

function shownText(shown: Shown, length: number, unit: 'bytes' | 'characters'): string {
  const count = `${length} ${length === 1 ? unit.slice(0, -1) : unit}`;
  switch (shown.kind) {
    case 'value':
      return shown.text;
    case 'masked':
      return `${shown.text} <${count}>`;
    case 'withheld':
      return `<${count}, ${reasons[shown.why]}>`;
  }
}

/** One step of a card's script as lines of text: `#` a section, `>` a command, `*` an act of the key store, `=` a mark in the journal. */
export function scriptLines(step: ScriptStepView): readonly string[] {
  switch (step.kind) {
    case 'section':
      return [`# ${step.text}`];
    case 'command': {
      const data = step.length === 0 ? '' : ` <${step.length} ${step.length === 1 ? 'byte' : 'bytes'}>`;
      const objects = step.objects.map(({ depth, name, length, shown }) => {
        const what = shown === null ? `<${length} bytes>` : shownText(shown, length, 'bytes');
        return `${'  '.repeat(depth + 2)}${name}: ${what}`;
      });
      return [`> ${step.label}: ${step.header}${data}`, ...objects];
    }
    case 'keys': {
      const keys = step.keys.map(({ name, kcv }) => (kcv === null ? `${name} (not here)` : `${name} (KCV ${kcv})`));
      return [`* ${step.text}: ${keys.join(', ')}`];
    }
    case 'mark':
      return [`= ${step.text}`];
    case 'track':
      return [`  track ${step.track}: ${shownText(step.shown, step.length, 'characters')}`];
    case 'print':
      return [`  ${step.side}: layout ${step.layout}, ribbon ${step.ribbon}`];
  }
}
