import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { CmsTables, StationRow } from '../store/tables.ts';
import type { BatchEvent } from './order-moves.ts';

const madeOrder = z.looseObject({
  attempt: z.string().max(120),
  chipSerial: z.string().max(120).exactOptional(),
  replaces: z
    .array(
      z.looseObject({
        attempt: z.string().max(120),
        chipSerial: z.string().max(120).nullable(),
        disposition: z.string().max(40),
        reason: z.string().max(120),
      }),
    )
    .exactOptional(),
});

/** Keeps which card, by attempt and chip serial, replaces which: a lost card that turns up later must be known for what it is. */
export async function keepReplacements(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  batch: string,
  events: readonly BatchEvent[],
): Promise<void> {
  for (const { kind, order, payload } of events) {
    if (kind !== 'order.made' || order === undefined) continue;
    const made = madeOrder.safeParse(payload).data;
    for (const lost of made?.replaces ?? []) {
      await transaction
        .insertInto('card_replacement')
        .values({
          station: station.id,
          lost_attempt: lost.attempt,
          lost_serial: lost.chipSerial,
          disposition: lost.disposition,
          reason: lost.reason,
          batch,
          order_id: order,
          attempt: made?.attempt ?? '',
          serial: made?.chipSerial ?? null,
        })
        .onConflict((conflict) =>
          conflict.columns(['station', 'lost_attempt']).doUpdateSet((build) => ({
            attempt: build.ref('excluded.attempt'),
            serial: build.ref('excluded.serial'),
          })),
        )
        .execute();
    }
  }
}
