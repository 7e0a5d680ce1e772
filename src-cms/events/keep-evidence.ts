import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { CmsTables, StationRow } from '../store/tables.ts';
import { keepFinding } from './keep-finding.ts';

const ended = z.looseObject({ disposition: z.string().max(40) });

/** What an entry says of a card: that it was begun, or where it ended; null for an entry of something else. */
function toldOf(entry: JournalEntry): string | null {
  if (entry.header.kind === 'attempt.started') return 'begun';
  if (entry.header.kind !== 'attempt.ended') return null;
  return ended.safeParse(entry.payload).data?.disposition ?? null;
}

/**
 * Keeps what a station tells, after it was declared lost, of cards of the batches that it had: the order stays blocked whatever it says, and
 * a card that it calls good is a finding, because it exists and must be destroyed.
 */
export async function keepEvidence(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  entry: JournalEntry,
): Promise<void> {
  const { batch, order, attempt } = entry.header.subjects;
  const state = toldOf(entry);
  if (state === null || batch === undefined || order === undefined || attempt === undefined) return;
  if ((await hadAndLost(transaction, station, batch)) === 'no') return;
  const known = await transaction
    .selectFrom('lost_card')
    .select('state')
    .where('station', '=', station.id)
    .where('attempt', '=', attempt)
    .executeTakeFirst();
  // A station that was enrolled anew sends its old journal again: the beginning of a card undoes none of its ends.
  if (known !== undefined && (state === 'begun' || known.state === state)) return;
  const told_at = entry.header.time;
  await transaction
    .insertInto('lost_card')
    .values({ station: station.id, attempt, batch, order_id: order, state, told_at })
    .onConflict((conflict) => conflict.columns(['station', 'attempt']).doUpdateSet({ state, told_at }))
    .execute();
  if (state !== 'good') return;
  await keepFinding(transaction, station, {
    sequence: entry.header.sequence,
    code: 'LOST-STATION-CARD',
    detail: `order ${order} of batch ${batch}: a card exists (attempt ${attempt}) and must be destroyed`,
    time: told_at,
  });
}

/**
 * Keeps as a finding that a station began a card, or calls one good, of a batch that it does not hold: another station may be making the same
 * order. The order itself is not moved. A batch that is not known here yet is no finding.
 */
export async function keepStrayCard(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  entry: JournalEntry,
): Promise<void> {
  const { batch, order, attempt } = entry.header.subjects;
  const state = toldOf(entry);
  if ((state !== 'begun' && state !== 'good') || batch === undefined) return;
  const known = await transaction.selectFrom('batch').select('id').where('id', '=', batch).executeTakeFirst();
  if (known === undefined || (await hadAndLost(transaction, station, batch)) === 'yes') return;
  await keepFinding(transaction, station, {
    sequence: entry.header.sequence,
    code: 'CARD-WITHOUT-LEASE',
    detail: `order ${order ?? ''} of batch ${batch}, which the station does not hold: a card ${state === 'good' ? 'is good' : 'was begun'} (attempt ${attempt ?? ''})`,
    time: entry.header.time,
  });
}

/** Whether the station had the batch until it was declared lost. */
async function hadAndLost(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  batch: string,
): Promise<'yes' | 'no'> {
  const lost = await transaction
    .selectFrom('lease')
    .select('id')
    .where('batch', '=', batch)
    .where('station', '=', station.id)
    .where('end_reason', '=', 'lost')
    .executeTakeFirst();
  return lost === undefined ? 'no' : 'yes';
}
