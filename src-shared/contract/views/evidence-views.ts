import { z } from 'zod';

export const journalEntryView = z.strictObject({
  sequence: z.number().int(),
  time: z.string(),
  kind: z.string(),
  actor: z.string(),
  issuer: z.string().nullable(),
  subjects: z.record(z.string(), z.string()),
  /** RFC 8785 JSON of the payload; null where withheld or deleted. */
  payload: z.string().nullable(),
  entryHash: z.string(),
});
export type JournalEntryView = z.infer<typeof journalEntryView>;

export const chainView = z.strictObject({
  entries: z.number().int(),
  headHash: z.string(),
  lastTime: z.string().nullable(),
  lastCheckpoint: z.strictObject({ sequence: z.number().int(), time: z.string() }).nullable(),
  /** What the HSM remembers of it: with the fault in plain words while a write to it fails, `behind` when no new card is begun for that. */
  register: z.strictObject({
    state: z.enum(['kept', 'late', 'behind']),
    sequence: z.number().int().nullable(),
    since: z.string().nullable(),
    trouble: z.strictObject({ code: z.string(), text: z.string(), next: z.string() }).nullable(),
  }),
  lastVerified: z
    .strictObject({
      sequence: z.number().int(),
      time: z.string(),
      result: z.enum(['whole', 'broken']),
      /** Whether a person asked for it, or the station did it by itself while nothing was made. */
      by: z.enum(['person', 'station']),
    })
    .nullable(),
  /** How far the station's own verification is; null between two. */
  verifying: z.strictObject({ read: z.number().int(), of: z.number().int() }).nullable(),
});
export type ChainView = z.infer<typeof chainView>;

export const verificationView = z.strictObject({
  result: z.enum(['whole', 'broken']),
  entries: z.number().int(),
  checkpoints: z.number().int(),
  milliseconds: z.number(),
  findings: z.array(z.strictObject({ sequence: z.number().int(), code: z.string(), text: z.string() })),
});
export type VerificationView = z.infer<typeof verificationView>;

/**
 * How the journal's way to the CMS stands. It never says "connected": it says when the CMS last answered and what waits. While all is well
 * there is an answer at least every `contactEvery` seconds; an older one is no news and is to be shown by its age.
 */
export const syncView = z.strictObject({
  cms: z.string(),
  state: z.enum(['in-step', 'sending', 'waiting', 'trouble', 'not-enrolled']),
  /** Entries that the CMS does not have, and the time of the oldest of them. */
  queued: z.number().int(),
  oldestQueued: z.string().nullable(),
  acknowledged: z.number().int(),
  /** Time of the last proper answer of the CMS to any call; null when there never was one. */
  lastContact: z.string().nullable(),
  /** Seconds since the last answer when this view was made, by the monotonic clock; null when none came since the start. */
  secondsSinceContact: z.number().int().nullable(),
  contactEvery: z.number().int(),
  /** When the station calls next by itself; null while a call is under way or none is planned. */
  nextTry: z.string().nullable(),
  /** What is wrong, in plain words, and since when without a break. */
  trouble: z.strictObject({ code: z.string(), text: z.string(), next: z.string(), since: z.string() }).nullable(),
  /** What the start grants still allow, by batch. */
  grants: z
    .array(z.strictObject({ batch: z.string(), left: z.number().int(), secondsLeft: z.number().int() }))
    .exactOptional(),
});
export type SyncView = z.infer<typeof syncView>;

export const deviceView = z.strictObject({
  device: z.string(),
  kind: z.enum(['printer', 'reader', 'hsm']),
  serial: z.string(),
  model: z.string(),
  link: z.string(),
  line: z.string().nullable(),
  environment: z.enum(['test', 'live']),
  state: z.enum(['ready', 'working', 'not-reachable', 'other-device', 'not-enrolled']),
  detail: z.string(),
  enrolled: z.strictObject({ asker: z.string(), approver: z.string(), time: z.string() }).nullable(),
});
export type DeviceView = z.infer<typeof deviceView>;

export const keyView = z.strictObject({
  name: z.string(),
  usage: z.string(),
  algorithm: z.string(),
  kcv: z.string(),
  environment: z.enum(['test', 'live']),
});
export type KeyView = z.infer<typeof keyView>;
