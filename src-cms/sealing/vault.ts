import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { DataFolder } from '../platform/data-folder.ts';
import type { Surroundings } from '../platform/surroundings.ts';

const masterFile = 'master.key';

/** The two keys made from the master key: one for the database file as a whole, one that wraps the data key inside it. */
export interface MasterKeys {
  readonly database: Buffer;
  readonly wrapping: Buffer;
}

/**
 * Reads the master key file of the data folder, or makes one (32 random bytes, mode 0600), and derives from it (HKDF-SHA-256, RFC 5869).
 *
 * For training and a single host; a production CMS holds this key in its HSM. Throws a RangeError when the file is not 32 bytes.
 */
export function openMasterKeys(folder: DataFolder, surroundings: Surroundings): MasterKeys {
  let master = folder.read(masterFile);
  if (master === null) {
    master = surroundings.randomBytes(32);
    folder.write(masterFile, master);
  }
  if (master.length !== 32) throw new RangeError(`${masterFile} does not hold a key of 32 bytes`);
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `cardwright-cms ${purpose}`, 32));
  return { database: derive('database'), wrapping: derive('wrapping') };
}

/** Enciphers what must not lie in clear in a column: AES-256-GCM, form nonce (12) | ciphertext | tag (16), bound to what it belongs to. */
export class Vault {
  readonly #key: Buffer;
  readonly #surroundings: Surroundings;

  constructor(key: Buffer, surroundings: Surroundings) {
    if (key.length !== 32) throw new RangeError('a vault key has 32 bytes');
    this.#key = key;
    this.#surroundings = surroundings;
  }

  /** Enciphers; `belongsTo` (such as `order/batch/7`) must be given again to open it. */
  seal(plaintext: Uint8Array, belongsTo: string): Buffer {
    const nonce = this.#surroundings.randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(Buffer.from(belongsTo, 'utf8'));
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  /** Deciphers; throws when the bytes were altered or belong to something else. */
  open(sealed: Uint8Array, belongsTo: string): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < 28) throw new RangeError('sealed value is too short');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from(belongsTo, 'utf8'));
    decipher.setAuthTag(bytes.subarray(bytes.length - 16));
    return Buffer.concat([decipher.update(bytes.subarray(12, bytes.length - 16)), decipher.final()]);
  }
}
