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

const digits = (count: number) => z.string().regex(new RegExp(`^\\d{${String(count)}}$`), `${String(count)} digits`);
const hexadecimal = (bytes: number) =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${String(bytes)}}$`), `${String(bytes)} bytes, lower-case hexadecimal`);

/**
 * The one transaction that a proof makes with a card: what the terminal says in it is fixed for the product, so that every card of it is asked the
 * same. Formats of EMV Book 3 v4.4 annex A1.
 */
const proofTransaction = z.strictObject({
  /** 9F02 and 9F03, in the smallest unit. */
  amount: digits(12),
  other: digits(12),
  /** 9F1A and 5F2A, ISO 3166-1 and ISO 4217 numbers behind a zero. */
  country: digits(4),
  currency: digits(4),
  /** 9A, YYMMDD. */
  date: digits(6),
  /** 9C. */
  type: digits(2),
  /** 9F37. */
  unpredictableNumber: hexadecimal(4),
  /** 95: what the terminal found before it asks. */
  tvr: hexadecimal(5),
  /** Asked in GENERATE AC; the card must answer with it and nothing else. EMV Book 3 v4.4 §6.5.5. */
  cryptogram: z.enum(['aac', 'tc', 'arqc']),
  /** Whether the answer must be signed with the card's key (EMV Book 2 v4.4 §6.6); an AAC never is. */
  cda: z.enum(['asked', 'none']),
  /** What the card computes its cryptogram over: `ccd-5` is the Common Core Definitions' version 5. EMV Book 2 v4.4 §8.1, Table CCD 3. */
  over: z.literal('ccd-5'),
});

const step = z.enum([
  /** EMV Book 1 v4.4 §12.2.2: the application must stand in 1PAY.SYS.DDF01. */
  'contact-directory',
  /** EMV Contactless Book B §3.3: the application must stand in 2PAY.SYS.DDF01. */
  'contactless-directory',
  /** EMV Book 1 v4.4 §12.3.3: the application must be found by the beginning of its name, and be the only one. */
  'aid-list',
  'select',
  'get-processing-options',
  'read-records',
  /** EMV Book 2 v4.4 §6.5: the card signs an unpredictable number. */
  'internal-authenticate',
  /** EMV Book 3 v4.4 §6.5.5, the first and only one. */
  'generate-ac',
  /** EMV Book 3 v4.4 §10.9, §10.11: the issuer's own answer declines, and the card ends with an AAC; nothing is left that is not completed. */
  'decline-online',
  /** EMV Book 3 v4.4 §6.5.7, 9F36: the transaction counter after all else. */
  'read-counter',
]);
export type ProofStep = z.infer<typeof step>;

/** What each step needs to have gone before it. */
const after: Readonly<Partial<Record<ProofStep, ProofStep>>> = {
  'get-processing-options': 'select',
  'internal-authenticate': 'read-records',
  'generate-ac': 'read-records',
  'decline-online': 'generate-ac',
  'read-counter': 'select',
};

/** What a finished card is read for, and what each reading must equal. */
const chipProofShape = z.strictObject({
  /** The only commands sent to a customer's card; none of them leaves a counter or a flag behind on it that its issuer does not expect. */
  sequence: z.array(step).min(1),
  /** Of a sequence that asks for a signature or a cryptogram. */
  transaction: proofTransaction.optional(),
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

export const chipProof = chipProofShape.superRefine(({ sequence, transaction }, context) => {
  const refuse = (path: readonly (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path: [...path], message });
  for (const [at, name] of sequence.entries()) {
    if (sequence.indexOf(name) < at) refuse(['sequence', at], 'is a step that stands there twice');
    const before = after[name];
    if (before !== undefined && !sequence.slice(0, at).includes(before))
      refuse(['sequence', at], `needs the step ${before} before it`);
  }
  const asks = sequence.includes('internal-authenticate') || sequence.includes('generate-ac');
  if (asks !== (transaction !== undefined))
    refuse(['transaction'], asks ? 'is missing: the sequence asks for a signature or a cryptogram' : 'is of no use');
  if (sequence.includes('decline-online') && transaction !== undefined && transaction.cryptogram !== 'arqc')
    refuse(['transaction', 'cryptogram'], 'must be an ARQC where the issuer answers');
  if (transaction?.cda === 'asked' && transaction.cryptogram === 'aac')
    refuse(['transaction', 'cda'], 'cannot be asked for an AAC, which no card signs');
});

export type ChipProof = z.infer<typeof chipProof>;
export type ProofTransaction = z.infer<typeof proofTransaction>;
export type ValueForm = z.infer<typeof valueForm>;
