import { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { OpeningMessage } from '../worker-messages.ts';
import type { KeyProvider } from './key-provider.ts';
import { proveMechanisms } from './known-answers.ts';
import { Mechanisms } from './mechanisms.ts';

/** A key store and what its known answers said. */
export interface OpenedStore {
  readonly provider: KeyProvider;
  readonly mechanisms: Mechanisms;
}

async function openStore(opening: OpeningMessage): Promise<KeyProvider> {
  const pin = new Secret(opening.pin);
  if (opening.kind === 'node-crypto') {
    const { NodeCryptoProvider } = await import('./node-crypto/node-crypto-provider.ts');
    return new NodeCryptoProvider({ folder: opening.folder, pin });
  }
  // Loaded only when asked for: training without a module must work where pkcs11js was not compiled.
  const loaded = await import('./pkcs11/pkcs11-provider.ts').catch((cause: unknown) => {
    throw new StationFault('KEYS-MODULE', { module: 'pkcs11js', reason: 'not installed' }, cause);
  });
  const { modulePath, tokenLabel, stationName } = opening;
  return new loaded.Pkcs11Provider({ modulePath, tokenLabel, stationName, pin });
}

/** Opens a key store and proves its mechanisms; KEYS-MODULE, KEYS-TOKEN, KEYS-PIN, KEYS-STORE-DAMAGED, KEYS-MECHANISM. */
export async function openProvider(opening: OpeningMessage): Promise<OpenedStore> {
  const provider = await openStore(opening);
  try {
    return { provider, mechanisms: new Mechanisms(proveMechanisms(provider)) };
  } catch (thrown) {
    provider.close();
    throw thrown;
  }
}
