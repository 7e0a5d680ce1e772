import { followChain, type ChainFinding, type ChainHead } from '#shared/journal-format/chain.ts';
import { eventSchemas, isEventKind } from '#shared/journal-format/event-kinds.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { entryOfRow, isCanonicalRow, type EntryRow } from './entry-store.ts';
import { sha256 } from './sha256.ts';

/** What a check of the journal may find: faults of the chain, and of what the chain carries. */
export type JournalFinding =
  | ChainFinding
  | { readonly kind: 'payload-missing'; readonly sequence: number }
  | { readonly kind: 'payload-schema'; readonly sequence: number }
  | { readonly kind: 'kind-unknown'; readonly sequence: number }
  | { readonly kind: 'checkpoint-differs'; readonly sequence: number }
  | { readonly kind: 'signature-wrong'; readonly sequence: number }
  | { readonly kind: 'signing-key-missing'; readonly sequence: number }
  | { readonly kind: 'register-differs'; readonly sequence: number }
  | { readonly kind: 'set-back'; readonly sequence: number };

const words: Readonly<Record<JournalFinding['kind'], string>> = {
  gap: 'entries are missing before it',
  'previous-differs': 'it does not follow the entry before it',
  'hash-differs': 'its header was altered',
  'payload-differs': 'its payload was altered',
  form: 'it is not in the form in which entries are written',
  'payload-missing': 'its payload is not there',
  'payload-schema': 'its payload does not fit its kind',
  'kind-unknown': 'its kind is not known',
  'checkpoint-differs': 'it names another entry than the one that is there',
  'signature-wrong': 'its signature is not of this station',
  'signing-key-missing': 'no entry before it names the signing key',
  'register-differs': 'the HSM remembers another entry in its place',
  'set-back': 'the HSM remembers it, but the journal ends before it',
};

/** What a finding means, in plain words, to stand after "entry n:". */
export function describeFinding(finding: JournalFinding): string {
  return words[finding.kind];
}

/** Checks what an entry carries: a known kind, and a payload (where there is one) that fits it. */
export function checkContent(entry: JournalEntry): JournalFinding | null {
  const { kind, sequence } = entry.header;
  if (!isEventKind(kind)) return { kind: 'kind-unknown', sequence };
  if (entry.salt !== null && !eventSchemas[kind].safeParse(entry.payload).success) {
    return { kind: 'payload-schema', sequence };
  }
  return null;
}

/**
 * Checks one stored row against the head before it: every stored byte counts, also the spelling of its JSON.
 *
 * The station keeps every payload, so one that is not there is a finding.
 */
export function checkRow(
  head: ChainHead,
  row: EntryRow,
):
  | { readonly kind: 'follows'; readonly head: ChainHead; readonly entry: JournalEntry }
  | { readonly kind: 'broken'; readonly finding: JournalFinding } {
  const { sequence } = row;
  const broken = (finding: JournalFinding) => ({ kind: 'broken', finding }) as const;
  let entry: JournalEntry;
  try {
    entry = entryOfRow(row);
    if (!isCanonicalRow(row, entry)) return broken({ kind: 'form', sequence });
  } catch {
    return broken({ kind: 'form', sequence });
  }
  const followed = followChain(head, entry, sha256);
  if (followed.kind === 'broken') return followed;
  if (entry.salt === null || row.payload === null) return broken({ kind: 'payload-missing', sequence });
  const content = checkContent(entry);
  if (content !== null) return broken(content);
  return { kind: 'follows', head: followed.head, entry };
}
