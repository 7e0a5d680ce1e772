import Add from '@mui/icons-material/AddOutlined';
import Remove from '@mui/icons-material/DeleteOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { CountField } from '../../components/count-field.tsx';
import { usePlaces } from './use-stock.ts';

/** A part of a lot that was never used, as typed. */
export interface UnusedPack {
  readonly id: number;
  readonly place: string;
  readonly lot: string;
  readonly count: string;
}

interface UnusedBlanksProps {
  readonly packs: readonly UnusedPack[];
  readonly onChange: (packs: readonly UnusedPack[]) => void;
}

/** Unused stock that is destroyed with the rest: by lot, place and number. */
export function UnusedBlanks({ packs, onChange }: UnusedBlanksProps) {
  const { t } = useTranslation();
  const places = usePlaces();
  const choices = (places.data?.places ?? [])
    .filter((place) => place.kind !== 'container')
    .flatMap((place) => place.holdings);
  const change = (pack: UnusedPack) => onChange(packs.map((one) => (one.id === pack.id ? pack : one)));
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      {packs.map((pack) => (
        <Box key={pack.id} sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'minmax(0, 420px) 110px 40px' }}>
          <TextField
            select
            label={t('destruction.lot')}
            value={pack.lot === '' ? '' : `${pack.place} ${pack.lot}`}
            slotProps={{ inputLabel: { shrink: true } }}
            onChange={(event) => {
              const [place = '', lot = ''] = event.target.value.split(' ');
              change({ ...pack, place, lot });
            }}
          >
            {choices.map((holding) => (
              <MenuItem key={`${holding.place} ${holding.item}`} value={`${holding.place} ${holding.item}`}>
                {holding.itemTitle} · {holding.placeTitle}
              </MenuItem>
            ))}
          </TextField>
          <CountField label={t('move.count')} value={pack.count} onChange={(count) => change({ ...pack, count })} />
          <IconButton aria-label={t('move.remove')} onClick={() => onChange(packs.filter((one) => one.id !== pack.id))}>
            <Remove />
          </IconButton>
        </Box>
      ))}
      <Box>
        <Button
          size="small"
          startIcon={<Add />}
          disabled={choices.length === 0}
          onClick={() => onChange([...packs, { id: (packs.at(-1)?.id ?? 0) + 1, place: '', lot: '', count: '' }])}
        >
          {t('destruction.addLot')}
        </Button>
      </Box>
    </Box>
  );
}
