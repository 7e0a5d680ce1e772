import { createDecipheriv } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';

/** The five parts of a JWE in compact form. RFC 7516 §3.1. */
export interface CompactJwe {
  /** The protected header as it was sent: the associated data. */
  readonly protectedText: string;
  readonly header: unknown;
  readonly encryptedKey: string;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

const base64url = /^[A-Za-z0-9_-]*$/;

/** Splits a compact JWE for AES-GCM (nonce of 12 bytes, tag of 16); null on any other form. */
export function parseCompactJwe(text: string): CompactJwe | null {
  const parts = text.split('.', 6);
  const [protectedText, encryptedKey, nonceText, ciphertextText, tagText] = parts;
  if (parts.length !== 5 || !parts.every((part) => base64url.test(part))) return null;
  if (protectedText === undefined || encryptedKey === undefined) return null;
  if (nonceText?.length !== 16 || tagText?.length !== 22 || ciphertextText === undefined) return null;
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(protectedText, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  return {
    protectedText,
    header,
    encryptedKey,
    nonce: Buffer.from(nonceText, 'base64url'),
    ciphertext: Buffer.from(ciphertextText, 'base64url'),
    tag: Buffer.from(tagText, 'base64url'),
  };
}

/** Opens A256GCM over the parts; null when it does not authenticate. RFC 7518 §5.3, RFC 7516 §5.2. */
export function openContent(jwe: CompactJwe, contentKey: KeyObject): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', contentKey, jwe.nonce, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(jwe.protectedText, 'latin1'));
  decipher.setAuthTag(jwe.tag);
  const clear = decipher.update(jwe.ciphertext);
  try {
    decipher.final();
    return clear;
  } catch {
    clear.fill(0);
    return null;
  }
}

/** The only header that a record may bear. */
export const recordHeader = z.strictObject({
  alg: z.literal('dir'),
  enc: z.literal('A256GCM'),
  typ: z.literal('cardwright-record').optional(),
  batch: z.string().max(64),
  index: z.int().min(0),
});

/** The only header that a key may bear; `kid` and `apv` (as UTF-8), where they are there, are the key's name. */
export const keyHeader = z.strictObject({
  alg: z.literal('ECDH-ES+A256KW'),
  enc: z.literal('A256GCM'),
  typ: z.literal('cardwright-transport-key').optional(),
  kid: z.string().max(120).optional(),
  epk: z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string().max(44), y: z.string().max(44) }),
  apu: z.string().max(200).regex(base64url).optional(),
  apv: z.string().max(200).regex(base64url).optional(),
});
