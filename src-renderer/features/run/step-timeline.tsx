import Check from '@mui/icons-material/CheckOutlined';
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { shownSteps, stepPlace } from './shown-steps.ts';

interface StepTimelineProps {
  readonly step: StepName;
  readonly progress: number | null;
}

/** The steps of the card in the machine: done, under way, to come. */
export function StepTimeline({ step, progress }: StepTimelineProps) {
  const { t } = useTranslation();
  return (
    <Box
      component="ol"
      aria-label={t('run.steps')}
      sx={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: '2px' }}
    >
      {shownSteps(step).map((one) => {
        const place = stepPlace(one, step);
        return (
          <Box
            component="li"
            key={one}
            {...(place === 'now' ? { 'aria-current': 'step' as const } : {})}
            sx={{
              display: 'grid',
              gridTemplateColumns: '18px 1fr',
              columnGap: 1.25,
              alignItems: 'center',
              minHeight: 25,
              fontSize: '0.875rem',
              fontWeight: place === 'now' ? 650 : 400,
              color: place === 'later' ? 'text.secondary' : 'text.primary',
            }}
          >
            <Mark place={place} />
            <span>{t(`step.${one}`)}</span>
            {place === 'now' && (
              <Box sx={{ gridColumn: 2, paddingBlock: 0.5 }}>
                <ProgressBar label={t('run.stepProgress', { step: t(`step.${one}`) })} part={progress} />
              </Box>
            )}
          </Box>
        );
      })}
    </Box>
  );
}

function Mark({ place }: { readonly place: 'done' | 'now' | 'later' }) {
  return (
    <Box
      aria-hidden
      sx={{
        width: 16,
        height: 16,
        borderRadius: '50%',
        display: 'grid',
        placeItems: 'center',
        border: 2,
        borderColor: place === 'later' ? 'divider' : 'primary.main',
        backgroundColor: place === 'done' ? 'primary.main' : 'transparent',
        color: 'primary.contrastText',
      }}
    >
      {place === 'done' && <Check sx={{ fontSize: 12 }} />}
      {place === 'now' && <Box sx={{ width: 6, height: 6, borderRadius: '50%', backgroundColor: 'primary.main' }} />}
    </Box>
  );
}
