import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs the `openssl` command line: bytes on its stdin, bytes from its stdout. Throws with its own words where it fails. */
function openssl(words: readonly string[], input: Uint8Array): Buffer {
  const run = spawnSync('openssl', [...words], { input, maxBuffer: 1 << 20 });
  if (run.status === 0) return run.stdout;
  throw new Error(`openssl ${words[0] ?? ''}: ${run.error?.message ?? run.stderr.toString()}`);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** SHA-1, 20 bytes; what EMV hashes with. FIPS 180-4. */
export function sha1(...parts: readonly Uint8Array[]): Buffer {
  return openssl(['dgst', '-sha1', '-binary'], Buffer.concat(parts));
}

/** AES-CMAC, 16 bytes; key of 16, 24 or 32 bytes. NIST SP 800-38B. */
export function aesCmac(key: Uint8Array, data: Uint8Array): Buffer {
  const cipher = `AES-${key.length * 8}-CBC`;
  return openssl(['mac', '-binary', '-cipher', cipher, '-macopt', `hexkey:${hex(key)}`, 'CMAC'], data);
}

/** Whole blocks in CBC mode, no padding; AES by the key's length, or two-key TDES (key of 16 bytes, `tdes`). */
export function cbc(
  act: 'encrypt' | 'decrypt',
  cipher: 'aes' | 'tdes',
  key: Uint8Array,
  initialValue: Uint8Array,
  data: Uint8Array,
): Buffer {
  const name = cipher === 'tdes' ? '-des-ede-cbc' : `-aes-${key.length * 8}-cbc`;
  const way = act === 'encrypt' ? '-e' : '-d';
  return openssl(['enc', name, way, '-nopad', '-K', hex(key), '-iv', hex(initialValue)], data);
}

/** ISO/IEC 9797-1 MAC algorithm 3 over whole blocks of 8: DES in CBC mode under the first half, the last block under both. */
export function retailMac(key: Uint8Array, initialValue: Uint8Array, blocks: Uint8Array): Buffer {
  const left = key.subarray(0, 8);
  const head = blocks.subarray(0, -8);
  // Two equal halves make one DES of the triple one.
  const single = Buffer.concat([left, left]);
  const before = head.length === 0 ? initialValue : cbc('encrypt', 'tdes', single, initialValue, head).subarray(-8);
  return cbc('encrypt', 'tdes', key, before, blocks.subarray(-8));
}

/** An ASN.1 INTEGER without sign. */
function integer(bytes: Uint8Array): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const value = bytes.subarray(from);
  return der(0x02, (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), value]) : value);
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), value]);
}

/** rsaEncryption with no parameters. RFC 8017 A.1. */
const rsaEncryption = Buffer.from('300d06092a864886f70d0101010500', 'hex');

/** Raises a block to a public RSA key's exponent, as long as the modulus: what is signed comes out. RFC 8017 §5.2.2. */
export function rsaRecover(modulus: Uint8Array, exponent: Uint8Array, block: Uint8Array): Buffer {
  const key = der(0x30, rsaEncryption, der(0x03, Buffer.of(0), der(0x30, integer(modulus), integer(exponent))));
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-judge-'));
  try {
    const file = path.join(folder, 'key.der');
    writeFileSync(file, key);
    const raw = ['-pubin', '-keyform', 'DER', '-inkey', file, '-pkeyopt', 'rsa_padding_mode:none'];
    return openssl(['pkeyutl', '-encrypt', ...raw], block);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
