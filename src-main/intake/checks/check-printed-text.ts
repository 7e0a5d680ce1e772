import type { OrderFieldName, OrderFieldRule } from '#shared/domain/order-field.ts';
import { codePointName, makeFinding, type Finding } from '../finding.ts';

type PrintedTextRule = Extract<OrderFieldRule, { kind: 'printed-text' }>;

const plain = /^[\x20-\x7e]*$/;
/** Control, format, unassigned, private and lone surrogate characters, line and paragraph separators: nothing of a name. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/u;
/** Between letters of these scripts a joiner or non-joiner is spelling (Unicode 16.0 §23.2). */
const joiner =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{M}])[\u200c\u200d](?=[\p{Script=Arabic}\p{Script=Devanagari}])/gu;
const letters = /\p{L}/gu;
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const scriptTests = new Map<string, RegExp>();

/** Letters of these scripts, or of all (Script=Common, Inherited). */
function ofScripts(scripts: PrintedTextRule['scripts']): RegExp {
  const key = scripts.join(' ');
  let test = scriptTests.get(key);
  if (test === undefined) {
    const names = [...scripts, 'Common', 'Inherited'].map((name) => `\\p{Script=${name}}`);
    test = new RegExp(`^[${names.join('')}]$`, 'u');
    scriptTests.set(key, test);
  }
  return test;
}

/** Counts what a reader takes for one character: extended grapheme clusters (Unicode Standard Annex 29). */
export function countGraphemes(text: string): number {
  return plain.test(text) ? text.length : [...graphemes.segment(text)].length;
}

/** Whether a text has more characters than so many; most need no counting, a cluster is never shorter than one unit of UTF-16. */
export function isLonger(text: string, most: number): boolean {
  return text.length > most && countGraphemes(text) > most;
}

/** Text as printed: composed form, nothing invisible, the product's scripts, characters that some font has, not too long. */
export function checkPrintedText(
  field: OrderFieldName,
  text: string,
  rule: PrintedTextRule,
  missingGlyph: (text: string) => string | null,
): Finding[] {
  const findings: Finding[] = [];
  if (isLonger(text, rule.longest)) {
    const length = countGraphemes(text);
    findings.push(makeFinding('INTAKE-PRINT-TOO-LONG', field, { length, most: rule.longest }));
  }
  if (plain.test(text) && rule.scripts.includes('Latin')) return findings;

  const spelled = text.replace(joiner, '');
  const [hidden] = invisible.exec(spelled) ?? [];
  if (hidden !== undefined) {
    findings.push(makeFinding('INTAKE-PRINT-CONTROL', field, { character: codePointName(hidden) }));
  }
  if (text !== text.normalize('NFC')) findings.push(makeFinding('INTAKE-PRINT-FORM', field));
  const allowed = ofScripts(rule.scripts);
  const foreign = spelled.match(letters)?.find((letter) => !allowed.test(letter));
  if (foreign !== undefined) {
    findings.push(makeFinding('INTAKE-PRINT-SCRIPT', field, { character: codePointName(foreign) }));
  }
  const missing = missingGlyph(spelled);
  if (missing !== null && missing !== foreign && missing !== hidden) {
    findings.push(makeFinding('INTAKE-PRINT-GLYPH', field, { character: codePointName(missing) }));
  }
  return findings;
}
