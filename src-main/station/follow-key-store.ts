import type { JournalPort } from '../journal/port.ts';
import type { KeyStorePort } from '../keys/key-store-port.ts';

/** Writes when the key store was lost, as what, and when it was back; one that is merely busy is not told. Returns the end of it. */
export function journalKeyStore(
  journal: Pick<JournalPort, 'append'>,
  keyStore: Pick<KeyStorePort, 'state' | 'subscribe'>,
): () => void {
  const about = { actor: { kind: 'station' }, issuer: null, subjects: {} } as const;
  let told: 'ready' | 'lost' | 'no-token' | 'pin-refused' | 'restarting' = 'ready';
  return keyStore.subscribe(() => {
    const state = keyStore.state();
    const { condition } = state;
    if (condition === 'busy' || condition === told) return;
    told = condition;
    journal.append(
      condition === 'ready'
        ? { ...about, kind: 'station.key-store-back', payload: {} }
        : { ...about, kind: 'station.key-store-lost', payload: { condition, code: state.fault.code } },
    );
  });
}

/** Tells the screens of each change, and whoever waits for the store that it is back. Returns the end of it. */
export function followKeyStore(
  keyStore: Pick<KeyStorePort, 'state' | 'subscribe'>,
  then: { changed(): void; back(): void },
): () => void {
  return keyStore.subscribe(() => {
    then.changed();
    // A signed act that the HSM kept from being carried out does not wait for its next try.
    if (keyStore.state().condition === 'ready') then.back();
  });
}
