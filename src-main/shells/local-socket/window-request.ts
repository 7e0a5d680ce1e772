import { z } from 'zod';

/** The one request outside the contract, as the first frame of a connection: a window is wanted. */
export const windowRequest = z.strictObject({ 'open-window': z.literal(true) });

/** Its answer: the path of a start page, or that no window can be opened here. */
export const windowAnswer = z.union([
  z.strictObject({ startPage: z.string() }),
  z.strictObject({ refused: z.string() }),
]);

/** Reads a frame as the given shape; null when it is something else. */
export function readFrame<T>(shape: z.ZodType<T>, frame: string): T | null {
  try {
    return shape.parse(JSON.parse(frame));
  } catch {
    return null;
  }
}
