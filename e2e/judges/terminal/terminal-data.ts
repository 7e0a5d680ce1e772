import { randomBytes } from 'node:crypto';
import { readList } from '../tlv.ts';

/** What the judge's terminal says of itself and of the one transaction it makes. EMV Book 4 annex A, Book 3 annex A. */
export function terminalData(today: Date): Map<string, Buffer> {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${two(today.getUTCFullYear() % 100)}${two(today.getUTCMonth() + 1)}${two(today.getUTCDate())}`;
  const values: Readonly<Record<string, string>> = {
    // Attended, merchant, offline with online capability
    '9F35': '22',
    // Manual, stripe and contact chip; plaintext, online and enciphered PIN; SDA, DDA, CDA
    '9F33': 'E0F8C8',
    '9F40': 'F000F0A001',
    '9F1A': '0276',
    '5F2A': '0978',
    '9A': date,
    '9F21': '120000',
    '9C': '00',
    '9F02': '000000001250',
    '9F03': '000000000000',
    // EMV contactless and contact reader, online capable, signature
    '9F66': '36000000',
    '95': '0000000000',
    '9B': 'E800',
    '9F34': '1F0002',
    '8A': '5A33',
    '9F45': '0000',
    '9F4C': '0000000000000000',
  };
  const made = new Map(Object.entries(values).map(([tag, value]) => [tag, Buffer.from(value, 'hex')]));
  return made.set('9F37', randomBytes(4));
}

/** The values of a list one after another, in its lengths. EMV Book 3 §5.4: what the terminal does not have is zero. */
export function fillList(list: Uint8Array, data: ReadonlyMap<string, Buffer>): Buffer {
  const numeric = new Set(['9F02', '9F03', '9A', '9F1A', '5F2A', '9C', '9F21']);
  const parts = readList(list).map(({ tag, length }) => {
    const value = data.get(tag) ?? Buffer.alloc(0);
    if (value.length === length) return value;
    const filled = Buffer.alloc(length);
    if (value.length > length)
      return numeric.has(tag) ? value.subarray(value.length - length) : value.subarray(0, length);
    value.copy(filled, numeric.has(tag) ? length - value.length : 0);
    return filled;
  });
  return Buffer.concat(parts);
}
