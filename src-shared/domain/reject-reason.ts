import { z } from 'zod';

/** Why a finished card is not good, as a person says it. */
export const rejectReasons = [
  'print-faint',
  'print-lines',
  'print-offset',
  'wrong-data',
  'surface-damage',
  'stripe-damage',
  'chip-damage',
  'other',
] as const;

export const rejectReason = z.enum(rejectReasons);
export type RejectReason = z.infer<typeof rejectReason>;

/** Why an order shall be made again. `not-made`: no card of it was ever finished. */
export const remakeReason = z.enum([...rejectReasons, 'not-made']);
export type RemakeReason = z.infer<typeof remakeReason>;
