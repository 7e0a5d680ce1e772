import { utf8 } from '#shared/bytes/bytes.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { buildGroupings } from '#shared/payment-profile/build-groupings.ts';
import { composeTracks } from '#shared/payment-profile/compose-tracks.ts';
import { makeFinding, type Finding } from '../finding.ts';
import type { OrderUnderTest } from '../intake-rules.ts';

/**
 * Tries on an order what the station will make of it later: tracks around a stand-in for the verification value, and every tag of the chip that comes from
 * the order. What cannot be written is a finding now, not a fault when the card is wanted. The faults name tag and field, never a value.
 */
export function checkPreparation({ fields, rules }: Pick<OrderUnderTest, 'fields' | 'rules'>): Finding[] {
  const { product, profile, further } = rules;
  if (product.verification === undefined) return [];
  try {
    const { track2 } = composeTracks(product.verification, fields, '000');
    if (profile !== null) buildGroupings(profile, fields, new Map([['computed:track2', utf8(track2)]]));
    for (const one of further) buildGroupings(one, fields);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    return [makeFinding('INTAKE-PREPARATION', null, { reason: describeFault(thrown).text })];
  }
}
