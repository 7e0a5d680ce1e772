import type { LineView } from '#shared/contract/views/line-views.ts';
import type { Tone } from '../../components/tone.ts';

/** How the state of a line looks. */
export const lineTones: Readonly<Record<LineView['state'], Tone>> = {
  disconnected: 'bad',
  idle: 'quiet',
  working: 'busy',
  'waiting-for-operator': 'warning',
  paused: 'warning',
  finishing: 'busy',
};
