import { z } from 'zod';
import { environment, sha256Hex } from '../../domain/identifiers.ts';
import { stockItem, stockKind, stockPlace } from '../../domain/stock-place.ts';

const count = z.number().int().positive().max(1_000_000);
const reason = z.string().min(1).max(400);

/** One box of a delivery: a lot with its count. `blankType` names the blank, or the ribbon, as products do. */
export const receivedLot = z.strictObject({
  lot: stockItem,
  kind: stockKind,
  blankType: z.string().min(1).max(64),
  count,
  environment,
});
/** A counted pack on its way; `out` leaves the station for good (back to the supplier, to another site). */
export const movedPack = z.strictObject({
  lot: stockItem,
  from: stockPlace,
  to: z.union([stockPlace, z.literal('out')]),
  count,
});
/** How something was destroyed. */
export const destructionMethod = z.enum(['shredded', 'disintegrated', 'cut', 'burned']);
export type DestructionMethod = z.infer<typeof destructionMethod>;
/** What shall be destroyed, each thing by its id; cards without an order (tests of the machines) and unused blanks by number. */
export const destructionContent = z.strictObject({
  method: destructionMethod,
  attempts: z.array(z.string()).max(1000),
  testCards: z.number().int().nonnegative(),
  lots: z.array(z.strictObject({ lot: stockItem, place: stockPlace, count })).max(50),
  ribbons: z.array(z.string()).max(200),
});

/** What blanks without an order are used for. */
export const testPurpose = z.enum(['pairing', 'cleaning', 'test-print', 'other']);
/** Whether the line's printer fed them, so that its counter went on. */
export const feeder = z.enum(['printer', 'hand']);

/** What was asked of a second person; the signature is over the SHA-256 of its RFC 8785 form. */
export const stockRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('receipt'),
    supplier: z.string().min(1).max(100),
    supplierReference: z.string().min(1).max(100),
    lots: z.array(receivedLot).min(1).max(50),
  }),
  z.strictObject({ kind: z.literal('move'), reason: z.string().max(400), packs: z.array(movedPack).min(1).max(50) }),
  z.strictObject({
    kind: z.literal('count-difference'),
    count: z.string(),
    expected: z.number().int(),
    figure: z.number().int(),
    reason,
  }),
  z.strictObject({
    kind: z.literal('test-use'),
    lot: stockItem,
    line: z.string(),
    count,
    purpose: testPurpose,
    fedBy: feeder,
    remark: z.string().max(400),
  }),
  z.strictObject({ kind: z.literal('day-close'), day: z.string(), figuresDigest: sha256Hex }),
  z.strictObject({ kind: z.literal('day-difference'), day: z.string(), figuresDigest: sha256Hex, reason }),
  z.strictObject({ kind: z.literal('destruction'), destruction: z.string(), content: destructionContent }),
]);
export type StockRequest = z.infer<typeof stockRequest>;

/** What the printer of a line says it has fed in its life; null where it could not be asked. */
export const printerReading = z.strictObject({
  line: z.string(),
  printer: z.string(),
  cards: z.number().int().nullable(),
});

const placeFigure = z.strictObject({ place: stockPlace, item: stockItem, count: z.number().int() });

/** Lots, custody, counts, days and destruction. Subjects carry lot, line, day, count, ribbon, destruction. */
export const stockEvents = {
  /** Asked with the approval that its subjects name. */
  'stock.requested': z.strictObject({ approval: z.string(), request: stockRequest }),
  /** A lot is in the vault. Entries of before custody was kept have no kind (they are blanks), no supplier and no approval. */
  'lot.received': z.strictObject({
    kind: stockKind.exactOptional(),
    blankType: z.string(),
    count: z.number().int().positive(),
    environment,
    supplier: z.string().exactOptional(),
    supplierReference: z.string().exactOptional(),
    approval: z.string().exactOptional(),
  }),
  'lot.moved': z.strictObject({
    from: stockPlace,
    to: z.union([stockPlace, z.literal('out')]),
    count,
    reason: z.string(),
    approval: z.string(),
  }),
  /** The line feeds this lot from now on; its blanks were moved there before. */
  'lot.loaded': z.strictObject({ line: z.string() }),
  /** Blanks used without an order: the pairing, a cleaning, a test print. They end in the box of rejected cards. */
  'blank.used-for-test': z.strictObject({
    count,
    purpose: testPurpose,
    fedBy: feeder,
    remark: z.string().max(400),
    /** The signature of a second person; null where one person booked alone. Absent where the station booked what its machines did. */
    approval: z.string().nullable().exactOptional(),
  }),

  /** A ribbon begins in a printer; `lot` is null when the printer found one that nobody had booked. */
  'ribbon.fitted': z.strictObject({
    ribbonType: z.string(),
    lot: z.string().nullable(),
    remaining: z.number().int().nullable(),
    foundBy: z.enum(['operator', 'printer']),
  }),
  /** What the printer found and what a person fitted are one ribbon: this is its lot, instead of none or of one that was guessed. */
  'ribbon.recognised': z.strictObject({
    ribbonType: z.string(),
    lot: z.string().nullable(),
    /** The lot it was booked from before; null where it had none. */
    instead: z.string().nullable(),
    remaining: z.number().int().nullable(),
    foundBy: z.enum(['operator', 'printer']),
  }),
  /** It bears what was printed: from here it is card data in the container of used ribbons. */
  'ribbon.taken-out': z.strictObject({
    remaining: z.number().int().nullable(),
    foundBy: z.enum(['operator', 'printer']),
  }),

  /** A blind count begins. */
  'count.opened': z.strictObject({ place: stockPlace, item: stockItem }),
  /** What a person counted, without having seen what is expected; the second by another person. */
  'count.figure': z.strictObject({ round: z.enum(['first', 'second']), figure: z.number().int().nonnegative() }),
  /** `same`: a figure agreed. `booked`: two people decided, the difference is missing (below zero) or found. */
  'count.settled': z.strictObject({
    result: z.enum(['same', 'booked']),
    difference: z.number().int(),
    reason: z.string(),
    approval: z.string().nullable(),
  }),
  /** Given up before anybody gave a figure, or because the difference of two figures could no longer be booked. */
  'count.abandoned': z.strictObject({ reason: z.string().max(400) }),

  'day.opened': z.strictObject({ places: z.array(placeFigure), printers: z.array(printerReading) }),
  'day.closed': z.strictObject({
    places: z.array(placeFigure),
    printers: z.array(printerReading),
    figuresDigest: sha256Hex,
    reason: z.string(),
    approval: z.string().nullable(),
  }),

  'destruction.done': z.strictObject({
    number: z.string(),
    content: destructionContent,
    approval: z.string(),
    statementDigest: sha256Hex,
    witnesses: z.array(z.string()),
    certificateDigest: sha256Hex,
  }),
} as const satisfies Record<string, z.ZodType>;
