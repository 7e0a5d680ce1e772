import type { Environment } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { StaticKey } from '#shared/protocols/globalplatform/key-diversification.ts';
import { kdf3Blocks } from '#shared/protocols/globalplatform/key-diversification.ts';
import type { AesKeyLength } from '#shared/protocols/globalplatform/scp03-derivation.ts';
import { joinDerived } from '#shared/protocols/globalplatform/scp03-derivation.ts';
import type { CardKeySetReference, DerivedCardKeysReference, KeyIdentity } from '../port.ts';
import type { KeyProvider } from './key-provider.ts';
import { nodeCiphers } from './node-ciphers.ts';
import { symmetricKeyLength } from './symmetric-key-length.ts';

/** What the static keys of one card are asked for. */
export interface StaticCardKeys {
  readonly encCmac: (data: Uint8Array) => Uint8Array;
  readonly macCmac: (data: Uint8Array) => Uint8Array;
  /** AES-CBC with initial value zero under the data encryption key; whole blocks. */
  readonly dekEncrypt: (blocks: Uint8Array) => Uint8Array;
  /** Wipes what only the opening of a channel needs. */
  readonly forgetAuthentication: () => void;
  readonly wipe: () => void;
}

/** The keys of a card that were found in the store, before the card said which it is. */
export interface FoundCardKeys {
  readonly environment: Environment;
  readonly length: AesKeyLength;
  /** The 10 bytes of the card's answer decide over derived keys; the caller wipes what it gets. */
  readonly forCard: (diversificationData: Uint8Array) => StaticCardKeys;
}

function aesLength({ algorithm }: KeyIdentity): AesKeyLength {
  if (!algorithm.startsWith('AES')) throw new StationFault('KEYS-REFUSED', { reason: 'the key set is not AES' });
  return symmetricKeyLength(algorithm);
}

function require(provider: KeyProvider, name: string, version: number): KeyIdentity {
  const key = provider.find(name);
  if (key === null || key.version !== version) throw new StationFault('KEYS-NOT-FOUND', { name });
  return key;
}

function findKeySet(provider: KeyProvider, { name, version }: CardKeySetReference): FoundCardKeys {
  const [enc, mac, dek] = [`${name}/enc`, `${name}/mac`, `${name}/dek`] as const;
  const first = require(provider, enc, version);
  require(provider, mac, version);
  require(provider, dek, version);
  const keys: StaticCardKeys = {
    encCmac: (data) => provider.cmac(enc, data),
    macCmac: (data) => provider.cmac(mac, data),
    dekEncrypt: (blocks) => provider.encryptBlocks(dek, blocks),
    forgetAuthentication: () => {},
    wipe: () => {},
  };
  return { environment: first.environment, length: aesLength(first), forCard: () => keys };
}

/** The keys of one card are CMACs under the manufacturer key, computed in the store; joined, they are in clear here until they are wiped. */
function derive(provider: KeyProvider, name: string, length: AesKeyLength, card: Uint8Array): StaticCardKeys {
  const one = (key: StaticKey): Uint8Array => {
    const parts = kdf3Blocks(length, card, key).map((block) => provider.cmac(name, block));
    const derived = joinDerived(parts, length * 8);
    for (const part of parts) part.fill(0);
    return derived;
  };
  const [enc, mac, dek] = [one('enc'), one('mac'), one('dek')];
  return {
    encCmac: (data) => nodeCiphers.aesCmac(enc, data),
    macCmac: (data) => nodeCiphers.aesCmac(mac, data),
    dekEncrypt: (blocks) => nodeCiphers.aesCbcEncrypt(dek, new Uint8Array(16), blocks),
    forgetAuthentication: () => [enc, mac].forEach((key) => key.fill(0)),
    wipe: () => [enc, mac, dek].forEach((key) => key.fill(0)),
  };
}

function findManufacturerKey(provider: KeyProvider, { kmc, keyVersion }: DerivedCardKeysReference): FoundCardKeys {
  const key = provider.find(kmc);
  if (key === null) throw new StationFault('KEYS-NOT-FOUND', { name: kmc });
  if (key.usage !== 'kmc-scp03') {
    throw new StationFault('KEYS-REFUSED', { reason: `the key ${kmc} is ${key.usage}, not kmc-scp03` });
  }
  if (keyVersion < 1 || keyVersion > 127) throw new StationFault('KEYS-REFUSED', { reason: 'no such key version' });
  const length = aesLength(key);
  return { environment: key.environment, length, forCard: (card) => derive(provider, kmc, length, card) };
}

/** Finds a card key set, or the manufacturer key from which a card's keys are derived (KDF3). KEYS-NOT-FOUND, KEYS-REFUSED. */
export function findCardKeys(
  provider: KeyProvider,
  reference: CardKeySetReference | DerivedCardKeysReference,
): FoundCardKeys {
  return 'kmc' in reference ? findManufacturerKey(provider, reference) : findKeySet(provider, reference);
}
