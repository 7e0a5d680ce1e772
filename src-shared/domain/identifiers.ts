import { z } from 'zod';

/** Short machine names: issuers, products, people, lines. */
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
/** Identifiers made by a program: batches, orders, attempts, lots. */
const token = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

export const issuerId = slug.brand<'IssuerId'>();
export type IssuerId = z.infer<typeof issuerId>;
export const personId = slug.brand<'PersonId'>();
export type PersonId = z.infer<typeof personId>;
export const lineId = slug.brand<'LineId'>();
export type LineId = z.infer<typeof lineId>;
export const stationId = token.brand<'StationId'>();
export type StationId = z.infer<typeof stationId>;
export const batchId = token.brand<'BatchId'>();
export type BatchId = z.infer<typeof batchId>;
export const orderId = token.brand<'OrderId'>();
export type OrderId = z.infer<typeof orderId>;
export const attemptId = token.brand<'AttemptId'>();
export type AttemptId = z.infer<typeof attemptId>;
export const lotId = token.brand<'LotId'>();
export type LotId = z.infer<typeof lotId>;
export const approvalId = token.brand<'ApprovalId'>();
export type ApprovalId = z.infer<typeof approvalId>;
/** A product and its version, as `emv-debit@1`. */
export const productReference = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}@[1-9][0-9]{0,5}$/)
  .brand<'ProductReference'>();
export type ProductReference = z.infer<typeof productReference>;
/** A SHA-256 value, 64 lower-case hexadecimal digits. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** Keys, products, issuer certificates, devices and batches each say one of the two; mixing is refused where they meet. */
export const environment = z.enum(['test', 'live']);
export type Environment = z.infer<typeof environment>;
/** How the station runs: training has only test things, live only live ones. */
export const stationMode = z.enum(['training', 'live']);
export type StationMode = z.infer<typeof stationMode>;
