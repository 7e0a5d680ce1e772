import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LineView } from '#shared/contract/views/line-views.ts';
import { CardPicture } from '../../components/card-picture.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatDuration } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';
import { LineSupplies } from './line-supplies.tsx';
import { lineTones } from './line-tones.ts';
import { StepTimeline } from './step-timeline.tsx';

function CardInMachine({ card }: { readonly card: NonNullable<LineView['card']> }) {
  const { t } = useTranslation();
  const now = useNow(1_000);
  return (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 0.85fr) minmax(190px, 1fr)',
        gap: 2.5,
        alignItems: 'start',
      }}
    >
      <Box sx={{ display: 'grid', gap: 1 }}>
        <CardPicture attempt={card.attempt} side="front" when={card.hasPicture ? 'now' : 'later'} />
        <CardPicture attempt={card.attempt} side="back" when={card.hasPicture ? 'now' : 'later'} />
        <Box>
          <Typography variant="body2" sx={{ fontWeight: 650 }}>
            <Identifier>{card.maskedPan ?? card.order}</Identifier>
          </Typography>
          <Typography variant="caption" component="p" color="textSecondary">
            <Identifier>{card.order}</Identifier>
          </Typography>
        </Box>
      </Box>
      <Box>
        <StepTimeline step={card.step} progress={card.stepProgress} />
        <Typography variant="caption" component="p" color="textSecondary" sx={{ marginTop: 1 }}>
          {t('run.stepSince', { duration: formatDuration(now - Date.parse(card.stepSince)) })}
        </Typography>
      </Box>
    </Box>
  );
}

/** What a screen reader hears when the state or the step of the line changes. */
function Spoken({ line }: { readonly line: LineView }) {
  const { t } = useTranslation();
  return (
    <Box
      aria-live="polite"
      sx={{
        position: 'absolute',
        width: '1px',
        height: '1px',
        overflow: 'hidden',
        clipPath: 'inset(50%)',
        whiteSpace: 'nowrap',
      }}
    >
      {line.title}: {t(`lineState.${line.state}`)}
      {line.card !== null && `, ${t(`step.${line.card.step}`)}`}
    </Box>
  );
}

/** One line: printer and encoder, the card in it, its supplies and its tally. */
export const LineCard = memo(function LineCard({ line }: { readonly line: LineView }) {
  const { t } = useTranslation();
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-label={line.title}
      sx={{ position: 'relative', padding: 2, display: 'grid', gap: 2, alignContent: 'start' }}
    >
      <Spoken line={line} />
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h2">{line.title}</Typography>
          <Typography variant="caption" component="p" color="textSecondary" noWrap>
            {line.printer.model} · {line.printer.serial}
            {line.reader !== null && ` · ${line.reader.name}`}
          </Typography>
        </Box>
        <StateMark tone={lineTones[line.state]} label={t(`lineState.${line.state}`)} />
      </Box>
      {line.card === null ? (
        <Box
          sx={{
            display: 'grid',
            placeItems: 'center',
            minHeight: 180,
            borderRadius: '12px',
            backgroundColor: 'well',
            padding: 3,
          }}
        >
          <Typography color="textSecondary">
            {t(line.state === 'disconnected' ? 'run.notReachable' : 'run.noCard')}
          </Typography>
        </Box>
      ) : (
        <CardInMachine card={line.card} />
      )}
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: 'repeat(3, 1fr)',
          gap: 1,
          borderTop: 1,
          borderColor: 'divider',
          paddingTop: 1.5,
        }}
      >
        <Tally label={t('run.made')} value={formatCount(line.made)} />
        <Tally label={t('run.rejected')} value={formatCount(line.rejected)} />
        <Tally
          label={t('run.perCard')}
          value={line.millisecondsPerCard === null ? t('run.notYet') : formatDuration(line.millisecondsPerCard)}
        />
      </Box>
      <LineSupplies line={line} />
    </Paper>
  );
});

function Tally({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <Box>
      <Typography variant="caption" component="p" color="textSecondary">
        {label}
      </Typography>
      <Typography sx={{ fontWeight: 650 }}>{value}</Typography>
    </Box>
  );
}
