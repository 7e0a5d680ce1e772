import Report from '@mui/icons-material/ReportProblemOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { LineChoice, LineView } from '#shared/contract/views/line-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { formatTime } from '../../format/dates.ts';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';

interface FaultPanelProps {
  readonly line: LineView;
  readonly fault: NonNullable<LineView['fault']>;
  readonly answerable: 'yes' | 'no';
}

/** A line that asks: what happened, what to do now, and the ways on, the usual one first. */
export function FaultPanel({ line, fault, answerable }: FaultPanelProps) {
  const { t } = useTranslation();
  const resolve = useCommand((choice: LineChoice['choice']) => station.production.resolve({ line: line.line, choice }));
  const choices = [...fault.choices].sort((left, right) => Number(right.primary) - Number(left.primary));
  return (
    <Box
      role="alert"
      sx={(theme) => ({
        display: 'grid',
        gap: 2,
        padding: 3,
        borderRadius: '14px',
        border: 1,
        borderColor: theme.palette.warning.main,
        backgroundColor: theme.palette.warning.light,
      })}
    >
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'flex-start' }}>
        <Report aria-hidden sx={{ fontSize: 32, color: 'warning.main' }} />
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="overline" sx={{ color: 'warning.main' }}>
            {t('run.asks', { line: line.title, time: formatTime(fault.since) })}
          </Typography>
          <Typography variant="h2" sx={{ fontSize: '1.25rem' }}>
            {fault.text}
          </Typography>
          <Typography sx={{ marginTop: 1 }}>
            <strong>{t('run.doNow')}</strong> {fault.next}
          </Typography>
          <Typography variant="caption" color="textSecondary">
            {fault.code}
            {line.card !== null && ` · ${line.card.maskedPan ?? line.card.order}`}
          </Typography>
        </Box>
      </Box>
      {resolve.isError && <FaultNotice thrown={resolve.error} />}
      {answerable === 'yes' ? (
        <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', paddingLeft: 6 }}>
          {choices.map((choice) => (
            <Button
              key={choice.choice}
              variant={choice.primary ? 'contained' : 'outlined'}
              size="large"
              loading={resolve.isPending && resolve.variables === choice.choice}
              disabled={resolve.isPending}
              onClick={() => resolve.mutate(choice.choice)}
            >
              {choice.label}
            </Button>
          ))}
        </Box>
      ) : (
        <Typography variant="body2" sx={{ paddingLeft: 6 }}>
          {t('run.operatorAnswers')}
        </Typography>
      )}
    </Box>
  );
}
