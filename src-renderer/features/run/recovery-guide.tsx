import CheckCircle from '@mui/icons-material/CheckCircleOutlined';
import HelpOutline from '@mui/icons-material/HelpOutlineOutlined';
import Report from '@mui/icons-material/ReportProblemOutlined';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { LineView } from '#shared/contract/views/line-views.ts';
import { Identifier } from '../../components/identifier.tsx';
import { MachineDrawing } from '../../components/machine/machine-drawing.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge, formatTime } from '../../format/dates.ts';
import { RecoveryChoices } from './recovery-choices.tsx';

type Fault = NonNullable<LineView['fault']>;

interface KnownProps {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly kind: 'certain' | 'uncertain';
}

function Known({ title, sentences, kind }: KnownProps) {
  const id = useId();
  const Icon = kind === 'certain' ? CheckCircle : HelpOutline;
  return (
    <Box>
      <Typography variant="h3" id={id} sx={{ marginBottom: 0.75 }}>
        {title}
      </Typography>
      <Box
        component="ul"
        aria-labelledby={id}
        sx={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 0.75 }}
      >
        {sentences.map((sentence) => (
          <Box component="li" key={sentence} sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
            <Icon
              aria-hidden
              sx={{ fontSize: 19, marginTop: '2px', color: kind === 'certain' ? 'success.main' : 'warning.main' }}
            />
            <Typography variant="body2">{sentence}</Typography>
          </Box>
        ))}
      </Box>
    </Box>
  );
}

function Header({ line, fault }: { readonly line: LineView; readonly fault: Fault }) {
  const { t } = useTranslation();
  const now = useNow(5_000);
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.25, flexWrap: 'wrap' }}>
      <Report aria-hidden sx={{ fontSize: 22, color: 'warning.main' }} />
      <Typography component="p" variant="overline" sx={{ color: 'warning.main', fontSize: '0.8125rem' }}>
        {t('guide.asks', { line: line.title })}
      </Typography>
      <Typography variant="caption" color="textSecondary">
        {t('guide.since', { time: formatTime(fault.since), age: formatAge(fault.since, now) })}
      </Typography>
    </Box>
  );
}

/** The machine with the place marked, and the card it is about. */
function Place({ line, fault }: { readonly line: LineView; readonly fault: Fault }) {
  const { t } = useTranslation();
  const { card, place } = fault.guide;
  const shown = line.card?.maskedPan ?? card.order ?? line.card?.order ?? null;
  return (
    <Box component="figure" sx={{ margin: 0, display: 'grid', gap: 1.5, alignContent: 'start' }}>
      <MachineDrawing place={place} card={card.kind} />
      <Box component="figcaption" sx={{ display: 'grid', gap: 0.25 }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {t(`guide.card.${card.kind}`)}
          {shown !== null && (
            <>
              {': '}
              <Identifier>{shown}</Identifier>
            </>
          )}
        </Typography>
        <Typography variant="caption" color="textSecondary">
          {line.printer.model} · {line.printer.serial}
          {line.card !== null && ` · ${t('guide.standsAt', { step: t(`step.${line.card.step}`) })}`}
        </Typography>
        <Typography variant="caption" color="textSecondary">
          {t('guide.code', { code: fault.code })}
        </Typography>
      </Box>
    </Box>
  );
}

interface RecoveryGuideProps {
  readonly line: LineView;
  readonly fault: Fault;
  readonly answerable: 'yes' | 'no';
}

/** A line that asks, over the full width: what happened, what is sure, what is not, where, and the one next step. */
export function RecoveryGuide({ line, fault, answerable }: RecoveryGuideProps) {
  const { t } = useTranslation();
  const { guide } = fault;
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-label={line.title}
      sx={{ borderColor: 'warning.main', borderTopWidth: 4, padding: 3 }}
    >
      <Box
        sx={{
          display: 'grid',
          gap: 4,
          gridTemplateColumns: { xs: '1fr', md: 'minmax(0, 1.15fr) minmax(0, 1fr)' },
          alignItems: 'start',
        }}
      >
        <Box sx={{ display: 'grid', gap: 2.25 }}>
          <Box role="alert">
            <Header line={line} fault={fault} />
            <Typography variant="h2" sx={{ fontSize: '1.375rem', marginTop: 0.5 }}>
              {guide.happened}
            </Typography>
          </Box>
          <Box
            sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: 'repeat(auto-fit, minmax(min(240px, 100%), 1fr))' }}
          >
            {guide.certain.length > 0 && <Known kind="certain" title={t('guide.certain')} sentences={guide.certain} />}
            {guide.uncertain.length > 0 && (
              <Known kind="uncertain" title={t('guide.uncertain')} sentences={guide.uncertain} />
            )}
          </Box>
          <Box sx={{ padding: 2, borderRadius: '12px', backgroundColor: 'warning.light' }}>
            <Typography variant="overline" component="h3" sx={{ color: 'warning.main' }}>
              {t('guide.next')}
            </Typography>
            <Typography sx={{ fontSize: '1.0625rem', fontWeight: 550 }}>{guide.next}</Typography>
          </Box>
          {answerable === 'yes' ? (
            <RecoveryChoices line={line.line} fault={fault} />
          ) : (
            <Typography variant="body2" color="textSecondary">
              {t('run.operatorAnswers')}
            </Typography>
          )}
        </Box>
        <Place line={line} fault={fault} />
      </Box>
    </Paper>
  );
}
