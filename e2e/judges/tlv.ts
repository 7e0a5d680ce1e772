/** One BER-TLV object as a judge reads it: tag in upper-case hexadecimal. */
export interface Tlv {
  readonly tag: string;
  readonly value: Buffer;
  /** Objects inside, of constructed ones. */
  readonly inner: readonly Tlv[];
}

/** Reads objects one after another; throws on anything that is not whole. ISO/IEC 8825-1 §8.1, EMV Book 3 annex B. */
export function readTlvs(bytes: Uint8Array): readonly Tlv[] {
  // A view, so that who changes a value changes what was read.
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: Tlv[] = [];
  let at = 0;
  const next = (): number => {
    const byte = data[at++];
    if (byte === undefined) throw new Error('a data object is cut off');
    return byte;
  };
  while (at < data.length) {
    const start = at;
    const first = next();
    if (first === 0x00) continue;
    if ((first & 0x1f) === 0x1f) while ((next() & 0x80) !== 0);
    const tag = data.subarray(start, at).toString('hex').toUpperCase();
    let length = next();
    if (length === 0x80) throw new Error(`${tag} has no definite length`);
    if (length > 0x80) {
      let count = length & 0x7f;
      if (count > 2) throw new Error(`${tag} says a length of ${count} bytes`);
      for (length = 0; count > 0; count -= 1) length = length * 256 + next();
    }
    if (at + length > data.length) throw new Error(`${tag} is longer than what holds it`);
    const value = data.subarray(at, at + length);
    at += length;
    found.push({ tag, value, inner: (first & 0x20) === 0 ? [] : readTlvs(value) });
  }
  return found;
}

/** The first object of a tag at this level or below. */
export function findTlv(objects: readonly Tlv[], tag: string): Tlv | undefined {
  for (const each of objects) {
    const found = each.tag === tag ? each : findTlv(each.inner, tag);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every primitive object, in order. */
export function primitives(objects: readonly Tlv[]): readonly Tlv[] {
  return objects.flatMap((each) => (each.inner.length > 0 ? primitives(each.inner) : [each]));
}

/** Writes one object. */
export function writeTlv(tag: string, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from(head), value]);
}

/** Tags and lengths of a data object list. EMV Book 3 §5.4. */
export function readList(list: Uint8Array): readonly { readonly tag: string; readonly length: number }[] {
  const entries: { tag: string; length: number }[] = [];
  const data = Buffer.from(list);
  let at = 0;
  while (at < data.length) {
    const start = at;
    if (((data[at++] ?? 0) & 0x1f) === 0x1f) while (((data[at++] ?? 0) & 0x80) !== 0);
    const length = data[at];
    if (length === undefined) throw new Error('a data object list is cut off');
    entries.push({ tag: data.subarray(start, at).toString('hex').toUpperCase(), length });
    at += 1;
  }
  return entries;
}
