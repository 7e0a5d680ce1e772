import { z } from 'zod';
import { row } from '../row.ts';
import {
  cardScriptView,
  comparisonView,
  productSummaryView,
  productView,
  profileSummaryView,
  profileView,
} from '../views/product-views.ts';
import { nothing } from './call-inputs.ts';

const reference = z.string().max(64);
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
  /** Everything that would be done to the card of one order, as a dry run: no card is touched, and no key but that of the sealed record. */
  script: row('see-batches', { kind: 'batch', field: 'batch' })
    .input(z.strictObject({ batch: z.string().max(64), order: z.string().max(64) }))
    .output(cardScriptView),
} as const;
