import Add from '@mui/icons-material/AddOutlined';
import Remove from '@mui/icons-material/DeleteOutlined';
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StockKind } from '#shared/domain/stock-place.ts';
import { CountField, wholeNumber } from '../../components/count-field.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { useSession } from '../../stores/session-store.ts';
import { station } from '../../wires/station.ts';
import { useLots } from './use-stock.ts';

interface Delivered {
  readonly id: number;
  readonly kind: StockKind;
  readonly blankType: string;
  readonly lot: string;
  readonly count: string;
  readonly environment: 'test' | 'live';
}

interface DeliveredLotProps {
  readonly lot: Delivered;
  readonly types: readonly string[];
  readonly onChange: (lot: Delivered) => void;
  readonly onRemove: (() => void) | null;
}

function DeliveredLot({ lot, types, onChange, onRemove }: DeliveredLotProps) {
  const { t } = useTranslation();
  const shrink = { inputLabel: { shrink: true } };
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: '110px 1.4fr 1.2fr 96px 90px 40px',
        paddingTop: 1,
        alignItems: 'start',
      }}
    >
      <TextField
        select
        label={t('receipt.kind')}
        value={lot.kind}
        slotProps={shrink}
        onChange={(event) => onChange({ ...lot, kind: event.target.value === 'ribbon' ? 'ribbon' : 'blank' })}
      >
        <MenuItem value="blank">{t('stock.kind.blank')}</MenuItem>
        <MenuItem value="ribbon">{t('stock.kind.ribbon')}</MenuItem>
      </TextField>
      <Autocomplete
        freeSolo
        options={[...types]}
        inputValue={lot.blankType}
        onInputChange={(_event, blankType) => onChange({ ...lot, blankType: blankType.slice(0, 64) })}
        renderInput={(params) => (
          <TextField
            {...params}
            label={t('receipt.type')}
            slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps.inputLabel, shrink: true } }}
          />
        )}
      />
      <TextField
        label={t('receipt.lot')}
        placeholder={t('receipt.lotEmpty')}
        value={lot.lot}
        slotProps={shrink}
        onChange={(event) => onChange({ ...lot, lot: event.target.value.replace(/[^A-Za-z0-9._-]/g, '').slice(0, 64) })}
      />
      <CountField label={t('receipt.count')} value={lot.count} onChange={(count) => onChange({ ...lot, count })} />
      <TextField
        select
        label={t('receipt.environment')}
        value={lot.environment}
        slotProps={shrink}
        onChange={(event) => onChange({ ...lot, environment: event.target.value === 'live' ? 'live' : 'test' })}
      >
        <MenuItem value="test">{t('environment.test')}</MenuItem>
        <MenuItem value="live">{t('environment.live')}</MenuItem>
      </TextField>
      {onRemove !== null && (
        <IconButton onClick={onRemove} aria-label={t('move.remove')}>
          <Remove />
        </IconButton>
      )}
    </Box>
  );
}

/** A delivery, counted by two people: the first asks here, the second counts again and signs. */
export function ReceiptDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const known = useLots();
  const environment = useSession((store) => (store.hello?.mode === 'live' ? 'live' : 'test'));
  const empty = (id: number): Delivered => ({ id, kind: 'blank', blankType: '', lot: '', count: '', environment });
  const [supplier, setSupplier] = useState('');
  const [reference, setReference] = useState('');
  const [lots, setLots] = useState<readonly Delivered[]>([empty(0)]);
  const receive = useCommand(
    () =>
      station.stock.requestReceipt({
        supplier,
        supplierReference: reference,
        lots: lots.map(({ kind, blankType, lot, count, environment: mark }) => ({
          kind,
          blankType: blankType.trim(),
          count: Number(count),
          environment: mark,
          ...(lot === '' ? {} : { lot }),
        })),
      }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  const ready =
    supplier.trim() !== '' &&
    reference.trim() !== '' &&
    lots.every((lot) => lot.blankType.trim() !== '' && wholeNumber(lot.count) !== null);
  const shrink = { inputLabel: { shrink: true } };
  return (
    <FormDialog
      title={t('receipt.title')}
      note={t('receipt.note')}
      submit={t('receipt.ask')}
      pending={receive.isPending}
      ready={ready}
      thrown={receive.error}
      onSubmit={() => receive.mutate(undefined)}
      onClose={onClose}
    >
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 1fr', paddingTop: 1 }}>
        <TextField
          label={t('receipt.supplier')}
          value={supplier}
          slotProps={shrink}
          onChange={(event) => setSupplier(event.target.value.slice(0, 100))}
        />
        <TextField
          label={t('receipt.reference')}
          value={reference}
          slotProps={shrink}
          onChange={(event) => setReference(event.target.value.slice(0, 100))}
        />
      </Box>
      {lots.map((lot) => (
        <DeliveredLot
          key={lot.id}
          lot={lot}
          types={[
            ...new Set((known.data?.lots ?? []).filter((one) => one.kind === lot.kind).map((one) => one.blankType)),
          ]}
          onChange={(changed) => setLots(lots.map((one) => (one.id === lot.id ? changed : one)))}
          onRemove={lots.length === 1 ? null : () => setLots(lots.filter((one) => one.id !== lot.id))}
        />
      ))}
      <Box>
        <Button size="small" startIcon={<Add />} onClick={() => setLots([...lots, empty((lots.at(-1)?.id ?? 0) + 1)])}>
          {t('receipt.add')}
        </Button>
      </Box>
    </FormDialog>
  );
}
