import { concatBytes } from '../bytes/bytes.ts';
import type { OrderFields } from '../domain/order-field.ts';
import { StationFault } from '../faults/station-fault.ts';
import { encodeTlv } from '../protocols/tlv/ber-tlv.ts';
import { checkProfile } from './check-profile.ts';
import type { ProfileFinding } from './check-row.ts';
import { controlGroupings } from './profile-sides.ts';
import type { PaymentProfile, ProfileGrouping, ProfileRow } from './profile-schema.ts';
import { rowValue, type MadeValues } from './row-value.ts';

/** A grouping of one order: its bytes, or the references that must be resolved while the card is in the machine. */
export type BuiltGrouping =
  | { readonly kind: 'bytes'; readonly dgi: string; readonly bytes: Uint8Array }
  | { readonly kind: 'waits'; readonly dgi: string; readonly references: readonly string[] };

/** A profile never changes once it is read: it is checked once, not for every order. */
const checked = new WeakMap<PaymentProfile, readonly ProfileFinding[]>();

function findingsOf(profile: PaymentProfile): readonly ProfileFinding[] {
  const known = checked.get(profile) ?? checkProfile(profile);
  checked.set(profile, known);
  return known;
}

/** A part has no tag: its bytes stand as they are. EMV CPS 1.1 annex A. */
function objectOf({ item }: ProfileRow, value: Uint8Array): Uint8Array {
  return item.startsWith('part:') ? value : encodeTlv({ tag: Number.parseInt(item, 16), value });
}

/** The template around a grouping's objects: a record's (EMV 4.3 Book 3 §6.5.11.4), or the FCI's proprietary one (Book 1 §11.3.4). */
function inTemplate(grouping: ProfileGrouping, inside: Uint8Array): Uint8Array {
  if (grouping.record !== undefined) return encodeTlv({ tag: 0x70, value: inside });
  return controlGroupings.has(grouping.dgi) ? encodeTlv({ tag: 0xa5, value: inside }) : inside;
}

/**
 * Makes the groupings of one order by a profile, before any card is touched. Those that need something of a key or of the card that is not
 * made yet wait.
 * CARD-PERSONALISATION with the first finding when the profile itself is not right, or naming the tag whose value is not.
 */
export function buildGroupings(
  profile: PaymentProfile,
  fields: OrderFields,
  made: MadeValues = new Map(),
): readonly BuiltGrouping[] {
  const [wrong] = findingsOf(profile);
  if (wrong !== undefined) {
    const reason = `profile ${profile.id}@${profile.version}, ${wrong.rule}: ${wrong.item} in ${wrong.dgi} ${wrong.text}`;
    throw new StationFault('CARD-PERSONALISATION', { reason });
  }
  return profile.groupings.map((grouping) => {
    const values = grouping.rows.map((row) => ({ row, value: rowValue(profile, row, fields, made) }));
    const waiting = values.filter(({ value }) => value === undefined).map(({ row }) => row.source);
    if (waiting.length > 0) return { kind: 'waits', dgi: grouping.dgi, references: waiting };
    const objects = values.flatMap(({ row, value }) =>
      value === undefined || value.length === 0 ? [] : [objectOf(row, value)],
    );
    return { kind: 'bytes', dgi: grouping.dgi, bytes: inTemplate(grouping, concatBytes(...objects)) };
  });
}
