import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { LineView } from '#shared/contract/views/line-views.ts';
import { StateMark } from '../../components/state-mark.tsx';
import { formatCount } from '../../format/numbers.ts';

/** Ribbon, feeder and blanks of a line. */
export function LineSupplies({ line }: { readonly line: LineView }) {
  const { t } = useTranslation();
  const { supplies } = line;
  if (supplies === null) return null;
  const low = supplies.ribbonRemaining !== null && supplies.ribbonRemaining < 20;
  return (
    <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
      <Typography variant="caption" color="textSecondary">
        {t('run.supplies')}
      </Typography>
      <StateMark
        tone={low ? 'warning' : 'quiet'}
        label={
          supplies.ribbonRemaining === null
            ? t('run.ribbon', { ribbon: supplies.ribbon })
            : t('run.ribbonLeft', { ribbon: supplies.ribbon, shown: formatCount(supplies.ribbonRemaining) })
        }
      />
      <StateMark tone={supplies.feeder === 'empty' ? 'warning' : 'quiet'} label={t(`feeder.${supplies.feeder}`)} />
      <StateMark
        tone={supplies.lot === null || supplies.blanksLeft === 0 ? 'warning' : 'quiet'}
        label={
          supplies.lot === null
            ? t('run.noLot')
            : t('run.blanksLeft', {
                lot: supplies.lot,
                shown: supplies.blanksLeft === null ? '–' : formatCount(supplies.blanksLeft),
              })
        }
      />
    </Box>
  );
}
