import type { PaymentProfile } from '../payment-profile/profile-schema.ts';
import { compareGroupings } from './compare-groupings.ts';
import { profileGroupings } from './described-grouping.ts';
import { changed, type Difference } from './difference.ts';

/** What the second of two profiles has otherwise than the first; nothing when they say the same. */
export function compareProfiles(before: PaymentProfile, after: PaymentProfile): readonly Difference[] {
  const environment =
    before.environment === after.environment
      ? []
      : [changed('product', 'For', `${before.environment} cards`, `${after.environment} cards`)];
  const title = before.title === after.title ? [] : [changed('product', 'Title', before.title, after.title)];
  const [was, is] = [before.application ?? 'payment', after.application ?? 'payment'];
  const purpose = was === is ? [] : [changed('product', 'Application', was, is)];
  return [...title, ...environment, ...purpose, ...compareGroupings(profileGroupings(before), profileGroupings(after))];
}
