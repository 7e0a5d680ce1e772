import { useTranslation } from 'react-i18next';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';

const tones: Readonly<Record<CeremonyView['state'], Tone>> = {
  'waiting-for-approval': 'warning',
  entering: 'busy',
  confirming: 'busy',
  kept: 'good',
  'left-as-block': 'good',
  'given-up': 'quiet',
  lost: 'bad',
};

export function CeremonyStateMark({ state }: { readonly state: CeremonyView['state'] }) {
  const { t } = useTranslation();
  return <StateMark tone={tones[state]} label={t(`ceremonyState.${state}`)} />;
}
