import type { KnownRow } from './known-rows.ts';

/** A value of the loyalty application: its name, and how it is written. */
interface LoyaltyTag {
  readonly name: string;
  readonly format: 'cn' | 'ans';
  readonly least: number;
  readonly most: number;
}

/**
 * Tags of the private class that the loyalty application gives a meaning to, under its own AID only: class bits 11, so no scheme's and no
 * standard's tag is meant. EMV 4.3 Book 3 Annex B1; ISO/IEC 8825-1 §8.1.2.
 */
export const loyaltyTags: ReadonlyMap<string, LoyaltyTag> = new Map([
  ['df40', { name: 'Member Number', format: 'cn', least: 4, most: 10 }],
  ['df41', { name: 'Membership Tier', format: 'ans', least: 1, most: 16 }],
]);

const always = (): boolean => true;
const constant = /^constant:/;
const privateClass = 'EMV 4.3 Book 3 Annex B1';

function own(item: string, finding: string, sources: RegExp): [string, KnownRow] {
  const tag = loyaltyTags.get(item);
  if (tag === undefined) throw new RangeError(`${item} is no tag of the loyalty application`);
  const own = { length: [tag.least, tag.most], format: tag.format } as const;
  return [item, { finding, clause: privateClass, sources, needed: always, own }];
}

/** Every value that a loyalty application has: what SELECT answers, and one record without any key or secret. */
export const loyaltyRows: ReadonlyMap<string, KnownRow> = new Map([
  ['50', { finding: 'application-label', clause: 'EMV 4.3 Book 1 §11.3.4', sources: constant, needed: always }],
  own('df40', 'member-number', /^record:loyaltyNumber$/),
  own('df41', 'member-tier', /^record:tier$/),
  [
    '5f24',
    { finding: 'membership-expiration', clause: 'EMV 4.3 Book 3 §7.2', sources: /^record:expiry$/, needed: always },
  ],
]);
