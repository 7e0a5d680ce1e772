import { z } from 'zod';
import {
  destructionContent,
  feeder,
  movedPack,
  receivedLot,
  testPurpose,
} from '../../journal-format/events/stock-events.ts';
import { stockItem, stockPlace } from '../../domain/stock-place.ts';
import { row } from '../row.ts';
import { approvalView } from '../views/approval-views.ts';
import {
  cardToDestroyView,
  countView,
  dayRowView,
  dayView,
  destructionView,
  lotView,
  placeView,
  ribbonView,
} from '../views/stock-views.ts';
import { nothing, page, reason, remark } from './call-inputs.ts';

const line = z.string().min(1).max(40);
const lot = z.string().min(1).max(64);
const count = z.strictObject({ count: z.string().max(64) });
const day = z.strictObject({ day: z.string().max(20) });

const testUse = z.strictObject({
  lot,
  line,
  count: z.number().int().min(1).max(20),
  purpose: testPurpose,
  fedBy: feeder,
  remark: remark.default(''),
});

/** Blanks, ribbons, where they are, counts, days and destruction. What needs a second person answers the request to be signed. */
export const stockCalls = {
  lots: row('see-stock', { kind: 'none' })
    .input(nothing)
    .output(z.strictObject({ lots: z.array(lotView) })),
  places: row('see-stock', { kind: 'none' })
    .input(nothing)
    .output(z.strictObject({ places: z.array(placeView) })),
  /** A delivery, counted by two people; a lot without a number gets one. */
  requestReceipt: row('move-stock', { kind: 'none' })
    .input(
      z.strictObject({
        supplier: reason.max(100),
        supplierReference: reason.max(100),
        lots: z
          .array(receivedLot.extend({ lot: stockItem.exactOptional() }))
          .min(1)
          .max(50),
      }),
    )
    .output(approvalView),
  /** Counted packs between the vault and a line, or out of the station. */
  requestMove: row('move-stock', { kind: 'none' })
    .input(z.strictObject({ packs: z.array(movedPack).min(1).max(50), reason: remark.default('') }))
    .output(approvalView),
  /** The line feeds this lot from now on: only what was moved there. */
  load: row('load-stock', { kind: 'none' }).input(z.strictObject({ lot, line })).output(lotView),
  /** Blanks used without an order; one person books a few alone. */
  useForTest: row('load-stock', { kind: 'none' }).input(testUse).output(lotView),
  /** More than one person may book; a supervisor signs. */
  requestTestUse: row('load-stock', { kind: 'none' }).input(testUse).output(approvalView),

  ribbons: row('see-stock', { kind: 'filtered' })
    .input(z.strictObject({ show: z.enum(['present', 'all']).default('present') }))
    .output(z.strictObject({ ribbons: z.array(ribbonView) })),
  /** A ribbon of a lot at this line is in its printer now; the one before goes to the used ribbons. */
  fitRibbon: row('load-stock', { kind: 'none' }).input(z.strictObject({ line, lot })).output(ribbonView),
  takeOutRibbon: row('load-stock', { kind: 'none' }).input(z.strictObject({ line })).output(ribbonView),

  counts: row('see-stock', { kind: 'none' })
    .input(z.strictObject({ show: z.enum(['open', 'all']).default('open'), ...page }))
    .output(z.strictObject({ counts: z.array(countView), total: z.number().int() })),
  /** Opens a blind count of each named thing at a place, or of everything that is there. */
  openCounts: row('count-stock', { kind: 'none' })
    .input(z.strictObject({ place: stockPlace, items: z.array(stockItem).max(200).exactOptional() }))
    .output(z.strictObject({ counts: z.array(countView) })),
  /** What was counted; the answer says whether it agreed, or that another person must count. */
  enterCount: row('count-stock', { kind: 'none' })
    .input(count.extend({ figure: z.number().int().min(0).max(1_000_000) }))
    .output(countView),
  abandonCount: row('count-stock', { kind: 'none' }).input(count.extend({ reason })).output(countView),
  requestCountDifference: row('count-stock', { kind: 'none' }).input(count.extend({ reason })).output(approvalView),

  /** The open day, or null; and the last one that was closed. */
  day: row('see-stock', { kind: 'none' })
    .input(nothing)
    .output(z.strictObject({ open: dayView.nullable(), lastClosed: dayRowView.nullable() })),
  days: row('see-stock', { kind: 'none' })
    .input(z.strictObject(page))
    .output(z.strictObject({ days: z.array(dayRowView), total: z.number().int() })),
  getDay: row('see-stock', { kind: 'none' }).input(day).output(dayView),
  openDay: row('run-day', { kind: 'none' }).input(nothing).output(dayView),
  /** Asks for the close of a day; a second person signs, a supervisor where something differs, and only then there is a reason. */
  requestDayClose: row('run-day', { kind: 'none' })
    .input(z.strictObject({ reason: remark.default('') }))
    .output(approvalView),

  /** Rejected, spoiled and test cards that still exist, and how many test cards without an order lie with them. */
  cardsToDestroy: row('see-stock', { kind: 'filtered' })
    .input(z.strictObject({ batch: z.string().max(64).exactOptional(), ...page }))
    .output(
      z.strictObject({ cards: z.array(cardToDestroyView), total: z.number().int(), testCards: z.number().int() }),
    ),
  /** One asks, two others watch and sign. */
  requestDestruction: row('destroy-stock', { kind: 'every-issuer' }).input(destructionContent).output(approvalView),
  destructions: row('see-stock', { kind: 'none' })
    .input(z.strictObject(page))
    .output(z.strictObject({ destructions: z.array(destructionView), total: z.number().int() })),
  certificate: row('see-stock', { kind: 'every-issuer' })
    .input(z.strictObject({ destruction: z.string().max(64) }))
    .output(z.strictObject({ fileName: z.string(), pdfBase64: z.string() })),
} as const;
