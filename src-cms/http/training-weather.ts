import { z } from 'zod';

/**
 * How the CMS answers for a while instead of properly, for training: garbage bytes under a JSON content type, slowly, with HTTP 500 and no
 * contract body, by ending the connection, or never.
 */
export const weather = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('normal') }),
  z.strictObject({ kind: z.literal('garbage'), times: z.int().min(1).max(1_000_000) }),
  z.strictObject({ kind: z.literal('error-500'), times: z.int().min(1).max(1_000_000) }),
  z.strictObject({ kind: z.literal('hang-up'), times: z.int().min(1).max(1_000_000) }),
  z.strictObject({ kind: z.literal('never'), times: z.int().min(1).max(1_000_000) }),
  z.strictObject({
    kind: z.literal('slow'),
    times: z.int().min(1).max(1_000_000),
    milliseconds: z.int().min(1).max(600_000),
  }),
]);
export type Weather = z.infer<typeof weather>;

/** Holds the weather set by the control connection and counts it down by one for each request. */
export class TrainingWeather {
  #current: Weather = { kind: 'normal' };

  set(next: Weather): void {
    this.#current = next;
  }

  /** What becomes of this request. */
  take(): Weather {
    const now = this.#current;
    if (now.kind === 'normal') return now;
    this.#current = now.times > 1 ? { ...now, times: now.times - 1 } : { kind: 'normal' };
    return now;
  }
}
