import { fromHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { aesKeyCheckValue } from '#shared/protocols/globalplatform/key-check-value.ts';
import type { StaticKey } from '#shared/protocols/globalplatform/key-diversification.ts';
import type { CipheredKey } from '#shared/protocols/globalplatform/put-key.ts';
import { encodeKeys, expectedKeyAnswer, keyType } from '#shared/protocols/globalplatform/put-key.ts';
import { padSensitive } from '#shared/protocols/globalplatform/sensitive-data.ts';
import type { CardKeySetReference, DerivedCardKeysReference, NewCardKeysRequest } from '../port/card-key-requests.ts';
import type { ChannelActs } from './channel-acts.ts';
import { secretCheckValue } from './check-value.ts';
import { deriveCardKey, findManufacturerKey } from './derive-card-key.ts';
import type { KeyProvider } from './key-provider.ts';
import { nodeCiphers } from './node-ciphers.ts';
import type { OpenedCardChannel } from './open-channel.ts';
import { publishedTestKey } from './published-test-key.ts';
import type { StationActs } from './station-acts.ts';
import { requireKeySet } from './static-card-keys.ts';

const parts = ['enc', 'mac', 'dek'] as const satisfies readonly StaticKey[];

/** The keys that a card is to get, in clear; the caller wipes each. */
interface Source {
  readonly algorithm: 'tdes' | 'aes';
  readonly version: number;
  readonly key: (part: StaticKey) => Uint8Array;
}

/**
 * Keys of a set never leave the key store, with one exception that is no secret: the published test keys. Any other card gets keys of its own,
 * derived from a manufacturer key.
 */
function fromKeySet(provider: KeyProvider, station: StationActs, reference: CardKeySetReference): Source {
  const { protocol, keys } = requireKeySet(provider, reference);
  station.requireEnvironment(keys.enc.environment);
  const published = fromHex(publishedTestKey);
  const isPublished = parts.every((part) => {
    const { algorithm, environment, kcv } = keys[part];
    const fits = algorithm === 'TDES-2' || algorithm === 'AES-128';
    return fits && environment === 'test' && kcv === secretCheckValue(algorithm, published);
  });
  if (!isPublished) {
    const reason = `the keys of ${reference.name} never leave the key store: cards get keys that are derived from a manufacturer key`;
    throw new StationFault('KEYS-REFUSED', { reason });
  }
  return { algorithm: protocol === 'scp02' ? 'tdes' : 'aes', version: reference.version, key: () => published.slice() };
}

function fromManufacturerKey(
  provider: KeyProvider,
  station: StationActs,
  reference: DerivedCardKeysReference,
  diversificationData: Uint8Array,
): Source {
  station.requireEnvironment(findManufacturerKey(provider, reference).environment);
  return {
    algorithm: reference.method === 'kdf3' ? 'aes' : 'tdes',
    version: reference.keyVersion,
    key: (part) => deriveCardKey(provider, reference, diversificationData, part),
  };
}

/** The check value that PUT KEY carries: of zeros for TDES, of 01 for AES. GPC_SPE_034 v2.3.1 §B.5, §B.6. */
function checkValueOf(algorithm: Source['algorithm'], key: Uint8Array): Uint8Array {
  return algorithm === 'tdes'
    ? fromHex(secretCheckValue(key.length === 24 ? 'TDES-3' : 'TDES-2', key))
    : aesKeyCheckValue(nodeCiphers, key);
}

function cipherKey(
  { encipher, block }: Pick<OpenedCardChannel, 'encipher' | 'block'>,
  { algorithm, key }: Source,
  part: StaticKey,
): CipheredKey {
  const clear = key(part);
  const padded = padSensitive([clear], block, 'when-needed');
  try {
    const checkValue = checkValueOf(algorithm, clear);
    return { type: keyType[algorithm], clearLength: clear.length, enciphered: encipher(padded), checkValue };
  } finally {
    clear.fill(0);
    padded.fill(0);
  }
}

/** Card keys that replace others: made for the card of the open channel, enciphered under its data encryption key, each by itself. */
export class NewCardKeys {
  readonly #provider: KeyProvider;
  readonly #station: StationActs;
  readonly #channels: ChannelActs;

  constructor(provider: KeyProvider, station: StationActs, channels: ChannelActs) {
    this.#provider = provider;
    this.#station = station;
    this.#channels = channels;
  }

  newCardKeys({ channel, keySet, form, keys }: NewCardKeysRequest): { data: Uint8Array; answer: Uint8Array } {
    const opened = this.#channels.openedChannel(channel);
    const source =
      'kmc' in keySet
        ? fromManufacturerKey(this.#provider, this.#station, keySet, opened.keyDiversificationData)
        : fromKeySet(this.#provider, this.#station, keySet);
    if (source.algorithm === 'aes' && opened.block === 8) {
      throw new StationFault('KEYS-REFUSED', { reason: 'an AES key is not enciphered under a TDES key' });
    }
    const ciphered = parts
      .filter((part) => keys === 'all' || keys === part)
      .map((part) => cipherKey(opened, source, part));
    try {
      return {
        data: encodeKeys(source.version, ciphered, form),
        answer: expectedKeyAnswer(source.version, ciphered),
      };
    } catch (thrown) {
      if (!(thrown instanceof StationFault)) throw thrown;
      throw new StationFault('KEYS-REFUSED', { reason: String(thrown.details['reason'] ?? thrown.code) }, thrown);
    }
  }
}
