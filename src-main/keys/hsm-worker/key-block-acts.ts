import { randomBytes } from 'node:crypto';
import type { KeyAlgorithm } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CeremonyHandle, KeyBlockRequest, KeyIdentity } from '../port.ts';
import type { CeremonyActs } from './ceremony-acts.ts';
import { secretCheckValue } from './check-value.ts';
import { openKeyBlock, sealKeyBlock, type ProtectionKey } from './key-block.ts';
import { blockFault, type KeyBlockHeader } from './key-block-header.ts';
import { blockRow, letterOf, requirePurpose } from './key-block-purpose.ts';
import { requireParity, requireStrength } from './key-quality.ts';
import type { KeyProvider, NewKey } from './key-provider.ts';
import type { RegistryActs } from './registry-acts.ts';
import { symmetricKeyLength } from './symmetric-key-length.ts';

/** Bits of strength. NIST SP 800-57 part 1 rev. 5 table 2; two-key TDES as ANSI X9.143-2022 §5 counts it. */
const strengths: Readonly<Partial<Record<KeyAlgorithm, number>>> = {
  'TDES-2': 80,
  'TDES-3': 112,
  'AES-128': 128,
  'AES-192': 192,
  'AES-256': 256,
};

/** KC: method 00 (TDES of zeros) or 01 (CMAC), then the check value. ANSI X9.143-2022 table 6. */
function requireInnerCheckValue(header: KeyBlockHeader, key: NewKey, kcv: string): void {
  const inner = header.optional.get('KC');
  if (inner === undefined) return;
  const method = letterOf(key.algorithm) === 'T' ? '00' : '01';
  if (!/^0[01][0-9A-F]{4,10}$/.test(inner) || !inner.startsWith(method))
    throw blockFault('its check value has no known form');
  const found = inner.slice(2, 8).toLowerCase();
  if (!kcv.startsWith(found)) throw new StationFault('KEYS-WRONG-KCV', { name: key.name, found: kcv, expected: found });
}

/** Keys that come in and leave as key blocks. */
export class KeyBlockActs {
  readonly #provider: KeyProvider;
  readonly #registry: RegistryActs;
  readonly #ceremonies: CeremonyActs;

  constructor(provider: KeyProvider, registry: RegistryActs, ceremonies: CeremonyActs) {
    this.#provider = provider;
    this.#registry = registry;
    this.#ceremonies = ceremonies;
  }

  /** The protection key for a key of the same environment and issuer, at least as strong: KEYS-REFUSED, KEYS-ENVIRONMENT. */
  #protection(name: string, key: NewKey): ProtectionKey {
    const found = this.#provider.find(name);
    if (found === null) throw new StationFault('KEYS-NOT-FOUND', { name });
    const refuse = (reason: string): StationFault => new StationFault('KEYS-REFUSED', { reason });
    if (found.usage !== 'key-block-protection') throw refuse(`the key ${name} protects no key blocks`);
    if (found.environment !== key.environment) {
      throw new StationFault('KEYS-ENVIRONMENT', { station: found.environment, asked: key.environment });
    }
    if (found.issuer !== key.issuer) throw refuse(`the key ${name} is another issuer's`);
    if ((strengths[found.algorithm] ?? 0) < (strengths[key.algorithm] ?? Infinity)) {
      throw refuse(`${found.algorithm} does not protect ${key.algorithm}`);
    }
    return { algorithm: found.algorithm, cmac: (data) => this.#provider.cmac(name, data) };
  }

  importKeyBlock({ block, protectionKey, key, expectedKcv }: KeyBlockRequest): KeyIdentity {
    const admitted = this.#registry.admit(key, 'key-block');
    const { header, value } = openKeyBlock(block, this.#protection(protectionKey, admitted));
    try {
      requirePurpose(header, admitted);
      if (value.length !== symmetricKeyLength(key.algorithm)) throw blockFault(`its key is not for ${key.algorithm}`);
      requireParity(key.algorithm, value, key.name);
      requireStrength(key.algorithm, value, key.name);
      const kcv = secretCheckValue(key.algorithm, value);
      if (expectedKcv !== null && kcv !== expectedKcv) {
        throw new StationFault('KEYS-WRONG-KCV', { name: key.name, found: kcv, expected: expectedKcv });
      }
      requireInnerCheckValue(header, admitted, kcv);
      return this.#provider.importSecret(admitted, 'token', value);
    } finally {
      value.fill(0);
    }
  }

  leaveAsKeyBlock(ceremony: CeremonyHandle, protectionKey: string): string {
    const { key, value } = this.#ceremonies.combined(ceremony);
    const row = blockRow(key.usage);
    const form = {
      usage: row.usage,
      algorithm: letterOf(key.algorithm),
      mode: row.modes[0] ?? 'N',
      exportability: 'N',
    } as const;
    const block = sealKeyBlock(value, form, this.#protection(protectionKey, key), randomBytes);
    this.#ceremonies.abortCeremony(ceremony);
    return block;
  }
}
