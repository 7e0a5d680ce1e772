import { createCipheriv } from 'node:crypto';
import { concatBytes, equalBytes, toHex } from '#shared/bytes/bytes.ts';
import { withoutPadding80 } from './card-aes.ts';
import { readTlvs } from './card-tlv.ts';
import { readProcessingOptions } from './processing-options.ts';
import { StatusError } from './status-word.ts';

/** One data grouping as it came: identifier as four hexadecimal digits, data perhaps still enciphered. */
export interface DataGrouping {
  readonly id: string;
  readonly data: Uint8Array;
}

/**
 * Takes whole data groupings off the front of what STORE DATA brought; the rest waits for the next block.
 * Identifier of 2 bytes, length of 1 byte or FF and 2 bytes. EMV CPS v1.1 §3.2.
 */
export function takeGroupings(bytes: Uint8Array): {
  readonly whole: readonly DataGrouping[];
  readonly rest: Uint8Array;
} {
  const whole: DataGrouping[] = [];
  let at = 0;
  for (;;) {
    const head = bytes.slice(at, at + 5);
    const [, , short, high, low] = head;
    if (short === undefined) break;
    if (short === 0xff && low === undefined) break;
    const length = short === 0xff ? ((high ?? 0) << 8) | (low ?? 0) : short;
    if (short === 0xff && length < 0xff) throw new StatusError('wrongData');
    const start = at + (short === 0xff ? 5 : 3);
    if (start + length > bytes.length) break;
    whole.push({ id: toHex(head.slice(0, 2)), data: bytes.slice(start, start + length) });
    at = start + length;
  }
  return { whole, rest: bytes.slice(at) };
}

/** Groupings that hold keys and PIN: they come enciphered or not at all. EMV CPS v1.1 Annex A. */
export function isSecretGrouping(id: string): boolean {
  return id.startsWith('8');
}

/** Whether a grouping is a record: EMV CPS v1.1 §2.4, file and number of the record. */
export function isRecordGrouping(id: string): boolean {
  const [file, record] = [Number.parseInt(id.slice(0, 2), 16), Number.parseInt(id.slice(2), 16)];
  return file >= 0x01 && file <= 0x1e && record !== 0;
}

/** Whether the payment application knows the grouping. */
export function isKnownGrouping(id: string): boolean {
  if (isRecordGrouping(id)) return true;
  const [high, low] = [Number.parseInt(id.slice(0, 2), 16), Number.parseInt(id.slice(2), 16)];
  if (high === 0x91) return (low >= 0x02 && low <= 0x05) || (low >= 0x15 && low <= 0x1f);
  return knownGroupings.has(id);
}

const knownGroupings = new Set(
  '8000 8010 8101 8102 8103 8104 8201 8202 8203 8204 8205 8301 8302 8303 8304 8305 9000 9010'.split(' '),
);

/**
 * Checks the clear data of one grouping and returns what is to be stored.
 * Padding (80 00...) is there only where the length is no multiple of the cipher's block, but one whole block of
 * it is also recognised where the length of the content is fixed. EMV CPS v1.1 §3.2 and Annex A.
 */
export function checkedGrouping(id: string, data: Uint8Array, form: 'clear' | 'deciphered'): Uint8Array {
  const wrong = new StatusError('wrongData');
  const sized = (length: number): Uint8Array => {
    if (data.length === length) return data;
    const stripped = form === 'deciphered' ? withoutPadding80(data) : undefined;
    if (stripped?.length !== length || data.length - length > 16) throw wrong;
    return stripped;
  };
  if (id === '8000') return sized(48);
  if (id === '8010') return sized(8);
  if (id === '9000') return sized(9);
  if (id === '9010') return pinTries(sized(2));
  if (isSecretGrouping(id)) {
    const content = (form === 'deciphered' ? withoutPadding80(data) : undefined) ?? data;
    // A half of an RSA key of 512 to 1984 bits. EMV Book 2 v4.4 annex D1.
    if (isKeyPart(id) && (content.length < 32 || content.length > 124)) throw wrong;
    return content;
  }
  const stripped = form === 'deciphered' ? withoutPadding80(data) : undefined;
  // Padding of two bytes reads as an empty object 80, so what remains without padding is tried first.
  const content = stripped !== undefined && readTlvs(stripped) !== undefined ? stripped : data;
  const objects = readTlvs(content);
  if (objects === undefined || objects.length === 0) throw wrong;
  const [only] = objects;
  const high = Number.parseInt(id.slice(0, 2), 16);
  if (high <= 0x1e) {
    // EMV Book 3 v4.4 §5.3.2.2: files 1 to 10 hold records of one template 70; a record is at most 254 bytes.
    const isRecord = high > 10 || (objects.length === 1 && only?.tag === 0x70 && readTlvs(only.value) !== undefined);
    if (!isRecord || content.length > 254) throw wrong;
  }
  const isTemplate = objects.length === 1 && only?.tag === 0xa5 && content.length <= 220;
  if ((id === '9102' || id === '9103') && !isTemplate) throw wrong;
  if ((id === '9104' || id === '9105') && readProcessingOptions(content) === undefined) throw wrong;
  return content;
}

/** The five parts of an RSA key in its Chinese remainder form. EMV CPS v1.1 Annex A: 8201 to 8205, a second key pair 8301 to 8305. */
const keyPairs = ['82', '83'].map((pair) => [1, 2, 3, 4, 5].map((part) => `${pair}0${part}`));

function isKeyPart(id: string): boolean {
  return keyPairs.some((parts) => parts.includes(id));
}

/** Whether each key pair is there whole or not at all, and its parts are equally long. */
export function keyPairsFit(groupings: Readonly<Record<string, string>>): boolean {
  return keyPairs.every((parts) => new Set(parts.map((id) => groupings[id]?.length ?? 0)).size === 1);
}

/** 9010 holds tries left and limit, no more left than the limit, which the low nibble of the card verification results must hold. */
function pinTries(data: Uint8Array): Uint8Array {
  const [tries = 0, limit = 0] = data;
  if (limit === 0 || limit > 15 || tries > limit) throw new StatusError('wrongData');
  return data;
}

/** Whether the check values of 9000 are those of the three two-key TDES keys of 8000: three bytes of eight enciphered zeros each. */
export function keyCheckValuesFit(keys: Uint8Array, checkValues: Uint8Array): boolean {
  return [0, 1, 2].every((at) => {
    const cipher = createCipheriv('des-ede', keys.slice(at * 16, at * 16 + 16), null).setAutoPadding(false);
    const enciphered = concatBytes(cipher.update(new Uint8Array(8)), cipher.final());
    return equalBytes(enciphered.slice(0, 3), checkValues.slice(at * 3, at * 3 + 3));
  });
}
