import PrintDisabled from '@mui/icons-material/PrintDisabledOutlined';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LineView } from '#shared/contract/views/line-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { SkeletonRows } from '../../components/shown.tsx';
import { actIn } from '../../format/person.ts';
import { useProduction } from '../../stores/production-store.ts';
import { BatchProgress } from './batch-progress.tsx';
import { LineCard } from './line-card.tsx';
import { OtherLines } from './other-lines.tsx';
import { RecoveryGuide } from './recovery-guide.tsx';
import { ReadyToStart } from './ready-to-start.tsx';
import { UnknownCards } from './unknown-cards.tsx';

type AskingLine = LineView & { readonly fault: NonNullable<LineView['fault']> };

/** Lines that ask, the one that has waited longest first. */
function askingFirst(lines: readonly LineView[]): readonly AskingLine[] {
  return lines
    .filter((line): line is AskingLine => line.fault !== null)
    .sort((one, other) => one.fault.since.localeCompare(other.fault.since));
}

/** A guide that is answered takes its buttons along: who was on one of them goes on from the title. */
function useFocusKept(asking: number): void {
  const before = useRef(asking);
  useEffect(() => {
    if (asking < before.current && document.activeElement === document.body)
      document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
    before.current = asking;
  }, [asking]);
}

/** The lines, live: what each does with which card. A line that asks takes the full width, and the others step back. */
export function RunScreen({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useProduction((store) => store.view);
  const answerable = actIn(person, 'run-production') ? 'yes' : 'no';
  const asking = askingFirst(view?.lines ?? []);
  useFocusKept(asking.length);
  return (
    <Page title={t('run.title')}>
      {view === null && <SkeletonRows rows={3} height={140} />}
      {asking.map((line) => (
        <RecoveryGuide key={line.line} line={line} fault={line.fault} answerable={answerable} />
      ))}
      {view !== null && (
        <>
          {view.batch === null ? answerable === 'yes' && <ReadyToStart /> : <BatchProgress batch={view.batch} />}
          {view.lines.length === 0 && (
            <Paper variant="outlined">
              <EmptyState icon={<PrintDisabled />} title={t('run.noLines')} text={t('run.noLinesDetail')} />
            </Paper>
          )}
          <UnknownCards person={person} lines={view.lines} />
          {asking.length > 0 && <OtherLines lines={view.lines.filter((line) => line.fault === null)} />}
          {asking.length === 0 && view.lines.length > 0 && (
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
