import { createCipheriv, createDecipheriv, hash, hkdfSync } from 'node:crypto';
import { tagLength } from './container-format.ts';

/** 32 bytes for one backup, from the database key and the header's salt (16 bytes). RFC 5869. */
function backupKey(databaseKey: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', databaseKey, salt, 'cardwright backup v1', 32));
}

/** Enciphers and deciphers the chunks of one backup, each bound to the header, its place and whether it is the last. */
export class ChunkCipher {
  readonly #key: Buffer;
  readonly #header: Buffer;
  #next = 0;

  constructor(databaseKey: Uint8Array, salt: Uint8Array, header: Uint8Array) {
    this.#key = backupKey(databaseKey, salt);
    this.#header = hash('sha256', header, 'buffer');
  }

  /** The place is the nonce: the key is of this file alone. */
  #place(end: 'more' | 'last'): { readonly nonce: Buffer; readonly associated: Buffer } {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(this.#next++, 8);
    return { nonce, associated: Buffer.concat([this.#header, nonce, Buffer.of(end === 'last' ? 1 : 0)]) };
  }

  /** Ciphertext and tag (16 bytes). */
  seal(clear: Uint8Array, end: 'more' | 'last'): Buffer {
    const { nonce, associated } = this.#place(end);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(associated);
    return Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
  }

  /** The clear bytes; throws when a bit of them, of the header or of the place differs. */
  open(sealed: Uint8Array, end: 'more' | 'last'): Buffer {
    const { nonce, associated } = this.#place(end);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: tagLength });
    decipher.setAAD(associated);
    decipher.setAuthTag(sealed.subarray(-tagLength));
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagLength)), decipher.final()]);
  }

  wipe(): void {
    this.#key.fill(0);
  }
}
