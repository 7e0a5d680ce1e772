import Rule from '@mui/icons-material/RuleOutlined';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import { useTranslation } from 'react-i18next';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { Shown } from '../../components/shown.tsx';
import { ScriptSections } from '../products/script-sections.tsx';
import { useDraftScript } from './use-draft.ts';

function Steps({ content }: { readonly content: DraftContent }) {
  const { t } = useTranslation();
  const view = useDraftScript(content);
  return (
    <Shown view={view} skeleton={<Skeleton variant="rounded" height={420} />}>
      {(script) => (
        <>
          <Notice tone="information" title={t('editor.invented')}>
            {t('editor.inventedDetail')}
          </Notice>
          <ScriptSections steps={script.steps} />
        </>
      )}
    </Shown>
  );
}

interface DraftScriptProps {
  readonly content: DraftContent;
  /** How many; with any there is no script yet. */
  readonly findings: number;
}

/** Everything that would be done to the card of an invented order. */
export function DraftScript({ content, findings }: DraftScriptProps) {
  const { t } = useTranslation();
  if (findings === 0) return <Steps content={content} />;
  return (
    <Paper variant="outlined">
      <EmptyState icon={<Rule />} title={t('editor.firstMend')} text={t('editor.firstMendDetail')} />
    </Paper>
  );
}
