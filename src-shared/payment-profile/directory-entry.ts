import { concatBytes, fromHex } from '../bytes/bytes.ts';
import { encodeTlv } from '../protocols/tlv/ber-tlv.ts';
import { constantBytes } from './card-abilities.ts';
import { groupingsAt, type ProfileSide } from './profile-sides.ts';
import type { PaymentProfile } from './profile-schema.ts';

/** What an entry says beside the application's name, as the application itself says it to SELECT. EMV 4.3 Book 1 §12.2.3, table 47. */
const naming = ['50', '87'] as const;

/**
 * The inside of a directory's entry (template 61) for a payment application: its name, and label and priority as its profile has them for that side,
 * so that no directory can say another than the application.
 */
export function directoryEntry(application: string, profile: PaymentProfile, side: ProfileSide): Uint8Array {
  const rows = groupingsAt(profile, side).flatMap((grouping) => grouping.rows);
  const said = naming.flatMap((item) => {
    const row = rows.find((one) => one.item === item);
    const value = row === undefined ? undefined : constantBytes(row);
    return value === undefined ? [] : [encodeTlv({ tag: Number.parseInt(item, 16), value })];
  });
  return concatBytes(encodeTlv({ tag: 0x4f, value: fromHex(application) }), ...said);
}
