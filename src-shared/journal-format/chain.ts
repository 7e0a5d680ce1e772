import { entryHash, payloadDigest, type JournalEntry, type Sha256 } from './entry.ts';

/** Where a chain stands: its last sequence (0 when empty) and the hash of that entry. */
export interface ChainHead {
  readonly sequence: number;
  readonly entryHash: string;
}

/** What is wrong with one entry of a chain. */
export type ChainFinding =
  | { readonly kind: 'gap'; readonly sequence: number; readonly expected: number }
  | { readonly kind: 'previous-differs'; readonly sequence: number }
  | { readonly kind: 'hash-differs'; readonly sequence: number }
  | { readonly kind: 'payload-differs'; readonly sequence: number }
  | { readonly kind: 'form'; readonly sequence: number };

/**
 * Checks that an entry follows a head: sequence, previous hash, its own hash, and its payload's digest where the payload is there.
 *
 * Returns the new head, or the finding.
 */
export function followChain(
  head: ChainHead,
  entry: JournalEntry,
  sha256: Sha256,
):
  { readonly kind: 'follows'; readonly head: ChainHead } | { readonly kind: 'broken'; readonly finding: ChainFinding } {
  const { header } = entry;
  const broken = (finding: ChainFinding) => ({ kind: 'broken', finding }) as const;
  if (header.sequence !== head.sequence + 1) {
    return broken({ kind: 'gap', sequence: header.sequence, expected: head.sequence + 1 });
  }
  if (header.previous !== head.entryHash) return broken({ kind: 'previous-differs', sequence: header.sequence });
  try {
    if (entryHash(header, sha256) !== entry.entryHash)
      return broken({ kind: 'hash-differs', sequence: header.sequence });
    if (entry.salt !== null && payloadDigest(entry.salt, entry.payload, sha256) !== header.payloadDigest) {
      return broken({ kind: 'payload-differs', sequence: header.sequence });
    }
    if (entry.salt === null && entry.payload !== null) return broken({ kind: 'form', sequence: header.sequence });
  } catch {
    return broken({ kind: 'form', sequence: header.sequence });
  }
  return { kind: 'follows', head: { sequence: header.sequence, entryHash: entry.entryHash } };
}
