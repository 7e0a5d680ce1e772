import { StationFault } from '../faults/station-fault.ts';
import { parseDol } from '../protocols/tlv/data-object-list.ts';
import { formatTag } from '../protocols/tlv/find-tlv.ts';
import { cardAbilities, constantBytes } from './card-abilities.ts';
import type { ProfileFinding } from './check-row.ts';
import { rowsOf, type KnownRow } from './known-rows.ts';
import { groupingsAt, servesContactless } from './profile-sides.ts';
import type { PaymentProfile, ProfileGrouping } from './profile-schema.ts';

/** The data that a cryptogram is at least made over. EMV 4.3 Book 2 §8.1.1. */
const cryptogramData = [0x9f02, 0x9f03, 0x9f1a, 0x95, 0x5f2a, 0x9a, 0x9c, 0x9f37];

/** 8A: the issuer's answer is in the second cryptogram (CPA, EMV 4.3 Book 3 §9.3). 9F37: EMV 4.3 Book 2 §6.5.1. A contactless terminal tells what it can in 9F66. */
const wanted: ReadonlyMap<string, readonly number[]> = new Map([
  ['8c', cryptogramData],
  ['8d', [0x8a, ...cryptogramData]],
  ['9f49', [0x9f37]],
  // Terminal Transaction Qualifiers: EMV Contactless Book A v2.6 §5.7.
  ['9f38', [0x9f66, 0x9f37]],
]);

function tagsOf(list: Uint8Array): ReadonlySet<number> {
  try {
    return new Set(parseDol(list).map(({ tag }) => tag));
  } catch (thrown) {
    // The row's own check says that it is no list.
    if (thrown instanceof StationFault) return new Set();
    throw thrown;
  }
}

/** Each list must ask the terminal for what the card's cryptograms and signatures need. */
export function checkLists(profile: PaymentProfile): readonly ProfileFinding[] {
  return profile.groupings.flatMap(({ dgi, rows }) =>
    rows.flatMap((row) => {
      const [needs, bytes] = [wanted.get(row.item), constantBytes(row)];
      if (needs === undefined || bytes === undefined) return [];
      const tags = tagsOf(bytes);
      const missing = needs.filter((tag) => !tags.has(tag));
      const rule = rowsOf(profile).get(row.item)?.finding ?? row.finding;
      return missing.map((tag) => ({ rule, dgi, item: row.item, text: `does not ask for ${formatTag(tag)}` }));
    }),
  );
}

/**
 * Every value that the card's abilities ask for must stand somewhere, once (EMV 4.3 Book 3 §7.4): at each side among the groupings that a terminal
 * meets there.
 */
export function checkPresence(profile: PaymentProfile): readonly ProfileFinding[] {
  const card = cardAbilities(profile);
  const sides = servesContactless(profile) ? (['contact', 'contactless'] as const) : (['contact'] as const);
  const findings = sides.flatMap((side) => {
    const needed = [...rowsOf(profile)].filter(([, { needed: isNeeded, at = side }]) => at === side && isNeeded(card));
    return presenceAt(groupingsAt(profile, side), needed);
  });
  const told = new Set<string>();
  return findings.filter(({ item, text }) => !told.has(`${item} ${text}`) && told.add(`${item} ${text}`));
}

function presenceAt(
  groupings: readonly ProfileGrouping[],
  needed: readonly (readonly [item: string, known: KnownRow])[],
): readonly ProfileFinding[] {
  const places = new Map<string, string[]>();
  for (const { dgi, rows } of groupings) {
    for (const { item } of rows) places.set(item, [...(places.get(item) ?? []), dgi]);
  }
  const missing = needed
    .filter(([item]) => !places.has(item))
    .map(([item, { finding, clause }]) => ({ rule: finding, dgi: '-', item, text: `is missing (${clause})` }));
  const twice = [...places]
    .filter(([, dgis]) => dgis.length > 1)
    .map(([item, dgis]) => ({ rule: 'once-only', dgi: dgis.join(', '), item, text: 'stands there more than once' }));
  return [...missing, ...twice];
}
