import type { KeyStorePort } from '../keys/key-store-port.ts';

const since = new Date();

/** The key store of tests in which it is always ready. */
export const readyKeyStore: Pick<KeyStorePort, 'state' | 'subscribe'> = {
  state: () => ({ condition: 'ready', since, fault: null }),
  subscribe: () => () => {},
};
