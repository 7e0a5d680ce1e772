import { z } from 'zod';
import { orderFieldName } from '../domain/order-field.ts';

const hex = (fewest: number, most: number) =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${String(fewest)},${String(most)}}$`), 'lower-case hexadecimal bytes');

/**
 * One value of a grouping. `item` is its tag, or the name of a part where the grouping has no tags (keys, PIN block). `finding` is the
 * rule that fails without it; rules know its clause too, so a row that says another is found out.
 */
const profileRow = z.strictObject({
  item: z
    .string()
    .regex(/^(?:(?:[0-9a-f]{2}){1,3}|part:[a-z][a-z0-9-]*)$/, 'a tag in lower-case hexadecimal, or part: and its name'),
  /** EMV 4.3 Book 3 §4.3; `dol` is a list of tags and lengths. */
  format: z.enum(['a', 'an', 'ans', 'b', 'cn', 'n', 'dol']),
  least: z.int().min(1).max(252),
  most: z.int().min(1).max(252),
  /** `record:` a field of the order, `constant:` these bytes, `key:` a key's usage and what of it, `card:` made for this card, `computed:` a rule. */
  source: z
    .string()
    .regex(
      /^(?:record:[A-Za-z0-9]+|constant:(?:[0-9a-f]{2})+|key:[a-z0-9-]+\/[a-z-]+|card:[a-z0-9-]+|computed:[a-z0-9-]+)$/,
      'record:, constant: with whole bytes in lower-case hexadecimal, key:, card: or computed:',
    ),
  clause: z.string().min(1),
  finding: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a rule: small letters, digits and dashes'),
});

const profileGrouping = z.strictObject({
  dgi: hex(2, 2),
  /** A secret grouping is enciphered under the data encryption key of the secure channel and never read back. */
  content: z.enum(['open', 'secret']),
  meaning: z.string().min(1),
  /** Its record, and whether offline data authentication covers it (EMV 4.3 Book 3 §10.3). */
  record: z
    .strictObject({
      sfi: z.int().min(1).max(10),
      number: z.int().min(1).max(16),
      coverage: z.enum(['signed', 'unsigned']),
    })
    .optional(),
  rows: z.array(profileRow).min(1),
});

/** What an application is for. The directories are the payment system environments, EMV 4.3 Book 1 §12.2 and EMV Contactless Book B v2.6 §3.3. */
export const applicationKinds = ['payment', 'loyalty', 'contact-directory', 'contactless-directory'] as const;
export type ApplicationKind = (typeof applicationKinds)[number];

/** How the station makes one application's data: every grouping, every value, and where each comes from. Unknown keys are refused. */
export const paymentProfileSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and dashes'),
  version: z.int().min(1),
  title: z.string().min(1).max(80),
  environment: z.enum(['test', 'live']),
  /** What the application is for; a payment application where nothing is said. */
  application: z.enum(applicationKinds).optional(),
  groupings: z.array(profileGrouping).min(1),
});

export type PaymentProfile = z.infer<typeof paymentProfileSchema>;
export type ProfileGrouping = PaymentProfile['groupings'][number];
export type ProfileRow = ProfileGrouping['rows'][number];

/** The kind of a source and what follows its colon. */
export function readSource(source: string): { readonly kind: string; readonly rest: string } {
  const colon = source.indexOf(':');
  return { kind: source.slice(0, colon), rest: source.slice(colon + 1) };
}

/** Whether a source names a field that orders can have. */
export function namesOrderField(source: string): boolean {
  const { kind, rest } = readSource(source);
  return kind === 'record' && orderFieldName.safeParse(rest).success;
}
