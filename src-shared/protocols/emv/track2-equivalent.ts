import { fromHex, toHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { FinancialTrack2 } from '../magstripe/financial-track.ts';
import { buildTrack2, parseTrack2 } from '../magstripe/financial-track.ts';

/**
 * Writes Track 2 Equivalent Data: the content of track 2 with D for its separator, an F where the count is odd; at most
 * 19 bytes. CARD-STRIPE when a field is wrong. EMV 4.3 Book 3 Annex A, tag 57.
 */
export function encodeTrack2Equivalent(fields: FinancialTrack2): Uint8Array<ArrayBuffer> {
  const halves = buildTrack2(fields).replaceAll('=', 'D');
  return fromHex(halves.length % 2 === 0 ? halves : `${halves}F`);
}

/** Reads Track 2 Equivalent Data. CARD-STRIPE when it does not have the form. EMV 4.3 Book 3 Annex A, tag 57. */
export function parseTrack2Equivalent(bytes: Uint8Array): FinancialTrack2 {
  const halves = toHex(bytes).replace(/f$/, '');
  if (bytes.length > 19 || /[abcef]/.test(halves)) {
    throw new StationFault('CARD-STRIPE', { track: 2, reason: 'the chip copy is not track 2 equivalent data' });
  }
  return parseTrack2(halves.replaceAll('d', '='));
}
