import { concatBytes } from '#shared/bytes/bytes.ts';

/** One BER-TLV object: the tag as a number (9F36 is 0x9F36), its value, and the bytes of the whole object. */
export interface CardTlv {
  readonly tag: number;
  readonly value: Uint8Array;
  readonly whole: Uint8Array;
}

/** Reads a string of BER-TLV objects; undefined where it is none or bytes are left over, or a length takes more bytes than said. EMV Book 3 v4.4 Annex B. */
export function readTlvs(bytes: Uint8Array, lengthBytes = 2): readonly CardTlv[] | undefined {
  const found: CardTlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    let tag = bytes[at++] ?? 0;
    if (tag === 0) return undefined;
    if ((tag & 0x1f) === 0x1f) {
      let next: number | undefined;
      do {
        next = bytes[at++];
        if (next === undefined || at - start > 3) return undefined;
        tag = tag * 256 + next;
      } while ((next & 0x80) !== 0);
    }
    let length = bytes[at++];
    if (length === undefined) return undefined;
    if (length > 0x80) {
      let count = length & 0x7f;
      if (count > lengthBytes) return undefined;
      length = 0;
      for (; count > 0; count--) {
        const next = bytes[at++];
        if (next === undefined) return undefined;
        length = length * 256 + next;
      }
    } else if (length === 0x80) return undefined;
    if (at + length > bytes.length) return undefined;
    found.push({ tag, value: bytes.slice(at, at + length), whole: bytes.slice(start, at + length) });
    at += length;
  }
  return found;
}

/** Whether objects of this tag hold further objects. */
export function isConstructed(tag: number): boolean {
  const first = tag > 0xffff ? tag >> 16 : tag > 0xff ? tag >> 8 : tag;
  return (first & 0x20) !== 0;
}

/** Writes one BER-TLV object with the shortest length form. */
export function writeTlv(tag: number, ...values: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const value = concatBytes(...values);
  const tagBytes = tag > 0xffff ? [tag >> 16, (tag >> 8) & 255, tag & 255] : tag > 0xff ? [tag >> 8, tag & 255] : [tag];
  const { length } = value;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return concatBytes(Uint8Array.from([...tagBytes, ...lengthBytes]), value);
}

/** Finds the first object of a tag at this level or below; undefined where there is none. */
export function findTlv(bytes: Uint8Array, tag: number): CardTlv | undefined {
  for (const each of readTlvs(bytes) ?? []) {
    if (each.tag === tag) return each;
    const inner = isConstructed(each.tag) ? findTlv(each.value, tag) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}
