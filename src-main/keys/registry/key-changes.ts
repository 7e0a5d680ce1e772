import type { KeyChange, KeyState } from '#shared/domain/key-state.ts';
import { keyUsages, type KeyUsage } from '#shared/domain/key-usage.ts';

const fromState: Readonly<Record<KeyState, readonly KeyChange[]>> = {
  'pre-active': ['activate', 'compromise', 'destroy'],
  // Before a key in use is destroyed it is retired or compromised: nobody ends by one signature round what cards are made with.
  active: ['retire', 'compromise'],
  retired: ['compromise', 'destroy'],
  compromised: ['destroy'],
  destroyed: [],
};

/** What people may ask for in a key's state. Keys that the station makes with itself or with a batch have no life that people decide. */
export function changesFrom({
  usage,
  state,
}: {
  readonly usage: string;
  readonly state: KeyState;
}): readonly KeyChange[] {
  const row = Object.hasOwn(keyUsages, usage) ? keyUsages[usage as KeyUsage] : null;
  const ofPeople = row !== null && row.waysIn.some((way) => way !== 'made');
  return ofPeople ? fromState[state] : [];
}
