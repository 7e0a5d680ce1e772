import type { Transaction } from 'kysely';
import type { EntriesQuery, EventsAnswer, EventsHead, EventsRequest } from '#shared/contract/cms/events.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { genesisHash, type JournalEntry } from '#shared/journal-format/entry.ts';
import { CmsFault } from '../http/cms-fault.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { LeaseRestoration } from '../reconciliation/lease-restoration.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { CardReplacementRow, CmsTables, NewEventRow, StationRow } from '../store/tables.ts';
import { applyToBatches } from './apply-to-batches.ts';
import { copyOfEntries } from './copy-of-entries.ts';
import { keepFinding } from './keep-finding.ts';
import { lostEntries } from './lost-entries.ts';
import { checkEntries, type CheckedEntries, type HeldHashes } from './check-entries.ts';

const rowsPerInsert = 100;

/** What was found wrong with what a station reported. */
export interface EventFinding {
  readonly station: string;
  readonly sequence: number;
  readonly code: string;
  readonly detail: string;
}

/** The copies of the stations' journals: each entry once, in sequence, with the chain checked from the first. */
export class EventLedger {
  readonly #database: CmsDatabase;
  readonly #surroundings: Surroundings;
  readonly #restoration: LeaseRestoration;

  constructor(database: CmsDatabase, surroundings: Surroundings, restoration: LeaseRestoration) {
    this.#database = database;
    this.#surroundings = surroundings;
    this.#restoration = restoration;
  }

  /** Where the CMS stands with a station's chain. */
  head(station: StationRow): Promise<EventsHead> {
    return headOf(this.#database, station);
  }

  /**
   * Takes entries in sequence. Repeats that are the same are passed over; a gap changes nothing and names the sequence wanted. Faults
   * EVENT-CHANGED, CHAIN-BROKEN and CHECKPOINT-INVALID are kept as findings; what stood before the faulty entry is kept, the rest is not.
   */
  async take(station: StationRow, { entries }: EventsRequest): Promise<EventsAnswer> {
    for (;;) {
      const before = await headOf(this.#database, station);
      const first = entries[0]?.header.sequence ?? 1;
      if (first > before.sequence + 1) return { kind: 'gap', expected: before.sequence + 1 };
      const held = await this.#heldHashes(station, before, entries);
      const checked = await checkEntries(station, before, entries, held);
      const kept = await this.#keep(station, before, checked);
      // Another request of this station came in between: what is new is judged again by the head that now stands.
      if (kept === 'overtaken') continue;
      if (checked.refusal !== null) throw new CmsFault(checked.refusal.code);
      return { kind: 'accepted', upTo: checked.head.sequence };
    }
  }

  /** A station's own entries, as held. */
  copy(station: StationRow, query: EntriesQuery): AsyncGenerator<JournalEntry> {
    return copyOfEntries(this.#database, station, query);
  }

  /** Which lost card of a batch was replaced by which good one, by attempt and chip serial. */
  async replacements(batch: string): Promise<readonly CardReplacementRow[]> {
    return this.#database
      .selectFrom('card_replacement')
      .selectAll()
      .where('batch', '=', batch)
      .orderBy('order_id')
      .orderBy('lost_attempt')
      .execute();
  }

  /** What was found wrong with the stations' reports, oldest first. */
  async findings(): Promise<readonly EventFinding[]> {
    return this.#database
      .selectFrom('event_finding')
      .select(['station', 'sequence', 'code', 'detail'])
      .orderBy('id')
      .execute();
  }

  /** Hashes of what is held where the request repeats it or a checkpoint names it. */
  async #heldHashes(station: StationRow, before: ChainHead, entries: readonly JournalEntry[]): Promise<HeldHashes> {
    const named = entries.flatMap(({ header, payload }) => {
      if (header.kind !== 'journal.checkpoint' || typeof payload !== 'object' || payload === null) return [];
      return 'sequence' in payload && typeof payload.sequence === 'number' ? [payload.sequence] : [];
    });
    const first = entries[0]?.header.sequence ?? 1;
    const rows = await this.#database
      .selectFrom('event')
      .select(['sequence', 'entry_hash'])
      .where('station', '=', station.id)
      .where('enrolment', '=', station.enrolment)
      .where((where) =>
        where.or([
          where.and([where('sequence', '>=', first), where('sequence', '<', first + entries.length)]),
          where('sequence', 'in', named.length === 0 ? [0] : named),
        ]),
      )
      .where('sequence', '<=', before.sequence)
      .execute();
    const hashes = new Map(rows.map(({ sequence, entry_hash }) => [sequence, entry_hash]));
    return (sequence) => hashes.get(sequence);
  }

  /** Writes entries, what they mean, and a finding where there is one, in one transaction; nothing when the head has moved on meanwhile. */
  async #keep(
    station: StationRow,
    before: ChainHead,
    { fresh, refusal }: CheckedEntries,
  ): Promise<'kept' | 'overtaken'> {
    if (fresh.length === 0 && refusal === null) return 'kept';
    return this.#database.transaction().execute(async (transaction) => {
      const now = await headOf(transaction, station);
      if (now.sequence !== before.sequence || now.entryHash !== before.entryHash) return 'overtaken';
      for (let at = 0; at < fresh.length; at += rowsPerInsert) {
        const rows = fresh.slice(at, at + rowsPerInsert).map((entry) => rowOf(station, entry));
        await transaction.insertInto('event').values(rows).execute();
      }
      await applyToBatches(transaction, station, fresh, this.#restoration);
      const time = this.#surroundings.now().toISOString();
      for (const { sequence, detail } of lostEntries(fresh)) {
        await keepFinding(transaction, station, { sequence, code: 'ENTRIES-LOST', detail, time });
      }
      if (refusal !== null) {
        await keepFinding(transaction, station, { ...refusal, time });
      }
      return 'kept';
    });
  }
}

async function headOf(database: CmsDatabase | Transaction<CmsTables>, station: StationRow): Promise<ChainHead> {
  const last = await database
    .selectFrom('event')
    .select(['sequence', 'entry_hash'])
    .where('station', '=', station.id)
    .where('enrolment', '=', station.enrolment)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last === undefined
    ? { sequence: 0, entryHash: genesisHash }
    : { sequence: last.sequence, entryHash: last.entry_hash };
}

function rowOf(station: StationRow, entry: JournalEntry): NewEventRow {
  const { header } = entry;
  return {
    station: station.id,
    enrolment: station.enrolment,
    sequence: header.sequence,
    entry_hash: entry.entryHash,
    kind: header.kind,
    time: header.time,
    batch: header.subjects['batch'] ?? null,
    header: JSON.stringify(header),
    salt: entry.salt,
    payload: entry.salt === null ? null : JSON.stringify(entry.payload),
  };
}
