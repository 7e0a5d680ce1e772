import { z } from 'zod';
import { row } from '../row.ts';
import { approvalView } from '../views/approval-views.ts';
import {
  cardScriptView,
  checkedDraftView,
  comparisonView,
  draftScriptView,
  draftSummaryView,
  draftView,
  productSummaryView,
  productView,
  profileSummaryView,
  profileView,
} from '../views/product-views.ts';
import { nothing } from './call-inputs.ts';

const reference = z.string().max(64);
const draftItem = z.enum(['product', 'profile']);
const draftName = z.strictObject({ item: draftItem, name: reference });
/** Longer than any product; a whole profile is about 20 kB. */
const contentLimit = 200_000;
/** Half a surrogate pair is no text: well-formed JSON escapes it and nothing else of its kind. ECMA-262 §25.5.2, JSON.stringify. */
const brokenText = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;
const itemContent = z.record(z.string(), z.json()).refine((content) => {
  const text = JSON.stringify(content);
  return text.length <= contentLimit && !brokenText.test(text);
}, 'is longer than any product, or holds what is no text');
/** A product or profile as people write it, right or not yet. */
export type DraftContent = z.input<typeof itemContent>;
const draftContent = z.strictObject({ item: draftItem, content: itemContent });
const two = z.strictObject({ before: reference, after: reference });

/** Products and payment profiles in words, two of them compared, and the script of one card. */
export const productsCalls = {
  list: row('see-products', { kind: 'filtered' })
    .input(nothing)
    .output(z.strictObject({ products: z.array(productSummaryView), profiles: z.array(profileSummaryView) })),
  show: row('see-products', { kind: 'products', fields: ['product'] })
    .input(z.strictObject({ product: reference }))
    .output(productView),
  compare: row('see-products', { kind: 'products', fields: ['before', 'after'] })
    .input(two)
    .output(comparisonView),
  /** A profile is nobody's: it holds rules and constants of a kind of card; which products use it is filtered. */
  showProfile: row('see-products', { kind: 'filtered' })
    .input(z.strictObject({ profile: reference }))
    .output(profileView),
  compareProfiles: row('see-products', { kind: 'none' }).input(two).output(comparisonView),
  /** What people are working on: drafts of products of this person's issuers, and of profiles. */
  drafts: row('see-products', { kind: 'filtered' })
    .input(nothing)
    .output(z.strictObject({ drafts: z.array(draftSummaryView) })),
  /** One draft, or the content of what is in production to begin from, with what is wrong with it and in what it differs. */
  draft: row('see-products', { kind: 'draft', field: 'name' }).input(draftName).output(draftView),
  /** Holds content against every rule without keeping it. */
  checkDraft: row('edit-products', { kind: 'content', field: 'content' }).input(draftContent).output(checkedDraftView),
  /** Everything that would be done to the card of an invented order of this product. */
  draftScript: row('edit-products', { kind: 'content', field: 'content' })
    .input(z.strictObject({ item: z.literal('product'), content: itemContent }))
    .output(draftScriptView),
  saveDraft: row('edit-products', { kind: 'content', field: 'content' }).input(draftContent).output(checkedDraftView),
  discardDraft: row('edit-products', { kind: 'draft', field: 'name' }).input(draftName).output(nothing),
  /** Asks for the second signature; from then on it is in production. */
  proposeDraft: row('edit-products', { kind: 'draft', field: 'name' }).input(draftName).output(approvalView),
  /** Everything that would be done to the card of one order, as a dry run: no card is touched, and no key but that of the sealed record. */
  script: row('see-batches', { kind: 'batch', field: 'batch' })
    .input(z.strictObject({ batch: z.string().max(64), order: z.string().max(64) }))
    .output(cardScriptView),
} as const;
