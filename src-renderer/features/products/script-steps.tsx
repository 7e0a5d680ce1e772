import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { ScriptStepView } from '#shared/contract/views/product-views.ts';
import { Identifier } from '../../components/identifier.tsx';
import { StateMark } from '../../components/state-mark.tsx';

type Step = Exclude<ScriptStepView, { kind: 'section' }>;
type Shown = Extract<ScriptStepView, { kind: 'track' }>['shown'];

function Value({ shown, length }: { readonly shown: Shown | null; readonly length: string }) {
  const { t } = useTranslation();
  const quiet = (text: string) => (
    <Box component="span" sx={{ color: 'text.secondary' }}>
      {text}
    </Box>
  );
  if (shown === null) return quiet(length);
  if (shown.kind === 'value')
    return (
      <Box component="span" sx={{ overflowWrap: 'anywhere', fontVariantNumeric: 'slashed-zero' }}>
        {shown.text}
      </Box>
    );
  if (shown.kind === 'masked')
    return (
      <>
        <Identifier>{shown.text}</Identifier> {quiet(length)}
      </>
    );
  return quiet(`${length}, ${t(`script.why.${shown.why}`)}`);
}

/** One step: its name, what stands beside it, and what is in it. */
function Line({
  name,
  beside,
  children,
}: {
  readonly name: ReactNode;
  readonly beside: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <Box
      component="li"
      sx={{
        paddingInline: 2.5,
        paddingBlock: 1,
        borderTop: 1,
        borderColor: 'divider',
        display: 'grid',
        gridTemplateColumns: 'minmax(240px, 2fr) minmax(0, 3fr)',
        columnGap: 2.5,
        rowGap: 0.5,
        alignItems: 'baseline',
      }}
    >
      <Typography variant="body2" component="span" sx={{ fontWeight: 600, minWidth: 0 }}>
        {name}
      </Typography>
      <Typography variant="body2" component="span" sx={{ minWidth: 0 }}>
        {beside}
      </Typography>
      {children}
    </Box>
  );
}

type Command = Extract<Step, { kind: 'command' }>;

function Objects({ objects }: { readonly objects: Command['objects'] }) {
  const { t } = useTranslation();
  return objects.map(({ depth, name, length, shown }, at) => (
    <Box key={at} sx={{ display: 'contents' }}>
      <Typography
        variant="body2"
        component="span"
        sx={{ paddingLeft: 2 + depth * 2, minWidth: 0, fontWeight: depth === 0 ? 500 : 400 }}
      >
        {name}
      </Typography>
      <Typography variant="body2" component="span" sx={{ minWidth: 0 }}>
        <Value shown={shown} length={t('script.bytes', { count: length })} />
      </Typography>
    </Box>
  ));
}

function StepLine({ step }: { readonly step: Step }) {
  const { t } = useTranslation();
  switch (step.kind) {
    case 'command':
      return (
        <Line
          name={step.label}
          beside={
            <Box component="span" sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
              <Identifier>{step.header}</Identifier>
              {step.length > 0 && t('script.bytes', { count: step.length })}
              {step.channel === 'secure' && <StateMark tone="good" label={t('script.secure')} />}
            </Box>
          }
        >
          <Objects objects={step.objects} />
        </Line>
      );
    case 'keys':
      return (
        <Line
          name={
            <Box component="span" sx={{ display: 'flex', gap: 1, alignItems: 'baseline' }}>
              <StateMark tone="information" label={t('script.keys')} />
              <span>{step.text}</span>
            </Box>
          }
          beside={step.keys.map(({ name, kcv }) => (
            <Box key={name} component="span" sx={{ display: 'block', overflowWrap: 'anywhere' }}>
              {name}{' '}
              <Box component="span" sx={{ color: 'text.secondary' }}>
                {kcv === null ? t('script.noKcv') : t('script.kcv', { kcv })}
              </Box>
            </Box>
          ))}
        />
      );
    case 'mark':
      return (
        <Line name={<StateMark tone="quiet" label={t('script.journal')} />} beside={step.text.replaceAll('-', ' ')} />
      );
    case 'track':
      return (
        <Line
          name={t('script.track', { track: step.track })}
          beside={<Value shown={step.shown} length={t('script.characters', { count: step.length })} />}
        />
      );
    case 'print':
      return (
        <Line
          name={t(`script.side.${step.side}`)}
          beside={t('script.layout', { layout: step.layout, ribbon: step.ribbon })}
        />
      );
  }
}

/** The steps of one part of a card's script, in their order. */
export function ScriptSteps({ title, steps }: { readonly title: string; readonly steps: readonly Step[] }) {
  return (
    <Box component="ol" aria-label={title} sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {steps.map((step, at) => (
        <StepLine key={at} step={step} />
      ))}
    </Box>
  );
}
