import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { EventKind } from '#shared/journal-format/event-kinds.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { entryOfRow, type EntryRow } from './entry-store.ts';

/** What to look for; every given condition must hold. */
export interface JournalQuery {
  /** Who may see all issuers also sees entries of none; others see only entries of their issuers. */
  readonly issuers: 'all' | readonly string[];
  readonly kinds?: readonly EventKind[];
  /** An id that the entry speaks of: batch, order, attempt, lot, line, person, approval, device. */
  readonly subject?: string;
  /** A person who caused it. */
  readonly person?: string;
  /** RFC 3339, inclusive. */
  readonly since?: string;
  /** RFC 3339, exclusive. */
  readonly until?: string;
  /** A piece of the kind, the subjects or the payload; ASCII letters in either case. */
  readonly text?: string;
  /** Sequences of entries whose payload is not searched: a text that matches must not give it away. */
  readonly blind?: readonly number[];
  /** Entries before this sequence: the `next` of the page before. */
  readonly before?: number;
  /** How many matches to pass over, for pages by number. */
  readonly offset?: number;
  readonly limit: number;
}

/** One page, newest first. */
export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  /** How many match in all, counted up to `countLimit`. */
  readonly total: { readonly kind: 'exactly' | 'at-least'; readonly count: number };
  /** `before` of the next page; null when this is the last. */
  readonly next: number | null;
}

/** Counting stops here: a person does not page further. */
export const countLimit = 10_000;
const pageLimit = 500;

interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

function conditions(query: JournalQuery): readonly Condition[] {
  const all: Condition[] = [];
  const add = (sql: string, ...values: readonly unknown[]): void => void all.push({ sql, values });
  const list = (values: readonly string[]): string => JSON.stringify(values);
  if (query.issuers !== 'all') add('issuer IN (SELECT value FROM json_each(?))', list(query.issuers));
  if (query.kinds !== undefined) add('kind IN (SELECT value FROM json_each(?))', list(query.kinds));
  if (query.subject !== undefined) {
    add('sequence IN (SELECT sequence FROM entry_subjects WHERE id = ?)', query.subject);
  }
  if (query.person !== undefined) add('sequence IN (SELECT sequence FROM entry_actors WHERE person = ?)', query.person);
  if (query.since !== undefined) add('time >= ?', query.since);
  if (query.until !== undefined) add('time < ?', query.until);
  if (query.text !== undefined && query.text !== '') {
    const pattern = `%${query.text.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
    add(
      String.raw`(kind LIKE ? ESCAPE '\' OR subjects LIKE ? ESCAPE '\' OR (payload LIKE ? ESCAPE '\' AND sequence NOT IN (SELECT value FROM json_each(?))))`,
      pattern,
      pattern,
      pattern,
      JSON.stringify(query.blind ?? []),
    );
  }
  return all;
}

/** Finds entries, newest first. Reads only; at most 500 entries a page. */
export function searchEntries(database: Database, query: JournalQuery): JournalPage {
  const wanted = conditions(query);
  const limit = Math.max(1, Math.min(pageLimit, query.limit));
  const where = (more: readonly Condition[]): { sql: string; values: readonly unknown[] } => {
    const parts = [...wanted, ...more];
    const sql = parts.length === 0 ? '' : `WHERE ${parts.map((part) => part.sql).join(' AND ')}`;
    return { sql, values: parts.flatMap((part) => part.values) };
  };
  const page = where(query.before === undefined ? [] : [{ sql: 'sequence < ?', values: [query.before] }]);
  const rows = database
    .prepare<unknown[], EntryRow>(`SELECT * FROM entries ${page.sql} ORDER BY sequence DESC LIMIT ? OFFSET ?`)
    .all(...page.values, limit + 1, query.offset ?? 0);
  const all = where([]);
  const count = database
    .prepare<unknown[], number>(`SELECT count(*) FROM (SELECT 1 FROM entries ${all.sql} LIMIT ?)`)
    .pluck()
    .get(...all.values, countLimit + 1);
  const entries = rows.slice(0, limit).map(entryOfRow);
  return {
    entries,
    total: (count ?? 0) > countLimit ? { kind: 'at-least', count: countLimit } : { kind: 'exactly', count: count ?? 0 },
    next: rows.length > limit ? (entries.at(-1)?.header.sequence ?? null) : null,
  };
}
