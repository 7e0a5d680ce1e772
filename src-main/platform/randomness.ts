import { randomBytes, randomUUID } from 'node:crypto';

/** Where random bytes and fresh ids come from. */
export interface Randomness {
  bytes(length: number): Uint8Array;
  /** A fresh id with a prefix that says its kind, such as `at-3f0c…`. */
  id(prefix: string): string;
}

export const systemRandomness: Randomness = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  id: (prefix) => `${prefix}-${randomUUID().replaceAll('-', '').slice(0, 20)}`,
};
