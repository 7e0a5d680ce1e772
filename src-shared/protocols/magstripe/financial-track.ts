import { checkEncodedName } from './encoded-name.ts';
import type { TrackNumber } from './track-format.ts';
import { checkTrackContent, refuseTrack } from './track-format.ts';

/** The fields that tracks 1 and 2 of a financial card share. Expiry is YYMM, the service code 3 digits. ISO/IEC 7813:2006 §6.2. */
export interface FinancialTrack2 {
  readonly pan: string;
  readonly expiry?: string;
  readonly serviceCode?: string;
  readonly discretionary: string;
}

/** As track 2, with the cardholder's name in the stripe's character set. */
export interface FinancialTrack1 extends FinancialTrack2 {
  readonly name: string;
}

function checkFields(track: TrackNumber, fields: FinancialTrack2): void {
  if (!/^\d{1,19}$/.test(fields.pan)) refuseTrack(track, 'the card number is not 1 to 19 digits');
  if (fields.expiry !== undefined && !/^\d{2}(0[1-9]|1[0-2])$/.test(fields.expiry)) {
    refuseTrack(track, 'the expiry date is not YYMM');
  }
  if (fields.serviceCode !== undefined && !/^\d{3}$/.test(fields.serviceCode)) {
    refuseTrack(track, 'the service code is not 3 digits');
  }
}

/**
 * Writes the content of track 1, format B, without sentinels: `B` PAN `^` name `^` YYMM service-code data; an absent
 * expiry or service code is its separator. CARD-STRIPE when a field or the length is wrong. ISO/IEC 7813:2006 §6.2.
 */
export function buildTrack1(fields: FinancialTrack1): string {
  checkFields(1, fields);
  const [finding] = checkEncodedName(fields.name);
  if (finding !== undefined) refuseTrack(1, finding);
  if (fields.discretionary.includes('^')) refuseTrack(1, 'the issuer data holds a separator');
  const { expiry = '^', serviceCode = '^' } = fields;
  const content = `B${fields.pan}^${fields.name}^${expiry}${serviceCode}${fields.discretionary}`;
  checkTrackContent(1, content);
  return content;
}

/**
 * Writes the content of track 2 without sentinels: PAN `=` YYMM service-code data; an absent expiry or service code is
 * `=`. CARD-STRIPE when a field or the length is wrong. ISO/IEC 7813:2006 §6.3.
 */
export function buildTrack2(fields: FinancialTrack2): string {
  checkFields(2, fields);
  if (!/^\d*$/.test(fields.discretionary)) refuseTrack(2, 'the issuer data is not digits');
  const { expiry = '=', serviceCode = '=' } = fields;
  const content = `${fields.pan}=${expiry}${serviceCode}${fields.discretionary}`;
  checkTrackContent(2, content);
  return content;
}

/** Reads expiry, service code and issuer data from the tail of a track. */
function readTail(track: TrackNumber, tail: string, separator: string): Omit<FinancialTrack2, 'pan'> {
  const withoutExpiry = tail.startsWith(separator);
  const afterExpiry = tail.slice(withoutExpiry ? 1 : 4);
  const withoutCode = afterExpiry.startsWith(separator);
  const discretionary = afterExpiry.slice(withoutCode ? 1 : 3);
  if (discretionary.includes(separator)) refuseTrack(track, 'there is one separator too many');
  return {
    ...(withoutExpiry ? {} : { expiry: tail.slice(0, 4) }),
    ...(withoutCode ? {} : { serviceCode: afterExpiry.slice(0, 3) }),
    discretionary,
  };
}

/** Reads the content of track 1, format B. CARD-STRIPE when it does not have the form. ISO/IEC 7813:2006 §6.2. */
export function parseTrack1(content: string): FinancialTrack1 {
  checkTrackContent(1, content);
  const parts = /^B(\d{1,19})\^([^^]{2,26})\^(.*)$/.exec(content);
  if (parts === null) return refuseTrack(1, 'it does not have format B');
  const [, pan = '', name = '', tail = ''] = parts;
  const fields = { pan, name, ...readTail(1, tail, '^') };
  checkFields(1, fields);
  return fields;
}

/** Reads the content of track 2. CARD-STRIPE when it does not have the form. ISO/IEC 7813:2006 §6.3. */
export function parseTrack2(content: string): FinancialTrack2 {
  checkTrackContent(2, content);
  const parts = /^(\d{1,19})=(.*)$/.exec(content);
  if (parts === null) return refuseTrack(2, 'it does not have the form of a financial track');
  const [, pan = '', tail = ''] = parts;
  const fields = { pan, ...readTail(2, tail, '=') };
  checkFields(2, fields);
  return fields;
}
