import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { CmsOrderState } from '#shared/contract/cms/batches.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { CmsTables, StationRow } from '../store/tables.ts';
import { keepEvidence } from './keep-evidence.ts';

const acceptedRecords = z.looseObject({
  records: z.array(z.looseObject({ order: z.string(), findings: z.array(z.unknown()) })),
});
const startedAttempt = z.looseObject({ grant: z.string().max(200) });

/**
 * Brings batch and order states forward by one entry of the journal.
 *
 * Only the station that holds the batch's lease moves it; an entry about any other batch is kept and changes nothing, but for one that a
 * station had when it was declared lost: what it tells of its cards is kept as evidence. A blocked or returned order never moves again.
 */
export async function applyEvent(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  entry: JournalEntry,
): Promise<void> {
  const { batch, order, attempt } = entry.header.subjects;
  if (batch === undefined) return;
  const lease = await transaction
    .selectFrom('lease')
    .select(['id', 'granted_index'])
    .where('batch', '=', batch)
    .where('station', '=', station.id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (lease === undefined) {
    await keepEvidence(transaction, station, entry);
    return;
  }
  const moveOrder = async (target: string, state: CmsOrderState, from: readonly CmsOrderState[]) => {
    await transaction
      .updateTable('batch_order')
      .set({ state })
      .where('batch', '=', batch)
      .where('order_id', '=', target)
      .where('state', 'in', from)
      .execute();
  };
  switch (entry.header.kind) {
    case 'batch.records-accepted': {
      const payload = acceptedRecords.safeParse(entry.payload);
      if (!payload.success) return;
      for (const record of payload.data.records) {
        if (record.findings.length > 0) await moveOrder(record.order, 'held', ['waiting']);
      }
      return;
    }
    case 'order.held':
      if (order !== undefined) await moveOrder(order, 'held', ['waiting', 'begun', 'failed']);
      return;
    case 'batch.started':
      await transaction
        .updateTable('batch')
        .set({ state: 'producing' })
        .where('id', '=', batch)
        .where('state', 'in', ['leased', 'granted'])
        .execute();
      return;
    case 'attempt.started': {
      if (order === undefined || attempt === undefined) return;
      const start_grant = startedAttempt.safeParse(entry.payload).data?.grant ?? null;
      const moved = await transaction
        .updateTable('batch_order')
        .set({ state: 'begun', attempt, start_grant })
        .where('batch', '=', batch)
        .where('order_id', '=', order)
        .where('state', 'in', ['waiting', 'failed', 'held'])
        .returning('position')
        .executeTakeFirst();
      // Found by the station itself before it begins a card; a station that does not is a finding.
      if (moved === undefined || moved.position >= lease.granted_index) {
        await transaction.insertInto('event_finding').values(beyondGrant(station, entry, order)).execute();
      }
      return;
    }
    case 'attempt.ended':
      // A look may find a card bad that was reported as made: then the order has none.
      if (order !== undefined && isSpoilt(entry.payload)) await moveOrder(order, 'failed', ['begun', 'produced']);
      return;
    case 'order.made':
      if (order !== undefined) await moveOrder(order, 'produced', ['waiting', 'begun', 'failed', 'held']);
      return;
    case 'batch.closed': {
      await transaction.updateTable('batch').set({ state: 'closed' }).where('id', '=', batch).execute();
      await transaction
        .updateTable('batch_order')
        .set({ state: 'withdrawn' })
        .where('batch', '=', batch)
        .where('state', 'in', ['waiting', 'begun', 'failed'])
        .execute();
      await transaction
        .updateTable('lease')
        .set({ ended_at: entry.header.time, end_reason: 'closed' })
        .where('id', '=', lease.id)
        .execute();
      return;
    }
    default:
      return;
  }
}

function beyondGrant(station: StationRow, entry: JournalEntry, order: string) {
  const { sequence, time } = entry.header;
  return {
    id: null,
    station: station.id,
    enrolment: station.enrolment,
    sequence,
    code: 'BEGUN-WITHOUT-GRANT',
    detail: `a card of order ${order} was begun that was not to be begun`,
    found_at: time,
  };
}

function isSpoilt(payload: unknown): boolean {
  const parsed = z.looseObject({ disposition: z.string() }).safeParse(payload);
  return parsed.success && parsed.data.disposition !== 'good';
}
