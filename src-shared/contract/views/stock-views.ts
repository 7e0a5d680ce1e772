import { z } from 'zod';
import { destructionMethod } from '../../journal-format/events/stock-events.ts';
import { stockKind } from '../../domain/stock-place.ts';

/** A count that is not told while somebody counts there. */
const blindCount = z.number().int().nullable();
const whole = z.number().int();

/** How much of one thing is at one place. */
export const holdingView = z.strictObject({
  place: z.string(),
  placeTitle: z.string(),
  /** A lot id; `cards` or `ribbons` in a container. */
  item: z.string(),
  /** Plain words: the lot with its type, `Rejected cards`, `Used ribbons`. */
  itemTitle: z.string(),
  /** Null while it is being counted. */
  count: blindCount,
  /** The last agreed or booked count of this thing here, and whether anything came or went since. */
  counted: z.strictObject({ time: z.string(), by: z.string(), since: z.enum(['unchanged', 'changed']) }).nullable(),
  /** The count that is under way here. */
  openCount: z.string().nullable(),
});
export type HoldingView = z.infer<typeof holdingView>;

/** A place with everything that is there. `line` names the line of a feeder. */
export const placeView = z.strictObject({
  place: z.string(),
  title: z.string(),
  kind: z.enum(['vault', 'line', 'container']),
  line: z.string().nullable(),
  holdings: z.array(holdingView),
});
export type PlaceView = z.infer<typeof placeView>;

/** A counted lot of blanks or ribbons. received + found = left + used + missing + out + destroyed (blanks that were never used). */
export const lotView = z.strictObject({
  lot: z.string(),
  kind: stockKind,
  blankType: z.string(),
  environment: z.enum(['test', 'live']),
  receivedAt: z.string(),
  supplier: z.string().nullable(),
  supplierReference: z.string().nullable(),
  /** Null while any of the lot is being counted, as all that follow. */
  received: blindCount,
  /** Made into cards, tests and spoiled ones, or, of ribbons, fitted. */
  used: blindCount,
  left: blindCount,
  missing: blindCount,
  found: blindCount,
  out: blindCount,
  destroyed: blindCount,
  /** The line that feeds it now (several with commas), or null. */
  line: z.string().nullable(),
  places: z.array(holdingView),
});
export type LotView = z.infer<typeof lotView>;

/** One ribbon from the printer to its destruction. It bears what was printed with it. */
export const ribbonView = z.strictObject({
  ribbon: z.string(),
  ribbonType: z.string(),
  lot: z.string().nullable(),
  line: z.string(),
  state: z.enum(['fitted', 'used', 'destroyed']),
  fitted: z.string(),
  takenOut: z.string().nullable(),
  remainingWhenFitted: z.number().int().nullable(),
  remaining: z.number().int().nullable(),
  panels: whole,
  /** Batches printed with it, of the issuers that the person may see. */
  batches: z.array(z.string()),
  destruction: z.string().nullable(),
});
export type RibbonView = z.infer<typeof ribbonView>;

/** A blind count. Nothing in it tells what is expected before two people have given their figures. */
export const countView = z.strictObject({
  count: z.string(),
  place: z.string(),
  placeTitle: z.string(),
  item: z.string(),
  itemTitle: z.string(),
  /** `first`, `second`: waits for that figure. `differs`: both were given; a reason and a second person are needed. */
  state: z.enum(['first', 'second', 'differs', 'same', 'booked', 'abandoned']),
  openedBy: z.string(),
  opened: z.string(),
  /** Whether this person may give the figure that is wanted; the second is another person's. */
  yourFigure: z.enum(['wanted', 'not-you', 'none']),
  figures: z.array(
    z.strictObject({ round: z.enum(['first', 'second']), by: z.string(), time: z.string(), figure: blindCount }),
  ),
  /** Known once both figures are given, or the count is over. */
  expected: blindCount,
  difference: blindCount,
  /** Before any figure, and when the difference is more than is still there to be booked. */
  giveUp: z.enum(['yes', 'no']),
  reason: z.string().nullable(),
  /** The request that waits or was signed. */
  approval: z.string().nullable(),
  settled: z.string().nullable(),
});
export type CountView = z.infer<typeof countView>;

/**
 * In = out of a day for one lot: opening + received + found = good + rejected + spoiled + test + missing + out + destroyed
 * + fitted + inMachine + closing.
 * `returned` was fed and came back unused: it is in `closing`. A card that turned bad on a later day is -1 good, +1 rejected there.
 */
export const dayFiguresView = z.strictObject({
  opening: whole,
  received: whole,
  found: whole,
  fed: whole,
  good: whole,
  rejected: whole,
  spoiled: whole,
  test: whole,
  returned: whole,
  missing: whole,
  out: whole,
  destroyed: whole,
  /** Ribbons that were put into a printer; 0 for blanks. */
  fitted: whole,
  inMachine: whole,
  closing: whole,
  /** In minus out: 0. */
  difference: whole,
});
export type DayFiguresView = z.infer<typeof dayFiguresView>;

export const dayLotView = z.strictObject({
  lot: z.string(),
  blankType: z.string(),
  /** Null while any of the lot is being counted. */
  figures: dayFiguresView.nullable(),
});

/** What a printer counted against what the journal says it fed, since the reading before the day. */
export const dayPrinterView = z.strictObject({
  line: z.string(),
  printer: z.string(),
  /** Null where the printer told nothing. */
  byPrinter: blindCount,
  byJournal: blindCount,
  difference: whole,
});

export const obstacleView = z.strictObject({ code: z.string(), text: z.string(), next: z.string() });

/** A business day of the station. */
export const dayView = z.strictObject({
  day: z.string(),
  state: z.enum(['open', 'closed']),
  opened: z.string(),
  openedBy: z.string(),
  closed: z.string().nullable(),
  closedBy: z.string().nullable(),
  lots: z.array(dayLotView),
  /** Sum of the lots of blanks; null while one of them is being counted. */
  total: dayFiguresView.nullable(),
  printers: z.array(dayPrinterView),
  /** What must be done before it can be closed, in plain words; empty for a closed day. */
  obstacles: z.array(obstacleView),
  /** Differences of the day (missing, found, a printer's counter): with any, the close needs a reason and a second person. */
  differences: z.array(obstacleView),
  reason: z.string().nullable(),
  approval: z.string().nullable(),
});
export type DayView = z.infer<typeof dayView>;

/** A line of the list of days. */
export const dayRowView = z.strictObject({
  day: z.string(),
  state: z.enum(['open', 'closed']),
  opened: z.string(),
  openedBy: z.string(),
  closed: z.string().nullable(),
  closedBy: z.string().nullable(),
  good: whole,
  rejected: whole,
  missing: whole,
  differences: z.enum(['none', 'explained']),
});
export type DayRowView = z.infer<typeof dayRowView>;

/** A card that is to be destroyed. */
export const cardToDestroyView = z.strictObject({
  attempt: z.string(),
  batch: z.string(),
  order: z.string(),
  maskedPan: z.string().nullable(),
  chipSerial: z.string().nullable(),
  disposition: z.enum(['rejected', 'spoiled', 'test']),
  reason: z.string().nullable(),
  ended: z.string().nullable(),
});
export type CardToDestroyView = z.infer<typeof cardToDestroyView>;

export const destructionView = z.strictObject({
  destruction: z.string(),
  /** Of the certificate; null until it is done. */
  number: z.string().nullable(),
  /** `asked` waits for its witnesses; `void`: refused, withdrawn or expired. */
  state: z.enum(['asked', 'done', 'void']),
  method: destructionMethod,
  cards: whole,
  testCards: whole,
  blanks: whole,
  unusedRibbons: whole,
  usedRibbons: whole,
  askedBy: z.string(),
  asked: z.string(),
  witnesses: z.array(z.string()),
  done: z.string().nullable(),
  approval: z.string(),
});
export type DestructionView = z.infer<typeof destructionView>;
