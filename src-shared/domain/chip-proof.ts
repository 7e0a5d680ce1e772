import { z } from 'zod';
import { orderFieldName, type OrderFieldName } from './order-field.ts';

const tag = z.string().regex(/^(?:[0-9a-f]{2}){1,3}$/);

/** Where an expected value comes from: a field of the order, a constant, a data grouping of the order's container, or a text made for the card. */
export const valueSource = z
  .string()
  .regex(/^(?:record:[A-Za-z0-9]+|constant:(?:[0-9a-f]{2})*|container:[0-9a-f]{4}|card:track2)$/);

export type ReadValueSource =
  | { readonly kind: 'record'; readonly field: OrderFieldName }
  | { readonly kind: 'constant'; readonly hex: string }
  | { readonly kind: 'container'; readonly dgi: string }
  | { readonly kind: 'card' };

/** Reads `record:pan`, `constant:0978`, `container:0101` or `card:track2` (the chip's own track 2, with its iCVV); throws a RangeError on another text. */
export function readValueSource(source: string): ReadValueSource {
  const [kind, rest] = [source.slice(0, source.indexOf(':')), source.slice(source.indexOf(':') + 1)];
  if (kind === 'record') {
    const field = orderFieldName.safeParse(rest);
    if (field.success) return { kind, field: field.data };
  }
  if (kind === 'constant') return { kind, hex: rest };
  if (kind === 'container') return { kind, dgi: rest };
  if (kind === 'card') return { kind };
  throw new RangeError('not a value source');
}

/**
 * How the order's text becomes the tag's bytes (EMV Book 3 v4.4 §4.3): `compressed-numeric` digits left-justified, padded
 * with F; `numeric` digits right-justified, padded with 0; `alphanumeric` ISO 8859-1 characters; `date-last-day` and
 * `date-first-day` a YYMM as YYMMDD; `track2-equivalent` the stripe's track 2 with D for the separator, F padded, without
 * sentinels; `bytes` the value as it is.
 */
const valueForm = z.enum([
  'compressed-numeric',
  'numeric',
  'alphanumeric',
  'date-last-day',
  'date-first-day',
  'track2-equivalent',
  'bytes',
]);

/** What a finished card is read for, and what each reading must equal. */
export const chipProof = z.strictObject({
  /** The only commands sent to a customer's card; none of them leaves a counter or a flag behind on it that its issuer does not expect. */
  sequence: z
    .array(
      z.enum([
        /** EMV Book 1 v4.4 §12.2.2: the application must stand in 1PAY.SYS.DDF01. */
        'contact-directory',
        /** EMV Contactless Book B §3.3: the application must stand in 2PAY.SYS.DDF01. */
        'contactless-directory',
        'select',
        'get-processing-options',
        'read-records',
      ]),
    )
    .min(1),
  /** Whole records compared byte for byte with the grouping that was sent. */
  records: z.array(
    z.strictObject({
      sfi: z.int().min(1).max(30),
      number: z.int().min(1).max(255),
      /** The grouping; of an application beside the first, behind its AID. */
      from: z.string().regex(/^(?:container:|built:(?:(?:[0-9a-f]{2}){5,16}\/)?)[0-9a-f]{4}$/),
    }),
  ),
  /** Single tags, wherever on the card the reading found them (EMV Book 3 v4.4 §7.4: none occurs twice). */
  values: z.array(
    z.strictObject({ tag, from: valueSource.refine((text) => readable(text), 'unknown order field'), form: valueForm }),
  ),
});

function readable(source: string): boolean {
  try {
    readValueSource(source);
    return true;
  } catch {
    return false;
  }
}

export type ChipProof = z.infer<typeof chipProof>;
export type ValueForm = z.infer<typeof valueForm>;
