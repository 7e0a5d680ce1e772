import { useTranslation } from 'react-i18next';
import type { CountView } from '#shared/contract/views/stock-views.ts';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';

const tones: Readonly<Record<CountView['state'], Tone>> = {
  first: 'information',
  second: 'warning',
  differs: 'bad',
  same: 'good',
  booked: 'quiet',
  abandoned: 'quiet',
};

export function CountStateMark({ state }: { readonly state: CountView['state'] }) {
  const { t } = useTranslation();
  return <StateMark tone={tones[state]} label={t(`counts.is.${state}`)} />;
}
