import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import type { StaticKey } from './key-diversification.ts';

/** Key types of symmetric keys. GPC_SPE_034 v2.3.1 §11.1.8, table 11-16. */
export const keyType = { tdes: 0x80, aes: 0x88 } as const;

/** Types that cards tell of TDES keys: mode known by use, or CBC. GPC_SPE_034 v2.3.1 §11.1.8, table 11-16. */
const tdesTypes: readonly number[] = [keyType.tdes, 0x82];

/** Whether a key of this type serves a channel of a protocol. */
export function isChannelKeyType(protocol: 'scp02' | 'scp03', type: number | undefined): boolean {
  return protocol === 'scp02' ? type !== undefined && tdesTypes.includes(type) : type === keyType.aes;
}

/** Identifiers of the keys of a secure channel; each key of a command has the one after that of the key before it. GPC_SPE_034 v2.3.1 §11.8.2.2. */
export const channelKeyIdentifier = { enc: 1, mac: 2, dek: 3 } as const satisfies Record<StaticKey, number>;

/**
 * The two forms of an AES key's value seen in the field: `with-length` always says the length of the key in clear before it, `plain-length` only where the
 * key was padded (24 bytes), as GPC_SPE_034 v2.3.1 §11.8.2.3 (tables 11-70 and 11-71) has it. A TDES key is written bare in both.
 */
export type KeyValueForm = 'with-length' | 'plain-length';

/** One key as a command carries it. */
export interface CipheredKey {
  readonly type: (typeof keyType)[keyof typeof keyType];
  /** Bytes of the key in clear. */
  readonly clearLength: number;
  /** Whole blocks under the data encryption key of the channel. */
  readonly enciphered: Uint8Array;
  /** 3 bytes. */
  readonly checkValue: Uint8Array;
}

function refuse(reason: string): never {
  throw new StationFault('CARD-PERSONALISATION', { reason });
}

/** One key data field: type, length, value as the form says, 03 and the check value. GPC_SPE_034 v2.3.1 §11.8.2.3, tables 11-68 to 11-71. */
function encodeKey({ type, clearLength, enciphered, checkValue }: CipheredKey, form: KeyValueForm): Uint8Array {
  if (checkValue.length !== 3) return refuse('a check value of a key is not 3 bytes');
  if (enciphered.length < clearLength || enciphered.length > 64) return refuse('a key is not as long as its algorithm');
  const padded = enciphered.length !== clearLength;
  const says = padded || (type === keyType.aes && form === 'with-length');
  const value = says ? concatBytes(Uint8Array.of(clearLength), enciphered) : enciphered;
  return concatBytes(Uint8Array.of(type, value.length), value, Uint8Array.of(checkValue.length), checkValue);
}

/** The data field: new key version, 1 to 127, and one to three keys. CARD-PERSONALISATION where something has not its length. GPC_SPE_034 v2.3.1 §11.8.2.3. */
export function encodeKeys(version: number, keys: readonly CipheredKey[], form: KeyValueForm): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(version) || version < 1 || version > 0x7f) return refuse(`there is no key version ${version}`);
  if (keys.length < 1 || keys.length > 3) return refuse('a command carries one to three keys');
  return concatBytes(Uint8Array.of(version), ...keys.map((key) => encodeKey(key, form)));
}

/** The answer that a card gives that took the keys: their version and check values. GPC_SPE_034 v2.3.1 §11.8.3.1. */
export function expectedKeyAnswer(version: number, keys: readonly Pick<CipheredKey, 'checkValue'>[]): Uint8Array {
  return concatBytes(Uint8Array.of(version), ...keys.map(({ checkValue }) => checkValue));
}

/** Which keys of the card a command touches. */
export interface PutKeyTarget {
  /** Version of the keys that are replaced; `new` adds keys. */
  readonly replaces: number | 'new';
  readonly keys: 'all' | StaticKey;
}

/**
 * PUT KEY: adds or replaces the three keys of a secure channel, or one of them, as one act: a card takes all or none. Irreversible. P1 is the
 * version replaced (00 adds), P2 the identifier of the first key, with 80 where there are several. GPC_SPE_034 v2.3.1 §11.8.2.
 */
export function putKey({ replaces, keys }: PutKeyTarget, data: Uint8Array): CommandApdu {
  const p1 = replaces === 'new' ? 0x00 : replaces;
  if (replaces !== 'new' && (!Number.isInteger(replaces) || replaces < 1 || replaces > 0x7f)) {
    return refuse(`keys of version ${replaces} cannot be replaced`);
  }
  const p2 = keys === 'all' ? 0x80 | channelKeyIdentifier.enc : channelKeyIdentifier[keys];
  return { cla: 0x80, ins: 0xd8, p1, p2, data, le: 256 };
}
