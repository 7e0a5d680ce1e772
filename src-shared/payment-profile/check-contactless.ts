import { equalBytes, toHex } from '../bytes/bytes.ts';
import { constantBytes, constantOf } from './card-abilities.ts';
import type { ProfileFinding } from './check-row.ts';
import { groupingsAt, servesContactless, type ProfileSide } from './profile-sides.ts';
import type { PaymentProfile } from './profile-schema.ts';

/** The groupings of the contactless side; one without the other answers half a transaction. */
const pair = ['9103', '9105'] as const;
/** Bits of the first byte by which a terminal without a line knows the card: SDA, DDA, CDA. EMV 4.3 Book 3 Annex C1. */
const authentication = 0x61;

function interchangeAt(profile: PaymentProfile, side: ProfileSide): Uint8Array {
  const row = groupingsAt(profile, side)
    .flatMap(({ rows }) => rows)
    .find(({ item }) => item === '82');
  return (row === undefined ? undefined : constantBytes(row)) ?? new Uint8Array(0);
}

/**
 * The contactless side of a card: it has its answer to SELECT and its processing options, and authenticates as the contact side does. The card's one
 * certificate is over the interchange profile where 9F4A names it: then both sides have the same. EMV 4.3 Book 3 §10.3.
 */
export function checkContactless(profile: PaymentProfile): readonly ProfileFinding[] {
  if (!servesContactless(profile)) return [];
  const missing = pair
    .filter((dgi) => profile.groupings.every((grouping) => grouping.dgi !== dgi))
    .map((dgi) => ({
      rule: 'contactless-side',
      dgi,
      item: '-',
      text: 'is missing, and the other of the side is there',
    }));
  const [contact, contactless] = [interchangeAt(profile, 'contact'), interchangeAt(profile, 'contactless')];
  const finding = (text: string) => ({ rule: 'contactless-side', dgi: '9105', item: '82', text });
  const certified = constantOf(profile, '9f4a') !== undefined;
  const differs =
    certified && !equalBytes(contact, contactless)
      ? [finding(`is not the ${toHex(contact)} that the card's certificate is over`)]
      : ((contact[0] ?? 0) & authentication) !== ((contactless[0] ?? 0) & authentication)
        ? [finding('says another authentication than the contact side')]
        : [];
  return [...missing, ...differs];
}
