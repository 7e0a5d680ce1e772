import { concatBytes } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { StaticKey } from '#shared/protocols/globalplatform/key-diversification.ts';
import { diversificationBlocks, kdf3Blocks } from '#shared/protocols/globalplatform/key-diversification.ts';
import type { AesKeyLength } from '#shared/protocols/globalplatform/scp03-derivation.ts';
import { joinDerived } from '#shared/protocols/globalplatform/scp03-derivation.ts';
import type { DerivedCardKeysReference, KeyIdentity } from '../port.ts';
import type { KeyProvider } from './key-provider.ts';
import { symmetricKeyLength } from './symmetric-key-length.ts';
import { setOddParity } from './tdes-parity.ts';

/** Which usage the manufacturer key of each method has. */
const usageOf = { kdf3: 'kmc-scp03', 'emv-cps-1.1': 'kmc-scp02', visa2: 'kmc-scp02' } as const;

/** AES key length; KEYS-REFUSED for another algorithm. */
export function aesLength({ algorithm }: Pick<KeyIdentity, 'algorithm'>): AesKeyLength {
  if (!algorithm.startsWith('AES')) throw new StationFault('KEYS-REFUSED', { reason: 'the key set is not AES' });
  return symmetricKeyLength(algorithm);
}

/** The manufacturer key of a reference: KEYS-NOT-FOUND, KEYS-REFUSED for a key of another usage, a key version out of range or a method unknown. */
export function findManufacturerKey(
  provider: KeyProvider,
  { kmc, method, keyVersion }: DerivedCardKeysReference,
): KeyIdentity {
  const key = provider.find(kmc);
  if (key === null) throw new StationFault('KEYS-NOT-FOUND', { name: kmc });
  // A caller of another version may ask for anything: the type ends at the process.
  const wanted: string | undefined = Object.hasOwn(usageOf, method) ? usageOf[method] : undefined;
  if (key.usage !== wanted) {
    throw new StationFault('KEYS-REFUSED', {
      reason: `the key ${kmc} is ${key.usage}, not ${wanted ?? 'of a known method'}`,
    });
  }
  if (!Number.isInteger(keyVersion) || keyVersion < 1 || keyVersion > 255) {
    throw new StationFault('KEYS-REFUSED', { reason: 'no such key version' });
  }
  return key;
}

/** Blocks enciphered each by itself; the store chains what it is given at once. */
function encipherApart(provider: KeyProvider, name: string, blocks: Uint8Array): Uint8Array {
  const halves = [blocks.subarray(0, 8), blocks.subarray(8)].map((block) => provider.encryptBlocks(name, block));
  const joined = concatBytes(...halves);
  for (const half of halves) half.fill(0);
  return joined;
}

/**
 * One static key of one card, derived inside the store under the manufacturer key from the 10 bytes that the card answers. The result is in clear
 * here and the caller wipes it. NIST SP 800-108 §5.1 (KDF3); EMV CPS 1.1 §4.1; Visa2.
 */
export function deriveCardKey(
  provider: KeyProvider,
  { kmc, method }: DerivedCardKeysReference,
  diversificationData: Uint8Array,
  part: StaticKey,
): Uint8Array {
  if (method !== 'kdf3') {
    const key = encipherApart(provider, kmc, diversificationBlocks(method, diversificationData, part));
    setOddParity(key);
    return key;
  }
  const length = aesLength(provider.find(kmc) ?? { algorithm: 'RSA' });
  const parts = kdf3Blocks(length, diversificationData, part).map((block) => provider.cmac(kmc, block));
  const derived = joinDerived(parts, length * 8);
  for (const cmac of parts) cmac.fill(0);
  return derived;
}
