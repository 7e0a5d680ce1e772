import { z } from 'zod';

/** Areas of state whose views must be asked for again. */
export const topic = z.enum([
  'batches',
  'approvals',
  'looks',
  'journal',
  'sync',
  'devices',
  'stock',
  'keys',
  'products',
  'applets',
  'session',
]);
export type Topic = z.infer<typeof topic>;
