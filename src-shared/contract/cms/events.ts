import { z } from 'zod';
import { sha256Hex, stationId } from '../../domain/identifiers.ts';
import type { JournalEntry } from '../../journal-format/entry.ts';
import { countText, instant } from './wire-text.ts';

/** Most entries of one request; its body may hold `cmsRoutes.sendEvents.bodyLimit` bytes at most, so long entries travel in smaller groups. */
export const maximumEntriesPerRequest = 1_000;
/** Most characters of one payload: an intake page of a thousand records fits. */
export const maximumPayloadLength = 1024 * 1024;

/** A journal entry as sent: header and hash always, salt and payload unless withheld (both null). */
export const wireEntry = z.strictObject({
  header: z.strictObject({
    format: z.literal(1),
    hash: z.literal('SHA-256'),
    station: stationId,
    sequence: z.int().min(1),
    time: instant,
    actor: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('person'), person: z.string().min(1).max(80) }),
      z.strictObject({ kind: z.literal('station') }),
    ]),
    kind: z.string().regex(/^[a-z][a-z0-9.-]{0,79}$/),
    issuer: z.string().max(40).nullable(),
    subjects: z.record(z.string().max(40), z.string().max(120)),
    previous: sha256Hex,
    payloadDigest: sha256Hex,
  }),
  entryHash: sha256Hex,
  salt: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  payload: z
    .unknown()
    .refine((value) => value === undefined || JSON.stringify(value).length <= maximumPayloadLength, 'payload too long'),
}) satisfies z.ZodType<JournalEntry>;

/** Body of `POST /v1/events`: entries of the asking station's journal, in sequence without gaps among themselves. */
export const eventsRequest = z.strictObject({ entries: z.array(wireEntry).min(1).max(maximumEntriesPerRequest) });
export type EventsRequest = z.infer<typeof eventsRequest>;

/**
 * `accepted`: everything up to and with `upTo` is held, repeats included. `gap`: nothing was taken, send from `expected` on.
 *
 * 409 `EVENT-CHANGED` when a sequence held already came with another hash, 422 `CHAIN-BROKEN` when an entry does not follow;
 * both are kept as findings against the station, and the rest of the request is not taken.
 */
export const eventsAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accepted'), upTo: z.int().min(1) }),
  z.strictObject({ kind: z.literal('gap'), expected: z.int().min(1) }),
]);
export type EventsAnswer = z.infer<typeof eventsAnswer>;

/**
 * Query of `GET /v1/events`: what the station remembers this CMS to have acknowledged, and its last entry that is news. A CMS that holds
 * less than it acknowledged was set back; one that holds all the news knows that this station has nothing more to tell.
 */
export const eventsHeadQuery = z.strictObject({
  acknowledged: countText.exactOptional(),
  news: countText.exactOptional(),
});
export type EventsHeadQuery = z.infer<typeof eventsHeadQuery>;

/** Answer of `GET /v1/events`: where the CMS stands with the asking station's chain. */
export const eventsHead = z.strictObject({ sequence: z.int().min(0), entryHash: sha256Hex });
export type EventsHead = z.infer<typeof eventsHead>;

/** Most bytes of one answer of `GET /v1/events/entries`: it ends early with the entry that passes the half. */
export const maximumCopyLength = 8 * 1024 * 1024;

/** Query of `GET /v1/events/entries`: the asking station's own entries, for one that was restored from an older backup. */
export const entriesQuery = z.strictObject({
  from: countText.pipe(z.int().min(1)),
  count: countText.pipe(z.int().min(1).max(maximumEntriesPerRequest)),
});
export type EntriesQuery = z.infer<typeof entriesQuery>;
