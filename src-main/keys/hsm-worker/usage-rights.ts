import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyIdentity } from '../port.ts';

/** The operations of a key store that need a right. */
export type KeyRight = 'sign' | 'agree' | 'hmac' | 'cmac' | 'encrypt' | 'decrypt' | 'wrap';

/** One key, one purpose: what each usage may be asked for, in every key store alike. */
export const usageRights: Readonly<Record<KeyIdentity['usage'], KeyRight>> = {
  'station-signing': 'sign',
  'record-decryption': 'agree',
  'batch-wrapping': 'wrap',
  'pan-digest': 'hmac',
  'dgi-transport': 'decrypt',
  'scp03-enc': 'cmac',
  'scp03-mac': 'cmac',
  'scp03-dek': 'encrypt',
};

/** Refuses an operation that is not the key's purpose: KEYS-REFUSED. */
export function requireRight(identity: KeyIdentity, right: KeyRight): void {
  if (usageRights[identity.usage] !== right) {
    throw new StationFault('KEYS-REFUSED', { reason: `the key ${identity.name} is not made for ${right}` });
  }
}
