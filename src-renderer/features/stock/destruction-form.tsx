import ContentCut from '@mui/icons-material/ContentCutOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { destructionMethod } from '#shared/journal-format/events/stock-events.ts';
import type { DestructionMethod } from '#shared/journal-format/events/stock-events.ts';
import { CountField, wholeNumber } from '../../components/count-field.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { useWord } from '../../wording/use-word.ts';
import { PickList } from './pick-list.tsx';
import { UnusedBlanks } from './unused-blanks.tsx';
import type { UnusedPack } from './unused-blanks.tsx';
import { useCardsToDestroy, useRibbons } from './use-stock.ts';

/** Chooses what is destroyed and how; two others sign before it counts as done. */
export function DestructionForm() {
  const { t } = useTranslation();
  const word = useWord();
  const cards = useCardsToDestroy();
  const ribbons = useRibbons('present');
  const [attempts, setAttempts] = useState<ReadonlySet<string>>(new Set());
  const [used, setUsed] = useState<ReadonlySet<string>>(new Set());
  const [tests, setTests] = useState('');
  const [packs, setPacks] = useState<readonly UnusedPack[]>([]);
  const [method, setMethod] = useState<DestructionMethod>('shredded');
  const ask = useCommand(
    () =>
      station.stock.requestDestruction({
        method,
        attempts: [...attempts],
        testCards: wholeNumber(tests, 0) ?? 0,
        lots: packs.map(({ lot, place, count }) => ({ lot, place, count: Number(count) })),
        ribbons: [...used],
      }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  const testCards = wholeNumber(tests, 0) ?? 0;
  const blanks = packs.reduce((sum, pack) => sum + (wholeNumber(pack.count) ?? 0), 0);
  const chosen = attempts.size + used.size + testCards + blanks;
  const whole = packs.every((pack) => pack.lot !== '' && wholeNumber(pack.count) !== null);
  const usedRibbons = (ribbons.data?.ribbons ?? []).filter((ribbon) => ribbon.state === 'used');
  return (
    <Panel title={t('destruction.title')} note={t('destruction.note')} padding="none">
      <Shown view={cards} skeleton={<SkeletonRows rows={4} />}>
        {({ cards: rows, testCards: most }) =>
          rows.length === 0 && most === 0 && usedRibbons.length === 0 && packs.length === 0 ? (
            <EmptyState
              icon={<ContentCut />}
              title={t('destruction.nothing')}
              text={t('destruction.nothingDetail')}
              action={<UnusedBlanks packs={packs} onChange={setPacks} />}
            />
          ) : (
            <Box sx={{ display: 'grid' }}>
              <PickList
                label={t('destruction.cards')}
                rows={rows}
                keyOf={(row) => row.attempt}
                picked={attempts}
                onPick={setAttempts}
                nameOf={(row) => row.order}
                columns={[
                  {
                    key: 'order',
                    head: t('records.column.order'),
                    cell: (row) => <Identifier>{row.order}</Identifier>,
                  },
                  {
                    key: 'pan',
                    head: t('records.column.pan'),
                    cell: (row) => <Identifier>{row.maskedPan ?? t('records.noPan')}</Identifier>,
                  },
                  {
                    key: 'batch',
                    head: t('batches.column.batch'),
                    cell: (row) => <Identifier>{row.batch}</Identifier>,
                  },
                  { key: 'what', head: t('cards.column.result'), cell: (row) => word('disposition', row.disposition) },
                  {
                    key: 'chip',
                    head: t('cards.column.chip'),
                    cell: (row) => <Identifier>{row.chipSerial ?? ''}</Identifier>,
                  },
                ]}
              />
              {usedRibbons.length > 0 && (
                <PickList
                  label={t('destruction.ribbons')}
                  rows={usedRibbons}
                  keyOf={(row) => row.ribbon}
                  picked={used}
                  onPick={setUsed}
                  nameOf={(row) => row.ribbon}
                  columns={[
                    { key: 'ribbon', head: t('ribbons.ribbon'), cell: (row) => <Identifier>{row.ribbon}</Identifier> },
                    { key: 'type', head: t('ribbons.type'), cell: (row) => row.ribbonType },
                    { key: 'line', head: t('ribbons.line'), cell: (row) => row.line },
                    { key: 'batches', head: t('ribbons.batches'), cell: (row) => row.batches.join(', ') },
                  ]}
                />
              )}
              <Box sx={{ display: 'grid', gap: 2, padding: 2.5, borderTop: 1, borderColor: 'divider' }}>
                <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap' }}>
                  <Box sx={{ width: 220 }}>
                    <CountField
                      label={t('destruction.testCards', { most })}
                      value={tests}
                      most={most}
                      onChange={setTests}
                    />
                  </Box>
                  <TextField
                    select
                    label={t('destruction.method')}
                    value={method}
                    onChange={(event) => setMethod(destructionMethod.parse(event.target.value))}
                    slotProps={{ inputLabel: { shrink: true } }}
                    sx={{ width: 220 }}
                  >
                    {destructionMethod.options.map((one) => (
                      <MenuItem key={one} value={one}>
                        {t(`destruction.by.${one}`)}
                      </MenuItem>
                    ))}
                  </TextField>
                </Box>
                <UnusedBlanks packs={packs} onChange={setPacks} />
                {ask.isError && <FaultNotice thrown={ask.error} />}
                <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
                  <Button
                    variant="contained"
                    size="large"
                    startIcon={<ContentCut />}
                    disabled={chosen === 0 || !whole || testCards > most}
                    loading={ask.isPending}
                    loadingPosition="start"
                    onClick={() => ask.mutate(undefined)}
                  >
                    {t('destruction.ask')}
                  </Button>
                  <Typography variant="body2" color="textSecondary" role="status">
                    {t('destruction.chosen', { cards: attempts.size + testCards, blanks, ribbons: used.size })}
                  </Typography>
                </Box>
              </Box>
            </Box>
          )
        }
      </Shown>
    </Panel>
  );
}
