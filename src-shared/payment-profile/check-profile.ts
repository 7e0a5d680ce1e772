import { cardAbilities, type CardAbilities } from './card-abilities.ts';
import { checkActionCodes } from './check-action-codes.ts';
import { checkContactless } from './check-contactless.ts';
import { checkLists, checkPresence } from './check-lists.ts';
import { checkPinTries } from './check-pin-tries.ts';
import { checkRecords } from './check-records.ts';
import { checkRow, type ProfileFinding } from './check-row.ts';
import { rowsOf } from './known-rows.ts';
import type { PaymentProfile } from './profile-schema.ts';

/** A terminal enciphers a PIN under a key that it can trace to the authority: so does only a card that is genuine by a key pair itself. EMV 4.3 Book 2 §7.1. */
function checkEncipheredPin(profile: PaymentProfile, card: CardAbilities): readonly ProfileFinding[] {
  if (card.encipheredPin === 'none' || card.authentication === 'dda' || card.authentication === 'cda') return [];
  const dgi = profile.groupings.find(({ rows }) => rows.some(({ item }) => item === '8e'))?.dgi ?? '-';
  const text = 'names an enciphered PIN for a card that does not authenticate by DDA or CDA';
  return [{ rule: 'verification-methods', dgi, item: '8e', text }];
}

/** Everything that is wrong with a profile, before any order is prepared by it; each finding names its row. */
export function checkProfile(profile: PaymentProfile): readonly ProfileFinding[] {
  const card = cardAbilities(profile);
  const known = rowsOf(profile);
  return [
    ...profile.groupings.flatMap((grouping) => grouping.rows.flatMap((row) => checkRow(grouping, row, card, known))),
    ...checkPresence(profile),
    ...checkLists(profile),
    ...checkActionCodes(profile),
    ...checkPinTries(profile),
    ...checkRecords(profile),
    ...checkContactless(profile),
    ...checkEncipheredPin(profile, card),
  ];
}
