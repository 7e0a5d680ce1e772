import { z } from 'zod';
import { sha256Hex, stationId, stationMode } from '#shared/domain/identifiers.ts';
import { utf8 } from '#shared/bytes/bytes.ts';

/**
 * A backup is one file:
 *
 *     CWBACKUP | length of the header (4 bytes) | header, JSON in clear
 *     chunks: length (4 bytes) | AES-256-GCM ciphertext with its tag; the last one is marked as such
 *
 * The chunks in clear are one stream: for each file the length of its name (2 bytes), its name, its size (8 bytes), its bytes; then two zero
 * bytes, the length of the manifest (4 bytes), the manifest as JSON, and the station's signature of it (64 bytes). Numbers are big-endian.
 *
 * The header holds the seal, for the seal gives the key: HKDF-SHA-256 of the database key. Every chunk is bound to the header, to its place and
 * to being the last or not, so nothing can be altered, left out, swapped or cut off.
 */
export const fileMark = utf8('CWBACKUP');
export const formatVersion = 1;
export const chunkLength = 256 * 1024;
export const tagLength = 16;
/** A header is a seal and a few words. */
export const maximumHeader = 256 * 1024;
export const maximumManifest = 4 * 1024 * 1024;
export const signatureLength = 64;

const head = z.strictObject({ sequence: z.int().min(0), entryHash: sha256Hex });
const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** What anybody may read of a version that this program does not know. */
export const anyHeader = z.looseObject({ format: z.literal('cardwright-backup'), version: z.int().min(1) });

export const backupHeader = z.strictObject({
  format: z.literal('cardwright-backup'),
  version: z.literal(formatVersion),
  station: stationId,
  mode: stationMode,
  /** RFC 3339. */
  made: z.iso.datetime(),
  program: z.string().max(40),
  /** 16 random bytes, hexadecimal. */
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  /** `seal.json` as it lay in the data folder. */
  seal: z.string().max(maximumHeader),
});
export type BackupHeader = z.infer<typeof backupHeader>;

export const backupManifest = z.strictObject({
  format: z.literal('cardwright-backup-manifest'),
  version: z.literal(formatVersion),
  station: stationId,
  /** SHA-256 of the header's bytes. */
  header: sha256Hex,
  /** The last entry of the journal in it. */
  head,
  /** P-256 public key of the station's signing key, which signed this. */
  signingKey: z.strictObject({ x: base64url, y: base64url }),
  files: z.array(z.strictObject({ name: z.string(), size: z.int().min(0), sha256: sha256Hex })).max(100_000),
});
export type BackupManifest = z.infer<typeof backupManifest>;

/** The bytes that the station signs. */
export function signedBytes(manifest: string): Uint8Array<ArrayBuffer> {
  return utf8(`cardwright-backup/1\0${manifest}`);
}

/** The database's name in a backup, and in the data folder. */
export const databaseName = 'station.db';

/** Names a backup may hold: files of the data folder, never a way out of it. */
export function isSafeName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}(\/[A-Za-z0-9][A-Za-z0-9._-]{0,199}){0,3}$/.test(name);
}
