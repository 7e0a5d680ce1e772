import { fromHex } from '#shared/bytes/bytes.ts';
import { aesBlock } from './card-aes.ts';
import { tdesEcbEncrypt } from './card-des.ts';
import type { KeySetState, KeyState, OfferedProtocol } from './chip-state.ts';
import { StatusError } from './status-word.ts';

/** Key types. GPC_SPE_034 v2.3.1 Table 11-16. */
export const keyType = { des: 0x80, tdesCbc: 0x82, aes: 0x88, rsaExponent: 0xa0, rsaModulus: 0xa1 } as const;

/** Whether a key type is one of DES. */
export function isDes(type: number): boolean {
  return type >= keyType.des && type <= keyType.tdesCbc;
}

/** The protocol that a key set serves: three AES keys SCP03, three DES keys SCP02, anything else none. */
export function protocolOfSet(keySet: KeySetState): OfferedProtocol['protocol'] | undefined {
  const keys = [1, 2, 3].map((id) => keySet.keys.find((key) => key.id === id));
  if (keys.every((key) => key?.type === keyType.aes)) return 'scp03';
  return keys.every((key) => key !== undefined && isDes(key.type)) ? 'scp02' : undefined;
}

/** The three secure channel keys of a set that has them: ENC 1, MAC 2, DEK 3. GPC_SPE_034 v2.3.1 §E.1.3. */
export function channelKeys(keySet: KeySetState): {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  readonly dek: Uint8Array;
} {
  const key = (id: number): Uint8Array => {
    const found = keySet.keys.find((each) => each.id === id);
    if (found === undefined) throw new StatusError('referencedDataNotFound');
    return fromHex(found.value);
  };
  return { enc: key(1), mac: key(2), dek: key(3) };
}

/** Three bytes of enciphered zeros (DES, GPC_SPE_034 v2.3.1 §B.6) or ones (AES, GPC_SPE_014 v1.1.2 §4.1.4); none for public keys. */
export function checkValueOf({ type, value }: KeyState): Uint8Array {
  const key = fromHex(value);
  if (type === keyType.aes) return aesBlock(key, new Uint8Array(16).fill(1)).slice(0, 3);
  return isDes(type) ? tdesEcbEncrypt(key, new Uint8Array(8)).slice(0, 3) : new Uint8Array();
}
