import { allRows, cardAbilities, constantBytes } from './card-abilities.ts';
import type { ProfileFinding } from './check-row.ts';
import type { PaymentProfile } from './profile-schema.ts';

/** One thing that a terminal may find. EMV 4.3 Book 3 Annex C5. */
interface Result {
  readonly byte: number;
  readonly bit: number;
  readonly text: string;
}

/** Failures that this card's abilities make possible. */
function possibleFailures(profile: PaymentProfile): readonly Result[] {
  const { authentication, offlinePin } = cardAbilities(profile);
  const ownKey = allRows(profile).some(({ item }) => item === '9f46');
  return [
    ...(authentication === 'sda' ? [{ byte: 0, bit: 0x40, text: 'SDA failed' }] : []),
    ...(ownKey ? [{ byte: 0, bit: 0x08, text: 'DDA failed' }] : []),
    ...(authentication === 'cda' ? [{ byte: 0, bit: 0x04, text: 'CDA failed' }] : []),
    ...(offlinePin === 'checked' ? [{ byte: 2, bit: 0x20, text: 'PIN Try Limit exceeded' }] : []),
  ];
}

const codes: ReadonlyMap<string, string> = new Map([
  ['9f0d', 'action-code-default'],
  ['9f0f', 'action-code-online'],
]);

/**
 * A card that can fail in some way sends the transaction to its issuer then, and is declined where there is no line: else a copy without the
 * card's key would be approved offline wherever the terminal's own codes say nothing. EMV 4.3 Book 3 §10.7.
 */
export function checkActionCodes(profile: PaymentProfile): readonly ProfileFinding[] {
  const failures = possibleFailures(profile);
  return profile.groupings.flatMap(({ dgi, rows }) =>
    rows.flatMap((row) => {
      const [rule, bytes] = [codes.get(row.item), constantBytes(row)];
      if (rule === undefined || bytes === undefined) return [];
      return failures
        .filter(({ byte, bit }) => ((bytes[byte] ?? 0) & bit) === 0)
        .map(({ text }) => ({ rule, dgi, item: row.item, text: `does not go online for "${text}"` }));
    }),
  );
}
