import { z } from 'zod';
import { environment, sha256Hex } from '../../domain/identifiers.ts';

/** One thing wrong with one record, by code and in plain words; never the value of a secret field. */
export const finding = z.strictObject({ code: z.string(), field: z.string().nullable(), text: z.string() });

/** The journal's view of one order at intake: no name, no full PAN. */
export const acceptedRecord = z.strictObject({
  index: z.number().int().nonnegative(),
  order: z.string(),
  /** First six and last four digits; null for products without a PAN. */
  maskedPan: z.string().nullable(),
  /** HMAC of PAN, sequence number and expiry under the issuer's PAN digest key; null without a PAN. */
  cardDigest: sha256Hex.nullable(),
  /** SHA-256 of the sealed record as stored. */
  sealedDigest: sha256Hex,
  findings: z.array(finding),
});

/** Batches from the pull to the close. */
export const batchEvents = {
  'batch.leased': z.strictObject({ lease: z.string(), expires: z.string() }),
  'batch.refused': z.strictObject({ code: z.string(), text: z.string() }),
  'batch.received': z.strictObject({
    product: z.string(),
    productDigest: sha256Hex,
    count: z.number().int().positive(),
    due: z.string(),
    priority: z.enum(['normal', 'urgent']),
    environment,
    manifestDigest: sha256Hex,
    lease: z.string(),
    wrappingKey: z.strictObject({ name: z.string(), kcv: z.string() }),
    panDigestKeyVersion: z.number().int().nullable(),
    /** Serial numbers of who signed the manifest. */
    signer: z.string(),
  }),
  'batch.records-accepted': z.strictObject({ records: z.array(acceptedRecord).max(1000) }),
  'batch.ready': z.strictObject({ ready: z.number().int(), held: z.number().int(), contentDigest: sha256Hex }),
  'batch.intake-abandoned': z.strictObject({ reason: z.string() }),
  'batch.release-requested': z.strictObject({ approval: z.string(), contentDigest: sha256Hex }),
  'batch.released': z.strictObject({
    approval: z.string(),
    contentDigest: sha256Hex,
    grant: z.string(),
    grantCount: z.number().int(),
    /** Orders below this index are granted; all of the batch where it is absent. */
    grantIndex: z.number().int().positive().exactOptional(),
    grantValidForSeconds: z.number().int(),
  }),
  'batch.started': z.strictObject({ lines: z.array(z.string()) }),
  'batch.paused': z.strictObject({ reason: z.string() }),
  'batch.stopped': z.strictObject({ code: z.string() }),
  'batch.made': z.strictObject({ good: z.number().int(), rejected: z.number().int(), notMade: z.number().int() }),
  'batch.close-requested': z.strictObject({ approval: z.string() }),
  'batch.closed': z.strictObject({
    approval: z.string(),
    fed: z.number().int(),
    good: z.number().int(),
    rejected: z.number().int(),
    spoiled: z.number().int(),
    ordersMade: z.number().int(),
    ordersNotMade: z.number().int(),
    reportDigest: sha256Hex,
  }),
  'batch.crypto-erased': z.strictObject({ wrappingKey: z.string(), kcv: z.string(), records: z.number().int() }),
  'order.held': z.strictObject({ reason: z.string() }),
} as const satisfies Record<string, z.ZodType>;
