import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { utf8 } from '#shared/bytes/bytes.ts';
import type { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { deriveKeySync } from '../../../platform/argon2.ts';
import { writeFileDurably } from '../../../platform/write-file-durably.ts';
import { keyIdentityForm } from '../identity-form.ts';

const base64 = z.base64();

const content = z.strictObject({
  keys: z.array(z.strictObject({ identity: keyIdentityForm, material: base64 })),
  registers: z.record(z.string(), base64),
});
/** All keys and registers with their material; an EC private key as PKCS#8 DER. */
export type KeyFileContent = z.infer<typeof content>;

const envelope = z.strictObject({
  format: z.literal('cardwright-training-keys'),
  version: z.literal(1),
  salt: base64,
  nonce: base64,
  sealed: base64,
});

const associated = utf8('cardwright-training-keys/1');

/**
 * The training keys in one file, AES-256-GCM under argon2id of the PIN. For training where no module is installed: an old
 * copy of the file and the PIN open everything that it held, so destroying a key here is no crypto-erase.
 */
export class KeyFile {
  readonly path: string;
  readonly #key: Buffer;
  readonly #salt: Buffer;
  content: KeyFileContent;

  private constructor(path: string, key: Buffer, salt: Buffer, opened: KeyFileContent) {
    this.path = path;
    this.#key = key;
    this.#salt = salt;
    this.content = opened;
  }

  /** Opens `keys.json` in the folder, or makes it; KEYS-PIN on a wrong PIN, KEYS-STORE-DAMAGED on a form that is none. */
  static open(folder: string, pin: Secret<string>): KeyFile {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, 'keys.json');
    if (!existsSync(path)) {
      const salt = randomBytes(16);
      const made = new KeyFile(path, deriveKeySync(pin.reveal(), salt), salt, { keys: [], registers: {} });
      made.save();
      return made;
    }
    const stored = KeyFile.#parse(path);
    const salt = Buffer.from(stored.salt, 'base64');
    const key = deriveKeySync(pin.reveal(), salt);
    const sealed = Buffer.from(stored.sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(stored.nonce, 'base64'), { authTagLength: 16 });
    decipher.setAAD(associated);
    decipher.setAuthTag(sealed.subarray(-16));
    let clear: Buffer;
    try {
      clear = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    } catch (cause) {
      throw new StationFault(
        'KEYS-PIN',
        { token: path, result: 'does not open', tries: 'a key file counts no tries' },
        cause,
      );
    }
    try {
      return new KeyFile(path, key, salt, content.parse(JSON.parse(clear.toString('utf8'))));
    } catch (cause) {
      throw new StationFault('KEYS-STORE-DAMAGED', { file: path, reason: 'content' }, cause);
    } finally {
      clear.fill(0);
    }
  }

  static #parse(path: string): z.infer<typeof envelope> {
    try {
      const stored = envelope.parse(JSON.parse(readFileSync(path, 'utf8')));
      const lengths = [stored.salt, stored.nonce].map((text) => Buffer.from(text, 'base64').length);
      if (lengths[0] !== 16 || lengths[1] !== 12) throw new RangeError('salt or nonce of a wrong length');
      return stored;
    } catch (cause) {
      throw new StationFault('KEYS-STORE-DAMAGED', { file: path, reason: 'form' }, cause);
    }
  }

  /** Writes the file anew, whole or not at all. */
  save(): void {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(associated);
    const clear = Buffer.from(JSON.stringify(this.content), 'utf8');
    const sealed = Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
    clear.fill(0);
    const stored: z.infer<typeof envelope> = {
      format: 'cardwright-training-keys',
      version: 1,
      salt: this.#salt.toString('base64'),
      nonce: nonce.toString('base64'),
      sealed: sealed.toString('base64'),
    };
    writeFileDurably(this.path, JSON.stringify(stored));
  }

  wipe(): void {
    this.#key.fill(0);
    this.content = { keys: [], registers: {} };
  }
}
