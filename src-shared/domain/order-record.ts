import { z } from 'zod';
import { orderId } from './identifiers.ts';

const hex = z.string().regex(/^([0-9a-f]{2})*$/);

/** One data grouping for the chip: its DGI (EMV CPS 1.1 §3), and its value in clear or enciphered under the DGI transport key. */
export const dataGrouping = z.strictObject({
  dgi: z.string().regex(/^[0-9a-f]{4}$/),
  value: hex.max(2 * 4096),
  protection: z.enum(['none', 'transport']),
});
export type DataGrouping = z.infer<typeof dataGrouping>;

/**
 * One card wanted, as the CMS sends it inside an enciphered record.
 *
 * Only the shape is checked here; what a field must hold is the product's business (intake checks it and names the finding).
 */
export const orderRecord = z.strictObject({
  version: z.literal(1),
  orderId,
  pan: z.string().max(32).optional(),
  /** PAN sequence number, two digits (EMV tag 5F34). */
  panSequence: z.string().max(4).optional(),
  /** YYMM. */
  expiry: z.string().max(8).optional(),
  /** YYMM. */
  effective: z.string().max(8).optional(),
  serviceCode: z.string().max(8).optional(),
  /** As printed: Unicode. */
  printName: z.string().max(200).optional(),
  /** As written to chip and stripe: the EMV and ISO/IEC 7813 character set. */
  encodedName: z.string().max(64).optional(),
  /** Track data without sentinels and LRC. */
  track1: z.string().max(128).optional(),
  track2: z.string().max(128).optional(),
  /** Further product fields: loyalty number, gift amount, branch. */
  fields: z.record(z.string().max(40), z.string().max(400)).optional(),
  chip: z
    .strictObject({
      /** Identity of the DGI transport key: name and KCV (CMAC of zeros, 3 bytes). */
      transportKey: z.strictObject({ name: z.string().max(80), kcv: z.string().regex(/^[0-9a-f]{6}$/) }),
      groupings: z.array(dataGrouping).max(64),
    })
    .optional(),
});
export type OrderRecord = z.infer<typeof orderRecord>;

/** Writes a PAN as PCI allows it to be seen: first six and last four digits, the rest as dots. */
export function maskPan(pan: string): string {
  if (pan.length < 12) return '•'.repeat(pan.length);
  return pan.slice(0, 6) + '•'.repeat(pan.length - 10) + pan.slice(-4);
}
