import type { Transaction } from 'kysely';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { leaseKinds, type LeaseRestoration } from '../reconciliation/lease-restoration.ts';
import type { CmsTables, LeaseRow, StationRow } from '../store/tables.ts';
import { applyEvents } from './apply-events.ts';
import { eventOfEntry } from './event-of-entry.ts';
import { keepEvidence, keepStrayCard } from './keep-evidence.ts';
import type { BatchEvent } from './order-moves.ts';

/**
 * Brings batches forward by new entries of one station.
 *
 * Leases and grants that the CMS has forgotten are learnt first; then all that the station ever told of such a batch is gone through from
 * the beginning. Only the station that holds a batch's lease moves it; what a lost station tells of its cards is kept as evidence, a card of
 * a batch that the station does not hold as a finding, anything else as it is. Entries that an earlier enrolment told already mean nothing new.
 */
export async function applyToBatches(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  entries: readonly JournalEntry[],
  restoration: LeaseRestoration,
): Promise<void> {
  const known = station.enrolment > 1 ? await toldBefore(transaction, station, entries) : new Set<string>();
  for (const [batch, about] of Map.groupBy(entries, ({ header }) => header.subjects['batch'])) {
    if (batch === undefined) continue;
    const learnt = await learn(transaction, station, batch, about.map(eventOfEntry), restoration);
    const lease = await liveLease(transaction, station, batch);
    if (lease === undefined) {
      for (const entry of about) {
        await keepEvidence(transaction, station, entry);
        if (!known.has(entry.entryHash)) await keepStrayCard(transaction, station, entry);
      }
    } else if (learnt.lease === 'yes') {
      await applyEvents(transaction, station, lease, await heldEvents(transaction, station, batch), 'known');
    } else {
      const fresh = about.filter(({ entryHash }) => !known.has(entryHash)).map(eventOfEntry);
      await applyEvents(transaction, station, lease, fresh, 'keep');
    }
    for (const returned of learnt.batches) await learnAnew(transaction, returned, restoration);
  }
}

async function learn(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  batch: string,
  events: readonly BatchEvent[],
  restoration: LeaseRestoration,
): Promise<{ readonly lease: 'yes' | 'no'; readonly batches: readonly string[] }> {
  let lease: 'yes' | 'no' = 'no';
  const batches: string[] = [];
  for (const event of events) {
    if (!leaseKinds.has(event.kind)) continue;
    const learnt = await restoration.learn(transaction, station, batch, event);
    if (learnt.kind !== 'nothing') lease = 'yes';
    if (learnt.kind === 'batch') batches.push(learnt.batch);
  }
  return { lease, batches };
}

/** A batch of returned orders exists again: stations may have told of it while it did not. */
async function learnAnew(
  transaction: Transaction<CmsTables>,
  batch: string,
  restoration: LeaseRestoration,
): Promise<void> {
  const tellers = await transaction
    .selectFrom('station')
    .selectAll()
    .where('id', 'in', (build) => build.selectFrom('event').select('station').where('batch', '=', batch))
    .execute();
  for (const station of tellers) {
    const events = await heldEvents(transaction, station, batch);
    await learn(transaction, station, batch, events, restoration);
    const lease = await liveLease(transaction, station, batch);
    if (lease !== undefined) await applyEvents(transaction, station, lease, events, 'known');
  }
}

async function liveLease(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  batch: string,
): Promise<LeaseRow | undefined> {
  return transaction
    .selectFrom('lease')
    .selectAll()
    .where('batch', '=', batch)
    .where('station', '=', station.id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
}

/** Everything that a station's present journal tells of a batch, in sequence. */
async function heldEvents(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  batch: string,
): Promise<readonly BatchEvent[]> {
  const rows = await transaction
    .selectFrom('event')
    .select(['entry_hash', 'header', 'salt', 'payload'])
    .where('batch', '=', batch)
    .where('station', '=', station.id)
    .where('enrolment', '=', station.enrolment)
    .orderBy('sequence')
    .execute();
  return rows.map(({ entry_hash, header, salt, payload }) =>
    eventOfEntry({
      header: JSON.parse(header) as JournalEntry['header'],
      entryHash: entry_hash,
      salt,
      payload: payload === null ? null : (JSON.parse(payload) as unknown),
    }),
  );
}

/** Hashes of those entries that the station sent under an earlier enrolment already. */
async function toldBefore(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  entries: readonly JournalEntry[],
): Promise<ReadonlySet<string>> {
  const first = entries[0]?.header.sequence ?? 0;
  const rows = await transaction
    .selectFrom('event')
    .select('entry_hash')
    .where('station', '=', station.id)
    .where('enrolment', '<', station.enrolment)
    .where('sequence', '>=', first)
    .where('sequence', '<', first + entries.length)
    .execute();
  return new Set(rows.map(({ entry_hash }) => entry_hash));
}
