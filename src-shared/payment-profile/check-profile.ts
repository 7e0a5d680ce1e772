import { cardAbilities } from './card-abilities.ts';
import { checkActionCodes } from './check-action-codes.ts';
import { checkLists, checkPresence } from './check-lists.ts';
import { checkPinTries } from './check-pin-tries.ts';
import { checkRecords } from './check-records.ts';
import { checkRow, type ProfileFinding } from './check-row.ts';
import type { PaymentProfile } from './profile-schema.ts';

/** Everything that is wrong with a profile, before any order is prepared by it; each finding names its row. */
export function checkProfile(profile: PaymentProfile): readonly ProfileFinding[] {
  const card = cardAbilities(profile);
  return [
    ...profile.groupings.flatMap((grouping) => grouping.rows.flatMap((row) => checkRow(grouping, row, card))),
    ...checkPresence(profile),
    ...checkLists(profile),
    ...checkActionCodes(profile),
    ...checkPinTries(profile),
    ...checkRecords(profile),
  ];
}
