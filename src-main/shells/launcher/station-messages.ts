import { z } from 'zod';

/** What the station's process says to who forked it. */
export const stationMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ready'),
    /** A start page for the first window; null where the station serves no windows. */
    startPage: z.string().nullable().default(null),
    url: z.string().nullable().default(null),
    socket: z.string(),
  }),
  z.object({ kind: z.literal('progress'), text: z.string() }),
  z.object({ kind: z.literal('failed'), code: z.string(), text: z.string(), next: z.string() }),
]);
export type StationMessage = z.infer<typeof stationMessage>;
export type StationReady = Extract<StationMessage, { kind: 'ready' }>;
