/** One form in which a secret might lie somewhere. */
export interface Needle {
  /** Secret and form, as a finding names them; never the secret. */
  readonly what: string;
  readonly bytes: Buffer;
}

/** Base64 of bytes at each of the three places where they may begin in a longer text; only characters that they alone decide. */
function base64Forms(bytes: Buffer): readonly (readonly [name: string, form: Buffer])[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const from = Math.ceil((offset * 8) / 6);
    const upTo = Math.floor(((offset + bytes.length) * 8) / 6);
    return [`base64 at ${offset}`, Buffer.from(text.slice(from, upTo))] as const;
  });
}

/** Characters on a stripe: so many data bits, least significant first, then odd parity. ISO/IEC 7811-2 tables of track 1 (6 bits) and 2 (4 bits). */
function stripeBits(digits: string, dataBits: 4 | 6): string {
  return Array.from(digits)
    .map((digit) => {
      const value = dataBits === 4 ? Number(digit) : digit.charCodeAt(0) - 0x20;
      const bits = Array.from({ length: dataBits }, (_, at) => (value >> at) & 1);
      return [...bits, 1 - (bits.reduce((sum, bit) => sum + bit, 0) % 2)].join('');
    })
    .join('');
}

/** The whole bytes of a bit string at each of the eight places where it may begin in a byte, in both orders of bits. */
function packedForms(name: string, bits: string): readonly (readonly [name: string, form: Buffer])[] {
  return Array.from({ length: 8 }, (_, offset) => {
    const bytes = bits.slice(offset).match(/[01]{8}/g) ?? [];
    const forward = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
    const backward = Buffer.from(bytes.map((byte) => Number.parseInt(Array.from(byte).reverse().join(''), 2)));
    return [
      [`${name} from bit ${offset}`, forward],
      [`${name} reversed from bit ${offset}`, backward],
    ] as const;
  }).flat();
}

function named(secret: string, forms: readonly (readonly [name: string, form: Buffer])[]): readonly Needle[] {
  return forms.map(([form, bytes]) => ({ what: `${secret}: ${form}`, bytes }));
}

function swapped(text: Buffer): Buffer {
  return Buffer.from(text).swap16();
}

/** Every form of a card number. Track texts and their BCD hold it as digits or BCD; on the wire of an encoder it is packed bits. */
export function needlesOfPan(secret: string, pan: string): readonly Needle[] {
  const digits = Buffer.from(pan, 'ascii');
  const bcd = Buffer.from(pan, 'hex');
  const wide = Buffer.from(pan, 'utf16le');
  return named(secret, [
    ['digits', digits],
    ['UTF-16LE', wide],
    ['UTF-16BE', swapped(wide)],
    ['BCD', bcd],
    // The outer digits share their bytes with others.
    ['BCD, shifted', Buffer.from(pan.slice(1, -1), 'hex')],
    ['digits in hexadecimal', Buffer.from(digits.toString('hex'))],
    ...base64Forms(digits),
    ...base64Forms(bcd).map(([name, form]) => [`BCD in ${name}`, form] as const),
    ...packedForms('track 2', stripeBits(pan, 4)),
    ...packedForms('track 1', stripeBits(pan, 6)),
  ]);
}

/** Every form of key material or a PIN block. */
export function needlesOfBytes(secret: string, bytes: Buffer): readonly Needle[] {
  const hex = bytes.toString('hex');
  return named(secret, [
    ['bytes', bytes],
    ['hexadecimal', Buffer.from(hex)],
    ['hexadecimal in capitals', Buffer.from(hex.toUpperCase())],
    ['hexadecimal, UTF-16LE', Buffer.from(hex, 'utf16le')],
    ...base64Forms(bytes),
  ]);
}
