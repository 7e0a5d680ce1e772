import { z } from 'zod';
import { batchId } from '../../domain/identifiers.ts';
import { countText, jweCompact } from './wire-text.ts';
import { maximumBatchRecords } from './manifest.ts';

/** Most characters of one record's JWE compact form. */
export const maximumRecordLength = 128 * 1024;
/** Most records that one request may ask for. */
export const maximumRecordsPerRequest = 5_000;

/** The one protected header that a record may bear: content key used directly, batch and index bound into the authenticated data. */
export const recordHeader = z.strictObject({
  alg: z.literal('dir'),
  enc: z.literal('A256GCM'),
  typ: z.literal('cardwright-record'),
  batch: batchId,
  index: z
    .int()
    .min(0)
    .max(maximumBatchRecords - 1),
});
export type RecordHeader = z.infer<typeof recordHeader>;

/** One line of the NDJSON answer (RFC 8259 text and a line feed): index in the batch and the record as JWE compact. */
export const recordLine = z.strictObject({
  index: z
    .int()
    .min(0)
    .max(maximumBatchRecords - 1),
  jwe: jweCompact.max(maximumRecordLength),
});
export type RecordLine = z.infer<typeof recordLine>;

/** Query of `GET /v1/batches/:batch/records`; lines come in order of index and end early at the end of the batch. */
export const recordsQuery = z.strictObject({
  lease: z.string().max(64),
  from: countText.pipe(z.int().min(0).max(maximumBatchRecords)),
  count: countText.pipe(z.int().min(1).max(maximumRecordsPerRequest)),
});
export type RecordsQuery = z.infer<typeof recordsQuery>;
