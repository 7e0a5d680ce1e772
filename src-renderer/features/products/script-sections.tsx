import { useTranslation } from 'react-i18next';
import type { ScriptStepView } from '#shared/contract/views/product-views.ts';
import { Panel } from '../../components/panel.tsx';
import { ScriptSteps } from './script-steps.tsx';

type Step = Exclude<ScriptStepView, { kind: 'section' }>;
interface Section {
  readonly title: string;
  readonly steps: readonly Step[];
}

function sectionsOf(steps: readonly ScriptStepView[], untitled: string): readonly Section[] {
  const sections: { title: string; steps: Step[] }[] = [];
  for (const step of steps) {
    if (step.kind === 'section') sections.push({ title: step.text, steps: [] });
    else {
      const last = sections.at(-1);
      if (last === undefined) sections.push({ title: untitled, steps: [step] });
      else last.steps.push(step);
    }
  }
  return sections;
}

/** The steps of a script under what they are for. */
export function ScriptSections({ steps }: { readonly steps: readonly ScriptStepView[] }) {
  const { t } = useTranslation();
  return sectionsOf(steps, t('script.whole')).map(({ title, steps: own }) => (
    <Panel key={title} title={title} padding="none">
      <ScriptSteps title={title} steps={own} />
    </Panel>
  ));
}
