import Add from '@mui/icons-material/AddOutlined';
import Remove from '@mui/icons-material/DeleteOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlaceView } from '#shared/contract/views/stock-views.ts';
import { CountField, wholeNumber } from '../../components/count-field.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { usePlaces } from './use-stock.ts';

interface Pack {
  readonly id: number;
  readonly from: string;
  readonly lot: string;
  readonly to: string;
  readonly count: string;
}

const lotPlaces = (places: readonly PlaceView[]) => places.filter((place) => place.kind !== 'container');

interface PackRowProps {
  readonly pack: Pack;
  readonly places: readonly PlaceView[];
  readonly onChange: (pack: Pack) => void;
  readonly onRemove: (() => void) | null;
}

function PackRow({ pack, places, onChange, onRemove }: PackRowProps) {
  const { t } = useTranslation();
  const from = places.find((place) => place.place === pack.from);
  const holding = from?.holdings.find((one) => one.item === pack.lot);
  const shrink = { inputLabel: { shrink: true } };
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: '1fr 1.6fr 1fr 110px 40px',
        alignItems: 'start',
        paddingTop: 1,
      }}
    >
      <TextField
        select
        label={t('move.from')}
        value={pack.from}
        slotProps={shrink}
        onChange={(event) => onChange({ ...pack, from: event.target.value, lot: '' })}
      >
        {lotPlaces(places).map((place) => (
          <MenuItem key={place.place} value={place.place}>
            {place.title}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label={t('move.lot')}
        value={pack.lot}
        disabled={from === undefined}
        slotProps={shrink}
        onChange={(event) => onChange({ ...pack, lot: event.target.value })}
      >
        {(from?.holdings ?? []).map((one) => (
          <MenuItem key={one.item} value={one.item}>
            {one.itemTitle}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label={t('move.to')}
        value={pack.to}
        slotProps={shrink}
        onChange={(event) => onChange({ ...pack, to: event.target.value })}
      >
        {lotPlaces(places)
          .filter((place) => place.place !== pack.from)
          .map((place) => (
            <MenuItem key={place.place} value={place.place}>
              {place.title}
            </MenuItem>
          ))}
        <MenuItem value="out">{t('move.out')}</MenuItem>
      </TextField>
      <CountField
        label={t('move.count')}
        value={pack.count}
        {...(holding?.count === undefined || holding.count === null ? {} : { most: holding.count })}
        onChange={(count) => onChange({ ...pack, count })}
      />
      {onRemove !== null && (
        <IconButton onClick={onRemove} aria-label={t('move.remove')}>
          <Remove />
        </IconButton>
      )}
    </Box>
  );
}

function blankPack(id: number): Pack {
  return { id, from: 'vault', lot: '', to: '', count: '' };
}

/** Counted packs between the vault and the lines, or out of the station: asked for here, signed by a second person. */
export function MoveDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const places = usePlaces();
  const [packs, setPacks] = useState<readonly Pack[]>([blankPack(0)]);
  const [reason, setReason] = useState('');
  const move = useCommand(
    () =>
      station.stock.requestMove({
        packs: packs.map(({ lot, from, to, count }) => ({ lot, from, to, count: Number(count) })),
        reason,
      }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  const ready = packs.every((pack) => pack.lot !== '' && pack.to !== '' && wholeNumber(pack.count) !== null);
  return (
    <FormDialog
      title={t('move.title')}
      note={t('move.note')}
      submit={t('move.ask')}
      pending={move.isPending}
      ready={ready}
      thrown={move.error}
      onSubmit={() => move.mutate(undefined)}
      onClose={onClose}
    >
      {packs.map((pack) => (
        <PackRow
          key={pack.id}
          pack={pack}
          places={places.data?.places ?? []}
          onChange={(changed) => setPacks(packs.map((one) => (one.id === pack.id ? changed : one)))}
          onRemove={packs.length === 1 ? null : () => setPacks(packs.filter((one) => one.id !== pack.id))}
        />
      ))}
      <Box>
        <Button
          size="small"
          startIcon={<Add />}
          onClick={() => setPacks([...packs, blankPack((packs.at(-1)?.id ?? 0) + 1)])}
        >
          {t('move.add')}
        </Button>
      </Box>
      <TextField
        label={t('move.reason')}
        value={reason}
        onChange={(event) => setReason(event.target.value.slice(0, 400))}
        slotProps={{ inputLabel: { shrink: true } }}
      />
    </FormDialog>
  );
}
