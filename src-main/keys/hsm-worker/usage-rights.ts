import type { KeyAlgorithm, KeyUsage } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyIdentity } from '../port.ts';

/** The operations of a key store that need a right. */
export type KeyRight = 'sign' | 'agree' | 'hmac' | 'cmac' | 'encrypt' | 'decrypt' | 'wrap' | 'retail-mac' | 'raw-sign';

/**
 * One key, one purpose: what each usage may be asked for, in every key store alike. A key that others are derived from is asked for
 * encryptions of blocks that say for which card (EMV Book 2 annex A1.4, EMV CPS 1.1 §4.1), or for CMACs of such data (NIST SP 800-108).
 * Where two rights stand, the algorithm decides between them, or both make the one purpose.
 */
export const usageRights: Readonly<Record<KeyUsage, readonly KeyRight[]>> = {
  'station-signing': ['sign'],
  'record-decryption': ['agree'],
  'batch-wrapping': ['wrap'],
  'icc-pool-wrapping': ['wrap'],
  'pan-digest': ['hmac'],
  'dgi-transport': ['decrypt'],
  'scp02-enc': ['encrypt'],
  'scp02-mac': ['encrypt'],
  'scp02-dek': ['encrypt'],
  'scp03-enc': ['cmac'],
  'scp03-mac': ['cmac'],
  'scp03-dek': ['encrypt'],
  'kmc-scp02': ['encrypt'],
  'kmc-scp03': ['cmac'],
  'imk-ac': ['encrypt'],
  'imk-smi': ['encrypt'],
  'imk-smc': ['encrypt'],
  'imk-dac': ['encrypt'],
  'imk-idn': ['encrypt'],
  'imk-cvc3': ['encrypt'],
  cvk: ['retail-mac'],
  pvk: ['encrypt'],
  'zone-pin-key': ['encrypt', 'decrypt'],
  kek: ['encrypt', 'decrypt'],
  // Its encryption and MAC keys are CMACs under it (ANSI X9.143-2022 §7.2); it never enciphers anything itself.
  'key-block-protection': ['cmac'],
  'issuer-rsa': ['raw-sign'],
  'scheme-ca': [],
  'piv-management': ['cmac'],
  'piv-puk': ['cmac'],
  dap: ['raw-sign', 'cmac'],
};

/** What a key of this usage and algorithm may be asked for. */
export function rightsOf({
  usage,
  algorithm,
}: {
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
}): readonly KeyRight[] {
  const rsa = algorithm === 'RSA';
  return usageRights[usage].filter((right) => (right === 'raw-sign') === rsa);
}

/** Refuses an operation that is not the key's purpose: KEYS-REFUSED. */
export function requireRight(identity: KeyIdentity, right: KeyRight): void {
  if (!rightsOf(identity).includes(right)) {
    throw new StationFault('KEYS-REFUSED', { reason: `the key ${identity.name} is not made for ${right}` });
  }
}
