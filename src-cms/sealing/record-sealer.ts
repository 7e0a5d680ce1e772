import { createCipheriv, createHash } from 'node:crypto';

/** What one lease's records are enciphered with. */
export interface RecordKey {
  /** 32 bytes, fresh for the lease. */
  readonly contentKey: Buffer;
  /** 4 bytes, fixed for the lease: first part of every nonce. */
  readonly nonceField: Buffer;
}

function base64urlJson(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}

/**
 * Enciphers one record as JWE compact: `dir`, A256GCM, batch and index in the protected header. RFC 7516 §7.1.
 *
 * The nonce is the lease's 4-byte field and the index as 8 bytes (deterministic construction, NIST SP 800-38D §8.2.1): the key is fresh per
 * lease and each index is used once, so no nonce repeats, and the same record always gives the same text, which is why neither the
 * enciphered records nor their digests need to be kept between manifest and download.
 */
export function sealRecord(key: RecordKey, batch: string, index: number, plaintext: Uint8Array): string {
  return sealRecordWithHeader(
    key,
    { alg: 'dir', enc: 'A256GCM', typ: 'cardwright-record', batch, index },
    index,
    plaintext,
  );
}

/** The same with any header: only the hostile variants give another than the allowed one. */
export function sealRecordWithHeader(
  key: RecordKey,
  header: Readonly<Record<string, unknown>>,
  index: number,
  plaintext: Uint8Array,
): string {
  const nonce = Buffer.alloc(12);
  key.nonceField.copy(nonce, 0, 0, 4);
  nonce.writeBigUInt64BE(BigInt(index), 4);
  const encodedHeader = base64urlJson(header);
  const cipher = createCipheriv('aes-256-gcm', key.contentKey, nonce);
  cipher.setAAD(Buffer.from(encodedHeader, 'ascii'));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return `${encodedHeader}..${nonce.toString('base64url')}.${ciphertext.toString('base64url')}.${cipher.getAuthTag().toString('base64url')}`;
}

/** SHA-256 of a record's compact text, 64 hexadecimal digits: what the manifest lists. */
export function recordDigest(jwe: string): string {
  return createHash('sha256').update(jwe, 'ascii').digest('hex');
}
