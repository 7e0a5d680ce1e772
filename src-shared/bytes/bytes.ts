/** A lower-case hexadecimal string of whole bytes. Only `toHex` and `parseHex` make one. */
export type Hex = string & { readonly __brand: 'Hex' };

const digits = '0123456789abcdef';

/** Writes bytes as lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): Hex {
  let text = '';
  for (const byte of bytes) text += digits.charAt(byte >> 4) + digits.charAt(byte & 15);
  return text as Hex;
}

/** Reads hexadecimal digits (either case, blanks between bytes allowed). Throws a RangeError on anything else. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const compact = text.replace(/\s+/g, '');
  if (compact.length % 2 !== 0) throw new RangeError('hexadecimal text has an odd number of digits');
  if (!/^[0-9a-fA-F]*$/.test(compact)) throw new RangeError('text is not hexadecimal');
  const bytes = new Uint8Array(compact.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(compact.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

/** Joins byte strings in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Says whether two byte strings are the same; the time taken depends on the length only. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Encodes text as UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Decodes UTF-8; throws a TypeError on bytes that are none. */
export function fromUtf8(bytes: Uint8Array): string {
  return strictDecoder.decode(bytes);
}

/** Encodes text of code points 0 to 127; throws a RangeError on any other. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) throw new RangeError('text holds a character outside ASCII');
    bytes[at] = code;
  }
  return bytes;
}

/** Reads bytes as one character each (ISO 8859-1), for device answers of unknown quality. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
