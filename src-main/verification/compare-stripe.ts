import { fromUtf8 } from '#shared/bytes/bytes.ts';
import type { OrderFieldName } from '#shared/domain/order-field.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { parseTrack1, parseTrack2, type FinancialTrack2 } from '#shared/protocols/magstripe/financial-track.ts';
import type { ProofFinding, ProofSubject } from './port.ts';

/** Track texts by name, without sentinels and LRC. */
export type TrackTexts = ProofSubject['tracks'];

function found(code: string, track: number, text: string): ProofFinding {
  return { code: `PROOF-${code}`, item: `track${track}`, text: `track ${track} ${text}` };
}

/** Compares the tracks as read with those sent, and what a bank's tracks say with the order that chip and print were made from; findings never show a value. */
export function compareStripe(card: ProofSubject, read: TrackTexts): readonly ProofFinding[] {
  const { stripe } = card.product;
  if (stripe.kind === 'none') return [];
  return stripe.tracks.flatMap(({ track }) => {
    const name = `track${track}` as const;
    const [expected, actual] = [card.tracks[name], read[name]];
    if (expected === undefined) {
      return actual === undefined ? [] : [found('UNEXPECTED', track, 'holds data though the order has none for it')];
    }
    if (actual === undefined) return [found('MISSING', track, 'could not be read')];
    const same = actual === expected ? [] : [found('TRACK', track, differing(expected, actual))];
    return [...same, ...compareContent(card, track, actual)];
  });
}

function differing(expected: string, actual: string): string {
  if (actual.length !== expected.length) {
    return `holds ${actual.length} characters instead of ${expected.length}`;
  }
  let at = 0;
  while (actual[at] === expected[at]) at++;
  return `differs from what was sent, first at character ${at + 1} of ${expected.length}`;
}

/** ISO/IEC 7813: card number, expiry, service code and name on the stripe are those of the order, which chip and print bear too. */
function compareContent(card: ProofSubject, track: 1 | 2 | 3, text: string): readonly ProofFinding[] {
  const { stripe, fields: ordered } = card.product;
  const rule = ordered[`track${track}`]?.rule;
  const row = stripe.kind === 'tracks' ? stripe.tracks.find((each) => each.track === track) : undefined;
  // What the station composes is always a bank's track.
  const financial =
    row?.from.startsWith('computed:') === true || (rule?.kind === 'track' && rule.content === 'iso-7813');
  if (track === 3 || !financial) return [];
  const findings: ProofFinding[] = [];
  const agree = (field: OrderFieldName, said: string | undefined, what: string): void => {
    if (card.product.fields[field] === undefined || said === undefined) return;
    if (said !== valueOf(card, field)) findings.push(found('AGREEMENT', track, `bears another ${what} than the order`));
  };
  try {
    const fields: FinancialTrack2 & { readonly name?: string } = track === 1 ? parseTrack1(text) : parseTrack2(text);
    agree('pan', fields.pan, 'card number');
    agree('expiry', fields.expiry, 'expiry date');
    agree('serviceCode', fields.serviceCode, 'service code');
    agree('encodedName', fields.name?.trimEnd(), 'name');
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    findings.push(found('TRACK-FORM', track, `is not in order: ${String(thrown.details['reason'] ?? thrown.code)}`));
  }
  return findings;
}

function valueOf(card: ProofSubject, field: OrderFieldName): string | undefined {
  try {
    return fromUtf8(card.resolve(`record:${field}`));
  } catch (thrown) {
    if (thrown instanceof StationFault && thrown.code === 'PREPARATION-NO-VALUE') return undefined;
    throw thrown;
  }
}
