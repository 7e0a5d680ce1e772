import type { PaymentProfile, ProfileGrouping } from './profile-schema.ts';

/** The two ways by which a terminal meets an application. */
export type ProfileSide = 'contact' | 'contactless';

/**
 * Groupings that one side alone answers with: what SELECT and GET PROCESSING OPTIONS say by contact (9102, 9104) and without it (9103, 9105).
 * EMV CPS v1.1 annex A leaves 9103 and 9105 to the application; ours are in decision 0067.
 */
const oneSided: ReadonlyMap<string, ProfileSide> = new Map([
  ['9102', 'contact'],
  ['9104', 'contact'],
  ['9103', 'contactless'],
  ['9105', 'contactless'],
]);

/** Groupings that answer SELECT with the FCI's proprietary template. EMV 4.3 Book 1 §11.3.4. */
export const controlGroupings: ReadonlySet<string> = new Set(['9102', '9103']);

/** Whether the profile's application answers without contact in a way of its own. */
export function servesContactless({ groupings }: Pick<PaymentProfile, 'groupings'>): boolean {
  return groupings.some(({ dgi }) => oneSided.get(dgi) === 'contactless');
}

/** The groupings that a terminal meets at one side: those of both, and its own; an application without a contactless way answers with the contact one. */
export function groupingsAt(profile: Pick<PaymentProfile, 'groupings'>, side: ProfileSide): readonly ProfileGrouping[] {
  const met = side === 'contactless' && servesContactless(profile) ? 'contactless' : 'contact';
  return profile.groupings.filter(({ dgi }) => (oneSided.get(dgi) ?? met) === met);
}
