import { createHash, verify } from 'node:crypto';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { EventsAnswer, EventsHead, EventsRequest } from '#shared/contract/cms/events.ts';
import { followChain, type ChainHead } from '#shared/journal-format/chain.ts';
import { checkpointBytes } from '#shared/journal-format/checkpoint.ts';
import { entryHash, genesisHash, payloadDigest, type JournalEntry } from '#shared/journal-format/entry.ts';
import type { CmsErrorCode } from '#shared/contract/cms/errors.ts';
import { CmsFault } from '../http/cms-fault.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import { importEcPublicKey } from '../sealing/content-key.ts';
import { ecPublicJwk } from '#shared/contract/cms/wire-text.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { CmsTables, NewEventRow, StationRow } from '../store/tables.ts';
import { applyEvent } from './apply-event.ts';

const checkpointPayload = z.looseObject({ sequence: z.int().min(1), entryHash: z.string(), signature: z.string() });

function sha256(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest();
}

/** One refusal of an entry: what the station is told, and where. */
interface Refusal {
  readonly code: CmsErrorCode;
  readonly sequence: number;
  readonly detail: string;
}

/** The copies of the stations' journals: each entry once, in sequence, with the chain checked from the first. */
export class EventLedger {
  readonly #database: CmsDatabase;
  readonly #surroundings: Surroundings;

  constructor(database: CmsDatabase, surroundings: Surroundings) {
    this.#database = database;
    this.#surroundings = surroundings;
  }

  /** Where the CMS stands with a station's chain. */
  async head(station: StationRow): Promise<EventsHead> {
    const last = await this.#database
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

  /**
   * Takes entries in sequence. Repeats that are the same are passed over; a gap changes nothing and names the sequence wanted. Faults
   * EVENT-CHANGED, CHAIN-BROKEN and CHECKPOINT-INVALID are kept as findings; what stood before the faulty entry is kept, the rest is not.
   */
  async take(station: StationRow, { entries }: EventsRequest): Promise<EventsAnswer> {
    const outcome = await this.#database.transaction().execute(async (transaction) => {
      const before = await this.#headIn(transaction, station);
      const first = entries[0]?.header.sequence ?? 1;
      if (first > before.sequence + 1) return { kind: 'gap', expected: before.sequence + 1 } as const;
      const { refusal, head } = await this.#append(transaction, station, before, entries);
      if (refusal === null) return { kind: 'accepted', upTo: head.sequence } as const;
      await transaction
        .insertInto('event_finding')
        .values({
          id: null,
          station: station.id,
          enrolment: station.enrolment,
          sequence: refusal.sequence,
          code: refusal.code,
          detail: refusal.detail,
          found_at: this.#surroundings.now().toISOString(),
        })
        .execute();
      return { kind: 'refused', code: refusal.code } as const;
    });
    if (outcome.kind === 'refused') throw new CmsFault(outcome.code);
    return outcome;
  }

  /** What was found wrong with the stations' reports, oldest first. */
  async findings(): Promise<
    readonly { readonly station: string; readonly sequence: number; readonly code: string; readonly detail: string }[]
  > {
    return this.#database
      .selectFrom('event_finding')
      .select(['station', 'sequence', 'code', 'detail'])
      .orderBy('id')
      .execute();
  }

  async #append(
    transaction: Transaction<CmsTables>,
    station: StationRow,
    before: ChainHead,
    entries: readonly JournalEntry[],
  ): Promise<{ readonly refusal: Refusal | null; readonly head: ChainHead }> {
    let head = before;
    let wanted = entries[0]?.header.sequence ?? 1;
    for (const entry of entries) {
      const { sequence } = entry.header;
      const refuse = (code: CmsErrorCode, detail: string) => ({ refusal: { code, sequence, detail }, head });
      if (entry.header.station !== station.id) return refuse('CHAIN-BROKEN', 'entry of another station');
      if (sequence !== wanted) return refuse('CHAIN-BROKEN', 'entries are not in sequence');
      wanted += 1;
      if (sequence <= before.sequence) {
        if (!(await isRepeat(transaction, station, entry)))
          return refuse('EVENT-CHANGED', 'entry differs from the one held');
        continue;
      }
      const followed = followChain(head, entry, sha256);
      if (followed.kind === 'broken') return refuse('CHAIN-BROKEN', followed.finding.kind);
      if (entry.header.kind === 'journal.checkpoint' && !(await isCheckpoint(transaction, station, entry))) {
        return refuse('CHECKPOINT-INVALID', 'signature or head');
      }
      head = followed.head;
      await transaction.insertInto('event').values(rowOf(station, entry)).execute();
      await applyEvent(transaction, station, entry);
    }
    return { refusal: null, head };
  }

  async #headIn(transaction: Transaction<CmsTables>, station: StationRow): Promise<ChainHead> {
    const last = await transaction
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

/** Says whether an entry is, hash and payload, the one held under its sequence. */
async function isRepeat(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  entry: JournalEntry,
): Promise<boolean> {
  const held = await transaction
    .selectFrom('event')
    .select('entry_hash')
    .where('station', '=', station.id)
    .where('enrolment', '=', station.enrolment)
    .where('sequence', '=', entry.header.sequence)
    .executeTakeFirst();
  if (held?.entry_hash !== entry.entryHash) return false;
  try {
    if (entryHash(entry.header, sha256) !== entry.entryHash) return false;
    if (entry.salt === null) return entry.payload === null;
    return payloadDigest(entry.salt, entry.payload, sha256) === entry.header.payloadDigest;
  } catch {
    return false;
  }
}

/** Says whether a checkpoint names an entry held of this chain and bears the station's signature. A withheld payload cannot be judged and passes. */
async function isCheckpoint(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  entry: JournalEntry,
): Promise<boolean> {
  if (entry.salt === null) return true;
  const payload = checkpointPayload.safeParse(entry.payload);
  if (!payload.success) return false;
  const { sequence, entryHash: named, signature } = payload.data;
  const held = await transaction
    .selectFrom('event')
    .select('entry_hash')
    .where('station', '=', station.id)
    .where('enrolment', '=', station.enrolment)
    .where('sequence', '=', sequence)
    .executeTakeFirst();
  if (held?.entry_hash !== named) return false;
  return verify(
    'sha256',
    checkpointBytes(station.id, { sequence, entryHash: named }),
    {
      key: importEcPublicKey(ecPublicJwk.parse(JSON.parse(station.signing_key))),
      dsaEncoding: 'ieee-p1363',
    },
    Buffer.from(signature, 'base64url'),
  );
}
