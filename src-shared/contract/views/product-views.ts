import { z } from 'zod';
import { descriptionAreas } from '../../product-description/difference.ts';

const area = z.enum(descriptionAreas);

/** One product version in a list. */
export const productSummaryView = z.strictObject({
  /** `emv-debit@1`. */
  product: z.string(),
  title: z.string(),
  issuer: z.string(),
  issuerTitle: z.string(),
  environment: z.enum(['test', 'live']),
  /** Where the chip's data comes from: ready in the order's container, or made here by a profile. */
  chip: z.enum(['none', 'container', 'station']),
  /** The profile of a chip that is prepared here. */
  profile: z.string().nullable(),
  stripe: z.enum(['none', 'high', 'low']),
  /** SHA-256 of product, layouts and profile, as release statements name it. */
  digest: z.string(),
});
export type ProductSummaryView = z.infer<typeof productSummaryView>;

/** One payment profile in a list. */
export const profileSummaryView = z.strictObject({
  /** `contact-online-pin-dda@1`. */
  profile: z.string(),
  title: z.string(),
  environment: z.enum(['test', 'live']),
  authentication: z.enum(['none', 'sda', 'dda', 'cda']),
  offlinePin: z.enum(['checked', 'none']),
  groupings: z.number().int(),
  rows: z.number().int(),
  digest: z.string(),
});
export type ProfileSummaryView = z.infer<typeof profileSummaryView>;

export const factView = z.strictObject({ area, subject: z.string(), value: z.string() });

export const groupingView = z.strictObject({
  /** The application that it is for, where it is not the first of its chip. */
  application: z.string().nullable(),
  dgi: z.string(),
  content: z.enum(['open', 'secret']),
  meaning: z.string(),
  record: z
    .strictObject({
      sfi: z.number().int(),
      number: z.number().int(),
      coverage: z.enum(['signed', 'unsigned', 'unstated']),
    })
    .nullable(),
  rows: z.array(
    z.strictObject({
      item: z.string(),
      tag: z.string().nullable(),
      name: z.string(),
      format: z.string(),
      least: z.number().int().nullable(),
      most: z.number().int().nullable(),
      source: z.string(),
      sourceWords: z.string(),
      clause: z.string(),
      finding: z.string(),
    }),
  ),
});
export type GroupingView = z.infer<typeof groupingView>;

/** A key that the product takes, and which keys of the station are of that usage and issuer. */
export const neededKeyView = z.strictObject({
  usage: z.string(),
  title: z.string(),
  does: z.string(),
  here: z.array(z.strictObject({ name: z.string(), kcv: z.string() })),
});
export type NeededKeyView = z.infer<typeof neededKeyView>;

/** One product in words; no secret is in it. */
export const productView = z.strictObject({
  summary: productSummaryView,
  facts: z.array(factView),
  groupings: z.array(groupingView),
  keys: z.array(neededKeyView),
});
export type ProductView = z.infer<typeof productView>;

/** One profile in words. */
export const profileView = z.strictObject({
  summary: profileSummaryView,
  groupings: z.array(groupingView),
  /** Products that are prepared by it and that this person may see. */
  products: z.array(z.string()),
});
export type ProfileView = z.infer<typeof profileView>;

export const differenceView = z.strictObject({
  kind: z.enum(['added', 'removed', 'changed']),
  area,
  subject: z.string(),
  text: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type DifferenceView = z.infer<typeof differenceView>;

export const comparisonView = z.strictObject({
  before: z.string(),
  after: z.string(),
  differences: z.array(differenceView),
});
export type ComparisonView = z.infer<typeof comparisonView>;

const draftIdentity = { item: z.enum(['product', 'profile']), name: z.string() } as const;

/** One draft in a list. */
export const draftSummaryView = z.strictObject({
  ...draftIdentity,
  issuer: z.string().nullable(),
  digest: z.string(),
  savedBy: z.string(),
  savedAt: z.string(),
  /** The request that waits for its signature, or is signed; null where nobody has asked. */
  approval: z.string().nullable(),
});
export type DraftSummaryView = z.infer<typeof draftSummaryView>;

/** What is wrong with a draft; in what it differs from the newest version in production. */
export const checkedDraftView = z.strictObject({
  ...draftIdentity,
  digest: z.string(),
  findings: z.array(z.strictObject({ field: z.string(), reason: z.string() })),
  before: z.string().nullable(),
  differences: z.array(differenceView),
});
export type CheckedDraftView = z.infer<typeof checkedDraftView>;

/** A draft with its content, or what is in production with the content that a draft would begin from. */
export const draftView = z.strictObject({
  state: z.enum(['draft', 'in-production']),
  content: z.record(z.string(), z.unknown()),
  checked: checkedDraftView,
});
export type DraftView = z.infer<typeof draftView>;

/** What may be seen of a value in a script: a constant of the product in full, a card number masked, all else by its length. */
const shownValue = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('value'), text: z.string() }),
  z.strictObject({ kind: z.literal('masked'), text: z.string() }),
  z.strictObject({ kind: z.literal('withheld'), why: z.enum(['secret', 'personal', 'made']) }),
]);

/** One step of a card's script. */
export const scriptStepView = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('section'), text: z.string() }),
  /** A command as it goes to the card before the secure channel wraps it: CLA INS P1 P2, and its data. */
  z.strictObject({
    kind: z.literal('command'),
    label: z.string(),
    header: z.string(),
    length: z.number().int(),
    channel: z.enum(['plain', 'secure']),
    objects: z.array(
      z.strictObject({
        depth: z.number().int(),
        name: z.string(),
        length: z.number().int(),
        shown: shownValue.nullable(),
      }),
    ),
  }),
  /** An act of the key store, with the keys that it uses. */
  z.strictObject({
    kind: z.literal('keys'),
    text: z.string(),
    keys: z.array(z.strictObject({ name: z.string(), kcv: z.string().nullable() })),
  }),
  /** A point that the journal holds before the card goes on. */
  z.strictObject({ kind: z.literal('mark'), text: z.string() }),
  z.strictObject({ kind: z.literal('track'), track: z.number().int(), length: z.number().int(), shown: shownValue }),
  z.strictObject({ kind: z.literal('print'), side: z.enum(['front', 'back']), layout: z.string(), ribbon: z.string() }),
]);
export type ScriptStepView = z.infer<typeof scriptStepView>;

/** All that would be done to one card, as a dry run. */
export const cardScriptView = z.strictObject({
  batch: z.string(),
  order: z.string(),
  product: z.string(),
  productDigest: z.string(),
  planDigest: z.string(),
  steps: z.array(scriptStepView),
});
export type CardScriptView = z.infer<typeof cardScriptView>;

/** The same for an invented order of a product that may still be a draft. */
export const draftScriptView = cardScriptView.omit({ batch: true, order: true });
export type DraftScriptView = z.infer<typeof draftScriptView>;
