import { randomBytes } from 'node:crypto';

/** Where the CMS takes time and random bytes from; tests set the clock, nobody sets the randomness of keys. */
export interface Surroundings {
  now(): Date;
  randomBytes(length: number): Buffer;
}

export const systemSurroundings: Surroundings = {
  now: () => new Date(),
  randomBytes: (length) => randomBytes(length),
};

/** A fresh identifier with a prefix that says its kind: 20 random hexadecimal digits. */
export function freshId(prefix: string, surroundings: Surroundings): string {
  return `${prefix}-${surroundings.randomBytes(10).toString('hex')}`;
}

/** Lets other requests have their turn between two pieces of long work; rejects when the signal is aborted. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
