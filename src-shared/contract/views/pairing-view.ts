import { z } from 'zod';

/** Whether a line's encoder is proven to be the one inside its printer. */
export const pairingView = z.strictObject({
  line: z.string(),
  title: z.string(),
  printer: z.string(),
  reader: z.string().nullable(),
  state: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('proven'), time: z.string() }),
    /** No chip card is made here until a test card has shown it. */
    z.strictObject({ kind: z.literal('not-proven') }),
    /** The test card is on its way, or was when the station stopped or the machine failed. */
    z.strictObject({ kind: z.literal('test-card'), since: z.string() }),
    /** A line without an encoder. */
    z.strictObject({ kind: z.literal('no-reader') }),
  ]),
});
export type PairingView = z.infer<typeof pairingView>;
