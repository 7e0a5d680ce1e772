import type { KeyAlgorithm, KeyUsage } from '#shared/domain/key-usage.ts';
import { keyUsages } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { MechanismState } from '../port.ts';
import { rightsOf, type KeyRight } from './usage-rights.ts';

/** The mechanisms that are proven by known answers. */
export type MechanismName =
  | 'AES-CMAC'
  | 'HMAC-SHA-256'
  | 'AES-CBC encryption'
  | 'AES-CBC decryption'
  | 'AES key wrap'
  | 'ECDSA P-256'
  | 'ECDH P-256'
  | 'TDES-CBC encryption'
  | 'TDES-CBC decryption'
  | 'TDES-CMAC'
  | 'retail MAC'
  | 'RSA raw signature';

/** What one known answer said. */
export interface Proof {
  readonly mechanism: MechanismName;
  readonly source: string;
  /** Null where it was proven. */
  readonly reason: string | null;
}

function mechanismOf(right: KeyRight, tdes: boolean): MechanismName {
  switch (right) {
    case 'sign':
      return 'ECDSA P-256';
    case 'agree':
      return 'ECDH P-256';
    case 'hmac':
      return 'HMAC-SHA-256';
    case 'cmac':
      return tdes ? 'TDES-CMAC' : 'AES-CMAC';
    case 'encrypt':
      return tdes ? 'TDES-CBC encryption' : 'AES-CBC encryption';
    case 'decrypt':
      return tdes ? 'TDES-CBC decryption' : 'AES-CBC decryption';
    case 'wrap':
      return 'AES key wrap';
    case 'retail-mac':
      return 'retail MAC';
    case 'raw-sign':
      return 'RSA raw signature';
  }
}

/** The mechanisms without which a key cannot work: those of its purpose, and that of its check value. */
export function mechanismsFor(usage: KeyUsage, algorithm: KeyAlgorithm): ReadonlySet<MechanismName> {
  const tdes = algorithm.startsWith('TDES');
  const names = new Set(rightsOf({ usage, algorithm }).map((right) => mechanismOf(right, tdes)));
  if (tdes) names.add('TDES-CBC encryption');
  if (algorithm.startsWith('AES')) names.add('AES-CMAC');
  return names;
}

/** What the key store was found able to do, for as long as this process runs. */
export class Mechanisms {
  readonly states: readonly MechanismState[];
  readonly #missing: ReadonlySet<MechanismName>;

  constructor(proofs: readonly Proof[]) {
    this.#missing = new Set(proofs.filter(({ reason }) => reason !== null).map(({ mechanism }) => mechanism));
    this.states = proofs.map(({ mechanism, reason, source }) => ({
      mechanism,
      state: reason === null ? 'proven' : 'missing',
      reason,
      source,
      usages: (Object.keys(keyUsages) as KeyUsage[]).filter((usage) =>
        keyUsages[usage].algorithms.some((algorithm) => mechanismsFor(usage, algorithm).has(mechanism)),
      ),
    }));
  }

  /** KEYS-UNAVAILABLE names the mechanism that a key of this usage and algorithm would miss. */
  require(usage: KeyUsage, algorithm: KeyAlgorithm): void {
    for (const mechanism of mechanismsFor(usage, algorithm)) {
      if (this.#missing.has(mechanism)) throw new StationFault('KEYS-UNAVAILABLE', { usage, mechanism });
    }
  }
}
