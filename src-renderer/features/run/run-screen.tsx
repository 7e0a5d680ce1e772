import PrintDisabled from '@mui/icons-material/PrintDisabledOutlined';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { SkeletonRows } from '../../components/shown.tsx';
import { actIn } from '../../format/person.ts';
import { useProduction } from '../../stores/production-store.ts';
import { BatchProgress } from './batch-progress.tsx';
import { FaultPanel } from './fault-panel.tsx';
import { LineCard } from './line-card.tsx';
import { ReadyToStart } from './ready-to-start.tsx';

/** The lines, live: what each does with which card, and what it asks. */
export function RunScreen({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useProduction((store) => store.view);
  const answerable = actIn(person, 'run-production') ? 'yes' : 'no';
  return (
    <Page title={t('run.title')}>
      {view === null && <SkeletonRows rows={3} height={140} />}
      {view !== null && (
        <>
          {view.lines.map(
            (line) =>
              line.fault !== null && (
                <FaultPanel key={line.line} line={line} fault={line.fault} answerable={answerable} />
              ),
          )}
          {view.batch === null ? answerable === 'yes' && <ReadyToStart /> : <BatchProgress batch={view.batch} />}
          {view.lines.length === 0 ? (
            <Paper variant="outlined">
              <EmptyState icon={<PrintDisabled />} title={t('run.noLines')} text={t('run.noLinesDetail')} />
            </Paper>
          ) : (
            <Box
              sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: 'repeat(auto-fit, minmax(min(460px, 100%), 1fr))' }}
            >
              {view.lines.map((line) => (
                <LineCard key={line.line} line={line} />
              ))}
            </Box>
          )}
        </>
      )}
    </Page>
  );
}
