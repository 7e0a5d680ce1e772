import { z } from 'zod';

/** Inspections of single cards. Nothing that a card holds is in them but the serial of its chip. */
export const inspectionEvents = {
  /** A card on a line's reader is about to be read; `product` is whose keys are to open it, null without keys. */
  'card.inspection-begun': z.strictObject({ line: z.string(), reader: z.string(), product: z.string().nullable() }),
  /** The keys of a product are about to be tried on this card, once. */
  'card.keys-tried': z.strictObject({ line: z.string(), chip: z.string().nullable(), product: z.string() }),
  'card.inspected': z.strictObject({
    line: z.string(),
    chip: z.string().nullable(),
    product: z.string().nullable(),
    outcome: z.enum(['read', 'broke-off']),
    /** Code of what broke it off. */
    fault: z.string().nullable(),
  }),
} as const satisfies Record<string, z.ZodType>;
