import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { LineView } from '#shared/contract/views/line-views.ts';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatCount } from '../../format/numbers.ts';
import { lineTones } from './line-tones.ts';

function LineStrip({ line }: { readonly line: LineView }) {
  const { t } = useTranslation();
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: 'minmax(90px, 140px) 150px minmax(0, 1fr) max-content',
        gap: 2,
        alignItems: 'center',
        paddingInline: 2.5,
        paddingBlock: 1.25,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Typography variant="h3">{line.title}</Typography>
      <Box>
        <StateMark tone={lineTones[line.state]} label={t(`lineState.${line.state}`)} />
      </Box>
      {line.card === null ? (
        <Typography variant="body2" color="textSecondary">
          {t(line.state === 'disconnected' ? 'run.notReachable' : 'run.noCard')}
        </Typography>
      ) : (
        <Box sx={{ display: 'grid', gap: 0.5 }}>
          <Typography variant="body2" noWrap>
            <Identifier>{line.card.maskedPan ?? line.card.order}</Identifier>
            {' · '}
            {t(`step.${line.card.step}`)}
          </Typography>
          <ProgressBar
            label={t('run.stepProgress', { step: t(`step.${line.card.step}`) })}
            part={line.card.stepProgress}
          />
        </Box>
      )}
      <Typography variant="body2" color="textSecondary">
        {t('run.stripTally', { made: formatCount(line.made), rejected: formatCount(line.rejected) })}
      </Typography>
    </Box>
  );
}

/** The lines that go on while another asks, one row each. */
export function OtherLines({ lines }: { readonly lines: readonly LineView[] }) {
  const { t } = useTranslation();
  if (lines.length === 0) return null;
  return (
    <Panel title={t('run.otherLines')} padding="none">
      <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {lines.map((line) => (
          <LineStrip key={line.line} line={line} />
        ))}
      </Box>
    </Panel>
  );
}
