import { z } from 'zod';
import type { JournalEntry } from '#shared/journal-format/entry.ts';

const resolved = z.looseObject({ lost: z.int().min(1), ordersHeld: z.int() });

/** Entries by which a station says that others of its journal are lost: two people there signed it, and somebody here must know. */
export function lostEntries(
  entries: readonly JournalEntry[],
): readonly { readonly sequence: number; readonly detail: string }[] {
  return entries.flatMap(({ header, payload }) => {
    if (header.kind !== 'journal.resolved') return [];
    const said = resolved.safeParse(payload);
    if (!said.success) return [];
    const { lost, ordersHeld } = said.data;
    return [
      {
        sequence: header.sequence,
        detail: `${lost} entries that the station's HSM remembers are lost; ${ordersHeld} orders are held there`,
      },
    ];
  });
}
