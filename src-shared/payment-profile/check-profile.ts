import { cardAbilities } from './card-abilities.ts';
import { checkLists, checkPresence } from './check-lists.ts';
import { checkRecords } from './check-records.ts';
import { checkRow, type ProfileFinding } from './check-row.ts';
import { rowsOf } from './known-rows.ts';
import type { PaymentProfile } from './profile-schema.ts';

/** Everything that is wrong with a profile, before any order is prepared by it; each finding names its row. */
export function checkProfile(profile: PaymentProfile): readonly ProfileFinding[] {
  const card = cardAbilities(profile);
  const known = rowsOf(profile);
  return [
    ...profile.groupings.flatMap((grouping) => grouping.rows.flatMap((row) => checkRow(grouping, row, card, known))),
    ...checkPresence(profile),
    ...checkLists(profile),
    ...checkRecords(profile),
  ];
}
