import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The issuer's and the terminal's side of EMV cryptography for the tests of this folder: written by hand, every cipher by the openssl
 * command line, so that the card is not judged by its own functions. All byte strings are hexadecimal, upper case.
 */
const zeros = '00'.repeat(8);

function openssl(words: readonly string[], input: string): string {
  return execFileSync('openssl', words, { input: Buffer.from(input, 'hex') })
    .toString('hex')
    .toUpperCase();
}

/** Triple DES, two keys, block by block. */
export function tdes(key: string, data: string): string {
  return openssl(['enc', '-des-ede', '-nopad', '-K', key], data);
}

/** Triple DES in CBC mode with a zero vector. */
export function tdesCbc(key: string, data: string): string {
  return openssl(['enc', '-des-ede-cbc', '-nopad', '-K', key, '-iv', zeros], data);
}

/** Appends 80 and zeros up to whole blocks of eight bytes. */
export function padded8(data: string): string {
  const text = `${data}80`;
  return text.padEnd(Math.ceil(text.length / 16) * 16, '0');
}

/** MAC of ISO/IEC 9797-1 algorithm 3 over blocks: single DES, and triple DES on the last one. */
export function macOfBlocks(key: string, blocks: string): string {
  const left = key.slice(0, 16);
  const before = blocks.slice(0, -16);
  // Triple DES with equal halves is single DES.
  const chained = before === '' ? zeros : tdesCbc(left + left, before).slice(-16);
  return tdes(key, exclusiveOr(chained, blocks.slice(-16)));
}

export function exclusiveOr(one: string, other: string): string {
  return (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(16).toUpperCase().padStart(one.length, '0');
}

/** Session key of EMV Book 2 v4.4 Annex A1.3.1 from a diversifier of eight bytes. */
export function sessionKey(masterKey: string, diversifier: string): string {
  const half = (third: string): string => diversifier.slice(0, 4) + third + diversifier.slice(6);
  return tdes(masterKey, half('F0') + half('0F'));
}

export function sha1(data: string): string {
  return openssl(['dgst', '-sha1', '-binary'], data);
}

/** Recovers what an RSA signature signs, without taking padding off, by the openssl command line. */
export function recovered(publicKeyPem: string, signature: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'recovered-'));
  try {
    const [key, file] = [join(folder, 'key.pem'), join(folder, 'signature')];
    writeFileSync(key, publicKeyPem);
    writeFileSync(file, Buffer.from(signature, 'hex'));
    const words = ['pkeyutl', '-verifyrecover', '-pubin', '-inkey', key, '-pkeyopt', 'rsa_padding_mode:none'];
    return openssl([...words, '-in', file], '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Length of a byte string as one byte. */
export function lengthByte(data: string): string {
  return (data.length / 2).toString(16).toUpperCase().padStart(2, '0');
}

/** One BER-TLV object. */
export function tlv(tag: string, value: string): string {
  const length = value.length / 2;
  return (
    tag +
    (length < 128 ? '' : length < 256 ? '81' : '82') +
    (length < 256 ? lengthByte(value) : length.toString(16).padStart(4, '0').toUpperCase()) +
    value
  );
}

/** The value of the first object of a tag in a string of objects, looked for in constructed objects too. */
export function valueOf(data: string, wanted: string): string | undefined {
  for (let at = 0; at < data.length;) {
    let end = at + 2;
    if ((Number.parseInt(data.slice(at, end), 16) & 0x1f) === 0x1f) end += 2;
    const tag = data.slice(at, end);
    let length = Number.parseInt(data.slice(end, end + 2), 16);
    end += 2;
    if (length > 0x80) {
      const digits = (length - 0x80) * 2;
      length = Number.parseInt(data.slice(end, end + digits), 16);
      end += digits;
    }
    const value = data.slice(end, end + length * 2);
    if (tag === wanted) return value;
    const inner = (Number.parseInt(tag.slice(0, 2), 16) & 0x20) === 0 ? undefined : valueOf(value, wanted);
    if (inner !== undefined) return inner;
    at = end + length * 2;
  }
  return undefined;
}

/** A script command of format 1: chaining value, padded header, padded object. Returns it and the full MAC. */
export function scriptFormat1(
  key: string,
  chaining: string,
  header: string,
  object: string,
  macBytes = 8,
): { readonly command: string; readonly mac: string } {
  const blocks = chaining + padded8(header) + (object === '' ? '' : padded8(object));
  const mac = macOfBlocks(key, blocks);
  const data = object + tlv('8E', mac.slice(0, macBytes * 2));
  return { command: header + lengthByte(data) + data, mac };
}

/** A script command of format 2: MAC over header, length, transaction counter, request cryptogram and data. */
export function scriptFormat2(key: string, counter: string, request: string, header: string, data = ''): string {
  const length = lengthByte(`${data}${zeros}`);
  return header + length + data + macOfBlocks(key, padded8(header + length + counter + request + data));
}
