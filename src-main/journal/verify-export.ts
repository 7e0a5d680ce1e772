import { z } from 'zod';
import { sha256Hex } from '#shared/domain/identifiers.ts';
import { followChain, type ChainHead } from '#shared/journal-format/chain.ts';
import { canonicalJson, type JournalEntry } from '#shared/journal-format/entry.ts';
import { ChainAudit } from './chain-audit.ts';
import { checkContent, describeFinding, type JournalFinding } from './check-row.ts';
import { sha256 } from './sha256.ts';
import type { SigningKey } from './verify-signature.ts';

/** First line of an export. */
const exportHead = z.strictObject({
  format: z.literal('cardwright-journal'),
  version: z.literal(1),
  station: z.string(),
  from: z.number().int().positive(),
  to: z.number().int().nonnegative(),
  /** Hash of the entry before the first. */
  previous: sha256Hex,
  signingKey: z.strictObject({ x: z.string(), y: z.string() }).nullable(),
});
export type ExportHead = z.infer<typeof exportHead>;

const exportEntry = z.strictObject({
  header: z.strictObject({
    format: z.literal(1),
    hash: z.literal('SHA-256'),
    station: z.string(),
    sequence: z.number().int().positive(),
    time: z.string(),
    actor: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('person'), person: z.string() }),
      z.strictObject({ kind: z.literal('station') }),
    ]),
    kind: z.string(),
    issuer: z.string().nullable(),
    subjects: z.record(z.string(), z.string()),
    previous: sha256Hex,
    payloadDigest: sha256Hex,
  }),
  entryHash: sha256Hex,
  salt: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  payload: z.unknown(),
});

/** Where an export is wrong: a line that cannot be read (1 is the head line), or an entry that does not hold. */
export type ExportFinding =
  | { readonly kind: 'line'; readonly line: number; readonly text: string }
  | { readonly kind: 'entry'; readonly sequence: number; readonly text: string };

export interface ExportVerification {
  readonly result: 'whole' | 'broken';
  readonly station: string | null;
  readonly entries: number;
  readonly withheld: number;
  /** How many checkpoint signatures hold. Entries after the last one are proven by nothing outside the export. */
  readonly checkpoints: number;
  readonly head: ChainHead | null;
  readonly finding: ExportFinding | null;
}

/** Reads a line; null when it is not the RFC 8785 form of such a value. */
function readLine<Value>(line: string, schema: z.ZodType<Value>): Value | null {
  try {
    const value: unknown = JSON.parse(line);
    if (canonicalJson(value) !== line) return null;
    const read = schema.safeParse(value);
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/**
 * Checks an export line by line, stopping at the first finding: chain, payload digests, payload schemas, checkpoints, completeness.
 *
 * `trustedKey` is the station's signing key as known from elsewhere (its enrolment); null takes the export's own word for it, which proves
 * only that the export agrees with itself. Needs no database and no network; changes nothing.
 */
export async function verifyExport(
  lines: Iterable<string> | AsyncIterable<string>,
  trustedKey: SigningKey | null,
): Promise<ExportVerification> {
  let about: ExportHead | null = null;
  let audit: ChainAudit | null = null;
  let head: ChainHead | null = null;
  let line = 0;
  let entries = 0;
  let withheld = 0;
  const end = (finding: ExportFinding | null): ExportVerification => ({
    result: finding === null ? 'whole' : 'broken',
    station: about?.station ?? null,
    entries,
    withheld,
    checkpoints: audit?.checkpoints ?? 0,
    head,
    finding,
  });
  for await (const text of lines) {
    line++;
    if (about === null || audit === null || head === null) {
      about = readLine(text, exportHead);
      if (about === null) return end({ kind: 'line', line, text: 'it is no head of an export' });
      try {
        audit = new ChainAudit(about.station, about.from, trustedKey ?? about.signingKey);
      } catch {
        return end({ kind: 'line', line, text: 'its signing key is no key' });
      }
      head = { sequence: about.from - 1, entryHash: about.previous };
      continue;
    }
    const entry = readLine<JournalEntry>(text, exportEntry);
    if (entry === null) return end({ kind: 'line', line, text: 'it is not in the form in which entries are written' });
    const finding = checkEntry(about, audit, head, entry);
    if (finding !== null) {
      return end({ kind: 'entry', sequence: finding.sequence, text: describeFinding(finding) });
    }
    head = { sequence: entry.header.sequence, entryHash: entry.entryHash };
    entries++;
    if (entry.salt === null) withheld++;
  }
  if (about === null || head === null) return end({ kind: 'line', line: 1, text: 'the export is empty' });
  if (head.sequence !== about.to) {
    return end({ kind: 'entry', sequence: head.sequence + 1, text: `the export ends before entry ${about.to}` });
  }
  return end(null);
}

function checkEntry(about: ExportHead, audit: ChainAudit, head: ChainHead, entry: JournalEntry): JournalFinding | null {
  const { sequence, station } = entry.header;
  if (station !== about.station) return { kind: 'form', sequence };
  const followed = followChain(head, entry, sha256);
  if (followed.kind === 'broken') return followed.finding;
  return checkContent(entry) ?? audit.follow(entry);
}
