import { z } from 'zod';

/**
 * The fields that an order may have, all text, each in one canonical form:
 * pan, panSequence, serviceCode, loyaltyNumber, giftNumber: digits; expiry, effective, memberSince: YYMM;
 * giftAmount: minor units, digits; printName: Unicode as printed; encodedName: the chip's and the stripe's name;
 * track1 to track3: characters between the sentinels, without sentinels and LRC (ISO/IEC 7811-6);
 * tier, balanceText: Unicode as printed; cvv2: three digits, never of an order but computed by the station for the printer.
 */
export const orderFieldName = z.enum([
  'pan',
  'panSequence',
  'expiry',
  'effective',
  'serviceCode',
  'printName',
  'encodedName',
  'track1',
  'track2',
  'track3',
  'loyaltyNumber',
  'memberSince',
  'tier',
  'balanceText',
  'giftNumber',
  'giftAmount',
  'cvv2',
]);
export type OrderFieldName = z.infer<typeof orderFieldName>;

/** The order's fields of one card. */
export type OrderFields = Readonly<Partial<Record<OrderFieldName, string>>>;

/** Unicode scripts (property Script) that the pinned fonts can print. */
export const printScript = z.enum([
  'Latin',
  'Greek',
  'Cyrillic',
  'Armenian',
  'Georgian',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Thai',
]);
export type PrintScript = z.infer<typeof printScript>;

const digitRun = z.string().regex(/^\d+$/);

/** The rule that a field of an order must keep; intake turns each breach into a finding. */
export const orderFieldRule = z.discriminatedUnion('kind', [
  /** ISO/IEC 7812-1: inside one of the ranges (compared over the range's own number of digits), a length allowed, Luhn right. */
  z.strictObject({
    kind: z.literal('pan'),
    binRanges: z
      .array(
        z
          .strictObject({ from: digitRun.min(6).max(8), to: digitRun.min(6).max(8) })
          .refine(
            (range) => range.from.length === range.to.length && range.from <= range.to,
            'a range runs from low to high over the same number of digits',
          ),
      )
      .min(1),
    lengths: z.array(z.int().min(12).max(19)).min(1),
  }),
  /** Digits only, shortest to longest; `luhn` wants the last digit to be the check digit (ISO/IEC 7812-1 annex B). */
  z.strictObject({
    kind: z.literal('digits'),
    shortest: z.int().min(1),
    longest: z.int().min(1).max(37),
    check: z.enum(['none', 'luhn']),
  }),
  /** YYMM with a month 01 to 12; `future` is not before the current month, `past` not after it. */
  z.strictObject({ kind: z.literal('year-month'), when: z.enum(['any', 'future', 'past']) }),
  /** ISO/IEC 7813 §6.2.1.4: three digits, one of these. */
  z.strictObject({ kind: z.literal('service-code'), allowed: z.array(z.string().regex(/^\d{3}$/)).min(1) }),
  /** Printed text in NFC: at most so many characters (grapheme clusters), letters of these scripts only, no control characters. */
  z.strictObject({
    kind: z.literal('printed-text'),
    longest: z.int().min(1).max(80),
    scripts: z.array(printScript).min(1),
  }),
  /** EMV Book 3 v4.4 annex A (5F20) and ISO/IEC 7813 §6.2.1.3: 2 to 26 characters of the set common to both. */
  z.strictObject({ kind: z.literal('encoded-name'), shortest: z.literal(2), longest: z.literal(26) }),
  /** ISO/IEC 7811-6: characters of the track's own set, at most so many between the sentinels (76, 37, 104). */
  z.strictObject({
    kind: z.literal('track'),
    track: z.literal([1, 2, 3]),
    longest: z.int().min(1).max(104),
    /** Whether PAN, expiry and service code inside must equal the order's own (ISO/IEC 7813), or the text is the issuer's. */
    content: z.enum(['iso-7813', 'issuer']),
  }),
  /** Minor units of a currency (ISO 4217), least to most. */
  z.strictObject({
    kind: z.literal('amount'),
    currency: z.string().regex(/^[A-Z]{3}$/),
    least: z.int().min(0),
    most: z.int().min(1),
  }),
]);
export type OrderFieldRule = z.infer<typeof orderFieldRule>;

/** The one set that name on chip and stripe may use: capitals, digits, blank, and `/ . -`; apostrophe and ampersand are kept for machine control on the stripe (ISO/IEC 7811-6). */
export const encodedNamePattern = /^[A-Z0-9 /.-]{2,26}$/;
