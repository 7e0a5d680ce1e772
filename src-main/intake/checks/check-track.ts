import type { OrderFieldName, OrderFieldRule, OrderFields } from '#shared/domain/order-field.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { IntakeFindingCode } from '#shared/faults/intake-findings.ts';
import { parseTrack1, parseTrack2 } from '#shared/protocols/magstripe/financial-track.ts';
import { trackContentLimit, trackFormats } from '#shared/protocols/magstripe/track-format.ts';
import { makeFinding, type Finding } from '../finding.ts';

type TrackRule = Extract<OrderFieldRule, { kind: 'track' }>;
type TrackFields = ReturnType<typeof parseTrack2> & { readonly name?: string };

function parseFinancial(track: 1 | 2, content: string): TrackFields | undefined {
  try {
    return track === 1 ? parseTrack1(content) : parseTrack2(content);
  } catch (thrown) {
    if (thrown instanceof StationFault) return undefined;
    throw thrown;
  }
}

/** The content of a track: its character set and length, and for payment cards its form and what it must share with the order. ISO/IEC 7811-6, ISO/IEC 7813:2006 §6. */
export function checkTrack(field: OrderFieldName, content: string, rule: TrackRule, order: OrderFields): Finding[] {
  const { track } = rule;
  const wrong = (code: IntakeFindingCode, details = {}) => makeFinding(code, field, { track, ...details });
  const most = Math.min(rule.longest, trackContentLimit(track));
  const findings: Finding[] = [];
  if (content.length > most) findings.push(wrong('INTAKE-TRACK-LENGTH', { length: content.length, most }));
  if (!trackFormats[track].content.test(content)) findings.push(wrong('INTAKE-TRACK-CHARACTER'));
  if (findings.length > 0 || rule.content === 'issuer' || track === 3) return findings;

  const read = parseFinancial(track, content);
  if (read === undefined) return [wrong('INTAKE-TRACK-FORM')];
  if (read.pan !== order.pan) findings.push(wrong('INTAKE-TRACK-PAN'));
  if (read.expiry !== order.expiry) findings.push(wrong('INTAKE-TRACK-EXPIRY'));
  if (read.serviceCode !== order.serviceCode) findings.push(wrong('INTAKE-TRACK-SERVICE-CODE'));
  if (read.name !== undefined && read.name.trimEnd() !== order.encodedName) findings.push(wrong('INTAKE-TRACK-NAME'));
  return findings;
}
