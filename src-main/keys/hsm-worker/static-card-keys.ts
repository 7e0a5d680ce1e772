import type { Environment } from '#shared/domain/identifiers.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { StaticKey } from '#shared/protocols/globalplatform/key-diversification.ts';
import type { AesKeyLength } from '#shared/protocols/globalplatform/scp03-derivation.ts';
import type { CardKeySetReference, DerivedCardKeysReference, KeyIdentity } from '../port.ts';
import { aesLength, deriveCardKey, findManufacturerKey } from './derive-card-key.ts';
import type { KeyProvider } from './key-provider.ts';
import { nodeCiphers } from './node-ciphers.ts';
import { tdesCbcEncrypt } from './node-tdes.ts';

/** What the AES static keys of one card are asked for. */
export interface Scp03CardKeys {
  readonly encCmac: (data: Uint8Array) => Uint8Array;
  readonly macCmac: (data: Uint8Array) => Uint8Array;
  /** AES-CBC with initial value zero under the data encryption key; whole blocks. */
  readonly dekEncrypt: (blocks: Uint8Array) => Uint8Array;
  /** Wipes what only the opening of a channel needs. */
  readonly forgetAuthentication: () => void;
  readonly wipe: () => void;
}

/** What the TDES static keys of one card are asked for: session keys, and nothing more once the channel is open. */
export interface Scp02CardKeys {
  /** TDES-CBC with initial value zero over the 16 bytes of derivation data. */
  readonly sessionKey: (part: StaticKey, derivationData: Uint8Array) => Uint8Array;
  readonly wipe: () => void;
}

/** The keys of a card that were found in the store, before the card said which it is: its 10 bytes decide over derived keys. */
export type FoundCardKeys =
  | {
      readonly protocol: 'scp03';
      readonly environment: Environment;
      readonly length: AesKeyLength;
      readonly forCard: (diversificationData: Uint8Array) => Scp03CardKeys;
    }
  | {
      readonly protocol: 'scp02';
      readonly environment: Environment;
      readonly forCard: (diversificationData: Uint8Array) => Scp02CardKeys;
    };

const parts = ['enc', 'mac', 'dek'] as const satisfies readonly StaticKey[];

/** The three keys of a set, all of one protocol. KEYS-NOT-FOUND, KEYS-REFUSED. */
export function requireKeySet(
  provider: KeyProvider,
  { name, version }: CardKeySetReference,
): { readonly protocol: FoundCardKeys['protocol']; readonly keys: Readonly<Record<StaticKey, KeyIdentity>> } {
  const one = (part: StaticKey): KeyIdentity => {
    const key = provider.find(`${name}/${part}`);
    if (key === null || key.version !== version) throw new StationFault('KEYS-NOT-FOUND', { name: `${name}/${part}` });
    return key;
  };
  const keys = { enc: one('enc'), mac: one('mac'), dek: one('dek') };
  const protocol = keys.enc.usage === 'scp02-enc' ? 'scp02' : 'scp03';
  for (const part of parts) {
    const { name: keyName, usage } = keys[part];
    const wanted: KeyUsage = `${protocol}-${part}`;
    if (usage !== wanted) {
      throw new StationFault('KEYS-REFUSED', { reason: `the key ${keyName} is ${usage}, not ${wanted}` });
    }
  }
  return { protocol, keys };
}

function findKeySet(provider: KeyProvider, reference: CardKeySetReference): FoundCardKeys {
  const { protocol, keys } = requireKeySet(provider, reference);
  const { environment } = keys.enc;
  const wipe = (): void => {};
  if (protocol === 'scp02') {
    const own: Scp02CardKeys = {
      sessionKey: (part, data) => provider.encryptBlocks(keys[part].name, data),
      wipe,
    };
    return { protocol, environment, forCard: () => own };
  }
  const own: Scp03CardKeys = {
    encCmac: (data) => provider.cmac(keys.enc.name, data),
    macCmac: (data) => provider.cmac(keys.mac.name, data),
    dekEncrypt: (blocks) => provider.encryptBlocks(keys.dek.name, blocks),
    forgetAuthentication: () => {},
    wipe,
  };
  return { protocol, environment, length: aesLength(keys.enc), forCard: () => own };
}

/** The keys of one card, in clear here until they are wiped. */
function findDerived(provider: KeyProvider, reference: DerivedCardKeysReference): FoundCardKeys {
  const kmc = findManufacturerKey(provider, reference);
  const { environment } = kmc;
  const derive = (card: Uint8Array): Readonly<Record<StaticKey, Uint8Array>> => ({
    enc: deriveCardKey(provider, reference, card, 'enc'),
    mac: deriveCardKey(provider, reference, card, 'mac'),
    dek: deriveCardKey(provider, reference, card, 'dek'),
  });
  if (reference.method !== 'kdf3') {
    const forCard = (card: Uint8Array): Scp02CardKeys => {
      const own = derive(card);
      return {
        sessionKey: (part, data) => tdesCbcEncrypt(own[part], data),
        wipe: () => parts.forEach((part) => own[part].fill(0)),
      };
    };
    return { protocol: 'scp02', environment, forCard };
  }
  const forCard = (card: Uint8Array): Scp03CardKeys => {
    const own = derive(card);
    return {
      encCmac: (data) => nodeCiphers.aesCmac(own.enc, data),
      macCmac: (data) => nodeCiphers.aesCmac(own.mac, data),
      dekEncrypt: (blocks) => nodeCiphers.aesCbcEncrypt(own.dek, new Uint8Array(16), blocks),
      forgetAuthentication: () => [own.enc, own.mac].forEach((key) => key.fill(0)),
      wipe: () => parts.forEach((part) => own[part].fill(0)),
    };
  };
  return { protocol: 'scp03', environment, length: aesLength(kmc), forCard };
}

/** Finds a card key set, or the manufacturer key from which a card's keys are derived. KEYS-NOT-FOUND, KEYS-REFUSED. */
export function findCardKeys(
  provider: KeyProvider,
  reference: CardKeySetReference | DerivedCardKeysReference,
): FoundCardKeys {
  return 'kmc' in reference ? findDerived(provider, reference) : findKeySet(provider, reference);
}
