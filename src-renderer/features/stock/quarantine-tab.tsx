import Block from '@mui/icons-material/BlockOutlined';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QuarantinedCardView } from '#shared/contract/views/card-views.ts';
import { stepName } from '#shared/journal-format/events/production-events.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { OneOf } from '../../components/one-of.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { addressOf } from '../../router/route.ts';
import { useQuarantine } from '../cards/use-cards.ts';

const tones = { 'reject-box': 'warning', 'taken-out': 'warning', missing: 'bad', destroyed: 'quiet' } as const;

function Second({ children }: { readonly children: string }) {
  return (
    <Typography component="span" variant="caption" color="textSecondary" sx={{ display: 'block', fontWeight: 400 }}>
      {children}
    </Typography>
  );
}

function useColumns(): readonly Column<QuarantinedCardView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'chip',
      head: t('quarantine.column.chip'),
      width: 'content',
      cell: (row) => (
        <>
          <Identifier>{row.chipSerial}</Identifier>
          <Second>{t('quarantine.of', { batch: row.batch, time: formatDateTime(row.since) })}</Second>
          {row.metAgain > 0 && <Second>{t('quarantine.metAgain', { count: row.metAgain })}</Second>}
        </>
      ),
    },
    {
      key: 'why',
      head: t('quarantine.column.why'),
      cell: (row) => {
        const step = stepName.safeParse(row.step);
        return (
          <>
            {row.fault.text}
            {step.success && <Second>{t('quarantine.step', { step: t(`step.${step.data}`) })}</Second>}
          </>
        );
      },
    },
    {
      key: 'truth',
      head: t('quarantine.column.truth'),
      cell: (row) => (
        <>
          {t(`quarantine.truth.${row.truth}`)}
          {row.blank !== null && <Second>{t('quarantine.blank', row.blank)}</Second>}
        </>
      ),
    },
    {
      key: 'place',
      head: t('quarantine.column.place'),
      cell: (row) => (
        <>
          <StateMark tone={tones[row.place]} label={t(`quarantine.place.${row.place}`)} />
          <Second>{t(`quarantine.next.${row.place}`)}</Second>
        </>
      ),
    },
  ];
}

/** Chip cards that may not be used again: why, what is known of the chip, where the card is, what to do with it. */
export function QuarantineTab() {
  const { t } = useTranslation();
  const [show, setShow] = useState<'existing' | 'all'>('existing');
  const view = useQuarantine(show);
  const columns = useColumns();
  return (
    <Panel
      title={t('quarantine.title')}
      note={t('quarantine.note')}
      padding="none"
      actions={
        <Link href={addressOf({ kind: 'stock', tab: 'destruction' })} sx={{ whiteSpace: 'nowrap' }}>
          {t('quarantine.destroy')}
        </Link>
      }
    >
      <Box sx={{ paddingInline: 2.5, paddingBottom: 1.5 }}>
        <OneOf
          label={t('quarantine.showLabel')}
          value={show}
          options={(['existing', 'all'] as const).map((one) => ({ value: one, label: t(`quarantine.show.${one}`) }))}
          onChange={setShow}
        />
      </Box>
      <Shown view={view} skeleton={<SkeletonRows rows={4} />}>
        {({ cards, total }) =>
          cards.length === 0 ? (
            <EmptyState icon={<Block />} title={t('quarantine.none')} text={t('quarantine.noneDetail')} />
          ) : (
            <>
              <PlainTable label={t('quarantine.title')} columns={columns} rows={cards} keyOf={(row) => row.attempt} />
              {total > cards.length && (
                <Typography variant="body2" color="textSecondary" sx={{ padding: 2 }}>
                  {t('quarantine.more', { shown: cards.length, total })}
                </Typography>
              )}
            </>
          )
        }
      </Shown>
    </Panel>
  );
}
