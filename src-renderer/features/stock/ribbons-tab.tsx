import Opacity from '@mui/icons-material/OpacityOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { RibbonView } from '#shared/contract/views/stock-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { OneOf } from '../../components/one-of.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';
import { usePlaces, useLots, useRibbons } from './use-stock.ts';

const tones = { fitted: 'good', used: 'warning', destroyed: 'quiet' } as const;

/** Says which lot the ribbon now in a printer came from; the one before goes to the used ribbons. */
function Fitting() {
  const { t } = useTranslation();
  const places = usePlaces();
  const lots = useLots();
  const [line, setLine] = useState('');
  const [lot, setLot] = useState('');
  const fit = useCommand(
    () => station.stock.fitRibbon({ line, lot }),
    () => setLot(''),
  );
  const lines = (places.data?.places ?? []).filter((place) => place.line !== null);
  const there = lines
    .find((place) => place.line === line)
    ?.holdings.filter((holding) => lots.data?.lots.some((one) => one.lot === holding.item && one.kind === 'ribbon'));
  const shrink = { inputLabel: { shrink: true } };
  return (
    <Panel title={t('ribbons.fit')} note={t('ribbons.fitNote')}>
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', alignItems: 'center' }}>
        <TextField
          select
          label={t('ribbons.line')}
          value={line}
          slotProps={shrink}
          sx={{ flex: '0 1 200px' }}
          onChange={(event) => {
            setLine(event.target.value);
            setLot('');
          }}
        >
          {lines.map((place) => (
            <MenuItem key={place.place} value={place.line ?? ''}>
              {place.title}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          select
          label={t('ribbons.lot')}
          value={lot}
          disabled={there === undefined || there.length === 0}
          helperText={there?.length === 0 ? t('ribbons.noneAtLine') : undefined}
          slotProps={shrink}
          sx={{ flex: '1 1 260px' }}
          onChange={(event) => setLot(event.target.value)}
        >
          {(there ?? []).map((holding) => (
            <MenuItem key={holding.item} value={holding.item}>
              {holding.itemTitle}
            </MenuItem>
          ))}
        </TextField>
        <Button
          variant="contained"
          disabled={line === '' || lot === ''}
          loading={fit.isPending}
          onClick={() => fit.mutate(undefined)}
        >
          {t('ribbons.fitNow')}
        </Button>
      </Box>
      {fit.isError && (
        <Box sx={{ marginTop: 1.5 }}>
          <FaultNotice thrown={fit.error} />
        </Box>
      )}
      {fit.data !== undefined && (
        <Typography role="status" variant="body2" sx={{ marginTop: 1.5, color: 'success.main', fontWeight: 600 }}>
          {t('ribbons.fitted', { ribbon: fit.data.ribbon, line: fit.data.line })}
        </Typography>
      )}
    </Panel>
  );
}

/** Each ribbon from the printer to its destruction; a used one bears card data. */
export function RibbonsTab({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const [show, setShow] = useState<'present' | 'all'>('present');
  const view = useRibbons(show);
  const takeOut = useCommand((line: string) => station.stock.takeOutRibbon({ line }));
  const may = actIn(person, 'load-stock');
  const columns: readonly Column<RibbonView>[] = [
    {
      key: 'ribbon',
      head: t('ribbons.ribbon'),
      cell: (row) => (
        <Box>
          <Identifier>{row.ribbon}</Identifier>
          <Typography variant="caption" component="p" color="textSecondary">
            {row.ribbonType}
            {' · '}
            {row.lot ?? t('ribbons.noLot')}
            {' · '}
            {row.line}
          </Typography>
        </Box>
      ),
    },
    {
      key: 'state',
      head: t('ribbons.state'),
      cell: (row) => <StateMark tone={tones[row.state]} label={t(`ribbons.is.${row.state}`)} />,
    },
    {
      key: 'times',
      head: t('ribbons.times'),
      width: 'content',
      cell: (row) => (
        <>
          {t('ribbons.fittedAt', { time: formatDateTime(row.fitted) })}
          {row.takenOut !== null && (
            <Typography variant="caption" component="p" color="textSecondary">
              {t('ribbons.takenOutAt', { time: formatDateTime(row.takenOut) })}
            </Typography>
          )}
        </>
      ),
    },
    {
      key: 'remaining',
      width: 'content',
      head: t('ribbons.remaining'),
      align: 'right',
      cell: (row) => (row.remaining === null ? t('ribbons.unknown') : formatCount(row.remaining)),
    },
    { key: 'batches', head: t('ribbons.batches'), cell: (row) => row.batches.join(', ') },
    ...(may
      ? [
          {
            key: 'act',
            head: t('ribbons.act'),
            cell: (row: RibbonView) =>
              row.state === 'fitted' && (
                <Button
                  size="small"
                  loading={takeOut.isPending && takeOut.variables === row.line}
                  disabled={takeOut.isPending}
                  onClick={() => takeOut.mutate(row.line)}
                  aria-label={t('ribbons.takeOutNamed', { ribbon: row.ribbon, line: row.line })}
                >
                  {t('ribbons.takeOut')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      {may && <Fitting />}
      <Panel
        title={t('ribbons.title')}
        note={t('ribbons.note')}
        padding="none"
        actions={
          <OneOf
            label={t('ribbons.show')}
            value={show}
            onChange={setShow}
            options={[
              { value: 'present', label: t('ribbons.present') },
              { value: 'all', label: t('ribbons.all') },
            ]}
          />
        }
      >
        {takeOut.isError && (
          <Box sx={{ padding: 2 }}>
            <FaultNotice thrown={takeOut.error} />
          </Box>
        )}
        <Shown view={view} skeleton={<SkeletonRows rows={3} />}>
          {({ ribbons }) =>
            ribbons.length === 0 ? (
              <EmptyState icon={<Opacity />} title={t('ribbons.empty')} text={t('ribbons.emptyDetail')} />
            ) : (
              <PlainTable label={t('ribbons.title')} columns={columns} rows={ribbons} keyOf={(row) => row.ribbon} />
            )
          }
        </Shown>
      </Panel>
    </>
  );
}
