import { utf8 } from '../bytes/bytes.ts';
import type { ChainHead } from './chain.ts';
import { canonicalJson } from './entry.ts';

/**
 * The bytes that a checkpoint's signature covers: RFC 8785 form of purpose, station and chain head.
 *
 * The signature is ES256 (64 bytes r|s) by the station's signing key, written as base64url in `journal.checkpoint`.
 */
export function checkpointBytes(station: string, head: ChainHead): Uint8Array<ArrayBuffer> {
  return utf8(
    canonicalJson({
      purpose: 'cardwright-journal-checkpoint',
      version: 1,
      station,
      sequence: head.sequence,
      entryHash: head.entryHash,
    }),
  );
}
