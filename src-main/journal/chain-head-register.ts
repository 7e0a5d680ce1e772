import { z } from 'zod';
import { fromUtf8, utf8 } from '#shared/bytes/bytes.ts';
import { sha256Hex } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';

/** The two acts of the key port that the register needs. */
export interface HeadRegisterKeys {
  readRegister(name: string, signal: AbortSignal): Promise<Uint8Array | null>;
  writeRegister(name: string, value: Uint8Array, signal: AbortSignal): Promise<void>;
}

/** The HSM's object that remembers the chain head: what makes a set-back journal known. */
export const headRegisterName = 'journal-head';

const head = z.strictObject({ sequence: z.number().int().nonnegative(), entryHash: sha256Hex });

/** Reads the last remembered head; null when none was ever written. JOURNAL-BROKEN when the register holds something else. */
export async function readHeadRegister(keys: HeadRegisterKeys, signal: AbortSignal): Promise<ChainHead | null> {
  const bytes = await keys.readRegister(headRegisterName, signal);
  if (bytes === null) return null;
  try {
    return head.parse(JSON.parse(fromUtf8(bytes)));
  } catch (thrown) {
    throw new StationFault('JOURNAL-BROKEN', { sequence: 0, what: 'the HSM remembers no chain head' }, thrown);
  }
}

/** Remembers a head in the HSM. The entry must be committed before: a register ahead of the journal stops the next start. */
export async function writeHeadRegister(keys: HeadRegisterKeys, value: ChainHead, signal: AbortSignal): Promise<void> {
  const { sequence, entryHash } = value;
  await keys.writeRegister(headRegisterName, utf8(canonicalJson({ sequence, entryHash })), signal);
}
