/** Reads packed digits, two a byte, high half first; undefined when a half is over 9. */
export function unpackDigits(bytes: Uint8Array): string | undefined {
  let digits = '';
  for (const byte of bytes) {
    if (byte >> 4 > 9 || (byte & 15) > 9) return undefined;
    digits += String(byte >> 4) + String(byte & 15);
  }
  return digits;
}

/** Format n: digits right-justified in `length` bytes, zeros in front. EMV 4.3 Book 3 §4.3. RangeError when they do not fit. */
export function packNumeric(digits: string, length: number): Uint8Array<ArrayBuffer> {
  if (!/^\d*$/.test(digits) || digits.length > length * 2) throw new RangeError('digits do not fit');
  return packHalves(digits.padStart(length * 2, '0'));
}

/** Format cn: digits left-justified, filled up to whole bytes with F. EMV 4.3 Book 3 §4.3. RangeError on other characters. */
export function packCompressed(digits: string): Uint8Array<ArrayBuffer> {
  if (!/^\d*$/.test(digits)) throw new RangeError('not digits');
  return packHalves(digits.length % 2 === 0 ? digits : `${digits}F`);
}

/** Reads format cn: digits and then only F; undefined otherwise. */
export function unpackCompressed(bytes: Uint8Array): string | undefined {
  let halves = '';
  for (const byte of bytes) halves += byte.toString(16).padStart(2, '0');
  return /^(\d+)f*$/.exec(halves)?.[1];
}

/** Packs hexadecimal digits, an even count. */
function packHalves(halves: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(halves.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(halves.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}
