import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { DayFiguresView } from '#shared/contract/views/stock-views.ts';
import { StateMark } from '../../components/state-mark.tsx';
import { formatCount } from '../../format/numbers.ts';

type Key = keyof DayFiguresView;

interface SideProps {
  readonly title: string;
  readonly figures: DayFiguresView;
  readonly keys: readonly Key[];
  readonly quiet: readonly Key[];
}

function Side({ title, figures, keys, quiet }: SideProps) {
  const { t } = useTranslation();
  const shown = keys.filter((key) => figures[key] !== 0 || !quiet.includes(key));
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography variant="caption" component="h3" color="textSecondary" sx={{ fontWeight: 600 }}>
        {title}
      </Typography>
      <Box component="dl" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 3, rowGap: 1, margin: 0 }}>
        {shown.map((key) => (
          <Box key={key}>
            <Typography
              component="dd"
              sx={{
                margin: 0,
                fontSize: '1.375rem',
                fontWeight: 650,
                lineHeight: 1.3,
                fontVariantNumeric: 'tabular-nums',
              }}
            >
              {formatCount(figures[key])}
            </Typography>
            <Typography component="dt" variant="caption" color="textSecondary">
              {t(`day.figure.${key}`)}
            </Typography>
          </Box>
        ))}
      </Box>
    </Box>
  );
}

/** In = out of the day over all lots, as an equation; what is nothing and says nothing stays away. */
export function DayEquation({ figures }: { readonly figures: DayFiguresView }) {
  const { t } = useTranslation();
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: { xs: '1fr', md: 'minmax(0, auto) auto minmax(0, 1fr)' },
          gap: 3,
          alignItems: 'center',
          padding: 2,
          borderRadius: '12px',
          backgroundColor: 'well',
        }}
      >
        <Side title={t('day.in')} figures={figures} keys={['opening', 'received', 'found']} quiet={['found']} />
        <Typography aria-hidden sx={{ fontSize: '1.75rem', color: 'text.secondary' }}>
          {figures.difference === 0 ? '=' : '≠'}
        </Typography>
        <Side
          title={t('day.out')}
          figures={figures}
          keys={[
            'good',
            'rejected',
            'spoiled',
            'test',
            'missing',
            'out',
            'destroyed',
            'fitted',
            'inMachine',
            'closing',
          ]}
          quiet={['out', 'destroyed', 'fitted', 'inMachine']}
        />
      </Box>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <StateMark
          tone={figures.difference === 0 ? 'good' : 'bad'}
          label={
            figures.difference === 0
              ? t('day.balanced')
              : t('day.notBalanced', { difference: formatCount(figures.difference) })
          }
        />
        <Typography variant="body2" color="textSecondary">
          {t('day.fedReturned', { fed: formatCount(figures.fed), returned: formatCount(figures.returned) })}
        </Typography>
      </Box>
    </Box>
  );
}
