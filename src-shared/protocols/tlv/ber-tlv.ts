import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';

/**
 * One data object. `tag` is the tag field as a number (0x5A, 0x9F38, 0xDF8101); `value` is always the value field as it
 * stood; `children` is present exactly for constructed objects (bit 6 of the first tag byte). ISO/IEC 8825-1:2015 §8.1.
 */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
  readonly children?: readonly Tlv[];
}

/** What may stand between objects: nothing, or the 00 bytes of erased objects (EMV 4.3 Book 3 Annex B1). */
export type TlvPadding = 'refuse' | 'skip-zero';

/** Bounds of one parse. */
export interface TlvBounds {
  /** How deep constructed objects may nest; 8 unless said otherwise. */
  readonly depth?: number;
  readonly padding?: TlvPadding;
}

const maximumTagBytes = 4;

function refuse(reason: string, offset: number): never {
  throw new StationFault('CARD-TLV', { reason, offset });
}

interface Field {
  readonly value: number;
  readonly next: number;
}

/**
 * Reads a tag field of 1 to 4 bytes at `at`: low five bits of the first byte all set means that bytes follow while
 * their top bit is set. CARD-TLV when it is cut off, too long or starts its number with 80. ISO/IEC 8825-1:2015 §8.1.2.
 */
export function readTag(bytes: Uint8Array, at: number): Field {
  const first = bytes[at];
  if (first === undefined) return refuse('tag cut off', at);
  if ((first & 0x1f) !== 0x1f) return { value: first, next: at + 1 };
  let value = first;
  for (let count = 1; count < maximumTagBytes; count++) {
    const byte = bytes[at + count];
    if (byte === undefined) return refuse('tag cut off', at);
    if (count === 1 && byte === 0x80) return refuse('tag number starts with zero', at);
    value = value * 256 + byte;
    if ((byte & 0x80) === 0) return { value, next: at + count + 1 };
  }
  return refuse('tag over 4 bytes', at);
}

/** Reads a definite length of 1, 2, 3 or 4 bytes (81, 82, 83 forms). CARD-TLV on others. ISO/IEC 7816-4:2013 §5.2.2.2. */
export function readLength(bytes: Uint8Array, at: number): Field {
  const first = bytes[at];
  if (first === undefined) return refuse('length cut off', at);
  if (first < 0x80) return { value: first, next: at + 1 };
  if (first === 0x80) return refuse('indefinite length', at);
  const count = first & 0x7f;
  if (count > 3) return refuse('length over 3 bytes', at);
  let value = 0;
  for (let index = 1; index <= count; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return refuse('length cut off', at);
    value = value * 256 + byte;
  }
  return { value, next: at + 1 + count };
}

/** Says whether a tag names a constructed object: bit 6 of its first byte. ISO/IEC 8825-1:2015 §8.1.2.5. */
export function isConstructed(tag: number): boolean {
  let first = tag;
  while (first > 255) first = Math.floor(first / 256);
  return (first & 0x20) !== 0;
}

function parseRange(bytes: Uint8Array, base: number, depth: number, padding: TlvPadding): Tlv[] {
  const objects: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0) {
      if (padding === 'refuse') refuse('zero byte where a tag is due', base + at);
      at++;
      continue;
    }
    const start = base + at;
    const tag = readTag(bytes, at);
    const length = readLength(bytes, tag.next);
    const end = length.next + length.value;
    if (end > bytes.length) refuse('value longer than the data', start);
    const value = bytes.slice(length.next, end);
    if (isConstructed(tag.value)) {
      if (depth === 0) refuse('nested too deep', start);
      const children = parseRange(value, base + length.next, depth - 1, padding);
      objects.push({ tag: tag.value, value, children });
    } else objects.push({ tag: tag.value, value });
    at = end;
  }
  return objects;
}

/**
 * Reads a whole byte string as data objects, in order; every byte must belong to one. CARD-TLV with the offset on
 * indefinite or cut-off lengths, values beyond the data, nesting over the bound. ISO/IEC 7816-4:2013 §5.2.2.
 */
export function parseTlvs(bytes: Uint8Array, bounds: TlvBounds = {}): Tlv[] {
  return parseRange(bytes, 0, bounds.depth ?? 8, bounds.padding ?? 'refuse');
}

/** Reads exactly one data object that fills the whole byte string. */
export function parseTlv(bytes: Uint8Array, bounds: TlvBounds = {}): Tlv {
  const [only, second] = parseTlvs(bytes, bounds);
  if (only === undefined) return refuse('no data object', 0);
  if (second !== undefined) return refuse('bytes after the data object', 0);
  return only;
}

/** Makes a primitive object. */
export function primitive(tag: number, value: Uint8Array): Tlv {
  return { tag, value };
}

/** Makes a constructed object of its parts. */
export function constructed(tag: number, children: readonly Tlv[]): Tlv {
  return { tag, value: encodeTlvs(children), children };
}

/** Writes a tag field, most significant byte first. */
export function encodeTag(tag: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = tag; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  const field = Uint8Array.from(bytes);
  const valid = Number.isSafeInteger(tag) && field.length > 0 && field.length <= maximumTagBytes;
  if (!valid || readTag(field, 0).next !== field.length) return refuse('not a tag', 0);
  return field;
}

/** Writes a definite length in its shortest form. CARD-TLV over three bytes. ISO/IEC 7816-4:2013 §5.2.2.2. */
export function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  if (length < 0x10000) return Uint8Array.of(0x82, length >> 8, length & 255);
  if (length < 0x1000000) return Uint8Array.of(0x83, length >> 16, (length >> 8) & 255, length & 255);
  return refuse('value too long', 0);
}

/** Writes one object with the shortest length field. */
export function encodeTlv(object: Tlv): Uint8Array<ArrayBuffer> {
  return concatBytes(encodeTag(object.tag), encodeLength(object.value.length), object.value);
}

/** Writes objects one after the other. */
export function encodeTlvs(objects: readonly Tlv[]): Uint8Array<ArrayBuffer> {
  return concatBytes(...objects.map(encodeTlv));
}
