import { useTranslation } from 'react-i18next';
import type { BatchState } from '#shared/contract/views/batch-views.ts';
import { StateMark } from './state-mark.tsx';
import type { Tone } from './tone.ts';

const tones: Readonly<Record<BatchState, Tone>> = {
  leased: 'information',
  receiving: 'busy',
  ready: 'information',
  refused: 'bad',
  'release-requested': 'warning',
  released: 'information',
  running: 'busy',
  paused: 'warning',
  stopped: 'bad',
  made: 'good',
  lost: 'bad',
  'close-requested': 'warning',
  closed: 'quiet',
};

/** The state of a batch in a word. */
export function BatchStateMark({ state }: { readonly state: BatchState }) {
  const { t } = useTranslation();
  return <StateMark tone={tones[state]} label={t(`batchState.${state}`)} />;
}
