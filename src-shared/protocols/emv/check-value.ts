import { latin1 } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { checkEncodedName } from '../magstripe/encoded-name.ts';
import { passesLuhn } from '../magstripe/luhn.ts';
import { readServiceCode } from '../magstripe/service-code.ts';
import { parseDol } from '../tlv/data-object-list.ts';
import { formatTag } from '../tlv/find-tlv.ts';
import {
  type BitMeanings,
  interchangeProfileBits,
  setsReservedBit,
  terminalVerificationBits,
  transactionStatusBits,
  usageControlBits,
} from './bit-meanings.ts';
import { parseFileLocator } from './file-locator.ts';
import type { EmvDataObject } from './data-dictionary.ts';
import { emvDataDictionary } from './data-dictionary.ts';
import { unpackCompressed, unpackDigits } from './decimal-digits.ts';
import { parseTrack2Equivalent } from './track2-equivalent.ts';
import { parseVerificationMethods } from './verification-methods.ts';

/** What is wrong with a value, in words without the value itself. */
export interface ValueFinding {
  readonly kind: 'unknown-tag' | 'length' | 'format' | 'meaning';
  readonly tag: number;
  readonly text: string;
}

type Rule = (bytes: Uint8Array) => string | undefined;

/** Runs a parser for its faults only. */
function parsing(parse: (bytes: Uint8Array) => unknown, text: string): Rule {
  return (bytes) => {
    try {
      parse(bytes);
      return undefined;
    } catch (thrown) {
      if (thrown instanceof StationFault) return text;
      throw thrown;
    }
  };
}

/** YYMMDD; day 00 is refused, EMV dates name a day. EMV 4.3 Book 3 Annex A1. */
const date: Rule = (bytes) => {
  const digits = unpackDigits(bytes) ?? '';
  const [month, day] = [Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
  const days = new Date(Date.UTC(2000 + Number(digits.slice(0, 2)), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= days ? undefined : 'is not a date YYMMDD';
};

const exponent: Rule = (bytes) =>
  (bytes.length === 1 && bytes[0] === 3) || (bytes.length === 3 && bytes[0] === 1 && bytes[1] === 0 && bytes[2] === 1)
    ? undefined
    : 'is neither 3 nor 65537';

const bits =
  (meanings: BitMeanings): Rule =>
  (bytes) =>
    setsReservedBit(bytes, meanings) === 'yes' ? 'sets a reserved bit' : undefined;

/** A whole number in the range, as one byte. */
const within =
  (least: number, most: number, text: string): Rule =>
  ([byte = 0]) =>
    byte >= least && byte <= most ? undefined : text;

/** HHMMSS. EMV 4.3 Book 3 Annex A1, 9F21. */
const time: Rule = (bytes) =>
  /^([01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(unpackDigits(bytes) ?? '') ? undefined : 'is not a time HHMMSS';

/** Rules beyond length and format, each with its source. */
const rules: Readonly<Record<number, Rule>> = {
  // EMV 4.3 Book 3 Annex A1, tag 57
  0x57: parsing(parseTrack2Equivalent, 'is not track 2 equivalent data'),
  // ISO/IEC 7812-1:2017 Annex B
  0x5a: (bytes) => (passesLuhn(unpackCompressed(bytes) ?? '') ? undefined : 'has a wrong check digit'),
  0x5f20: (bytes) => checkEncodedName(latin1(bytes))[0],
  0x5f24: date,
  0x5f25: date,
  // ISO/IEC 7813:2006 service codes
  0x5f30: (bytes) => {
    const digits = unpackDigits(bytes)?.slice(1) ?? '';
    return readServiceCode(digits) === undefined ? 'is not an assigned service code' : undefined;
  },
  // ISO 639: two small letters a language. EMV 4.3 Book 3 Annex A1, 5F2D
  0x5f2d: (bytes) => (/^([a-z]{2}){1,4}$/.test(latin1(bytes)) ? undefined : 'is not 1 to 4 language codes'),
  // ISO 9362: four letters, two of the country, two and perhaps three more
  0x5f54: (bytes) =>
    /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(latin1(bytes))
      ? undefined
      : 'is not a bank identifier of 8 or 11 characters',
  // ISO 3166-1: capital letters
  0x5f55: (bytes) => (/^[A-Z]{2}$/.test(latin1(bytes)) ? undefined : 'is not two capital letters'),
  0x5f56: (bytes) => (/^[A-Z]{3}$/.test(latin1(bytes)) ? undefined : 'is not three capital letters'),
  // EMV 4.3 Book 3 Annex C1
  0x82: bits(interchangeProfileBits),
  // EMV 4.3 Book 1 §12.2.3, table 48: bits 7 to 5 are reserved
  0x87: ([byte = 0]) => ((byte & 0x70) === 0 ? undefined : 'sets a reserved bit'),
  // EMV 4.3 Book 1 §11.3.4: the directory's file, 1 to 10
  0x88: within(1, 10, 'is not a file identifier of 1 to 10'),
  // EMV 4.3 Book 3 §10.5, Annex C3
  0x8e: parsing(parseVerificationMethods, 'is not a list of known methods and conditions'),
  0x94: parsing(parseFileLocator, 'is not a file locator'),
  // EMV 4.3 Book 3 Annex C5, C6
  0x95: bits(terminalVerificationBits),
  0x9a: date,
  0x9b: bits(transactionStatusBits),
  // EMV 4.3 Book 3 Annex C2
  0x9f07: bits(usageControlBits),
  // EMV 4.3 Book 3 §10.7: the bits of the terminal verification results
  0x9f0d: bits(terminalVerificationBits),
  0x9f0e: bits(terminalVerificationBits),
  0x9f0f: bits(terminalVerificationBits),
  // EMV 4.3 Book 3 Annex A1, 9F11: the parts of ISO/IEC 8859, 01 to 10
  0x9f11: (bytes) => (/^(0[1-9]|10)$/.test(unpackDigits(bytes) ?? '') ? undefined : 'is not a code table 01 to 10'),
  0x9f21: time,
  // EMV 4.3 Book 2 §5.1, §6.1: exponents 3 and 2^16 + 1
  0x9f2e: exponent,
  0x9f32: exponent,
  0x9f47: exponent,
  // EMV 4.3 Book 3 Annex D2: the file of the log, 11 to 30
  0x9f4d: within(11, 30, 'names no log file of 11 to 30'),
  // EMV 4.3 Book 2 §5.1.1: the list holds the tag of the AIP only
  0x9f4a: (bytes) => (bytes.length === 1 && bytes[0] === 0x82 ? undefined : 'names more than the AIP (82)'),
};

/** EMV 4.3 Book 3 §4.3 and Annex B of Book 4 (common character set, ISO/IEC 8859-1 printable part). */
function formatFinding(bytes: Uint8Array, object: EmvDataObject): string | undefined {
  const text = latin1(bytes);
  switch (object.format) {
    case 'a':
      return /^[A-Za-z]*$/.test(text) ? undefined : 'holds more than letters';
    case 'an':
      return /^[A-Za-z0-9]*$/.test(text) ? undefined : 'holds more than letters and digits';
    case 'ans':
      return /^[\x20-\x7e]*$/.test(text) ? undefined : 'holds a character that cannot be shown';
    case 'n': {
      const digits = unpackDigits(bytes);
      if (digits === undefined) return 'holds more than digits';
      const spare = digits.length - (object.digits ?? digits.length);
      return spare > 0 && /[1-9]/.test(digits.slice(0, spare)) ? `has over ${object.digits ?? 0} digits` : undefined;
    }
    case 'cn': {
      const digits = unpackCompressed(bytes);
      if (digits === undefined) return 'is not digits filled up with F';
      if (digits.length < bytes.length * 2 - 1) return 'is filled up with more than one F';
      return digits.length > (object.digits ?? digits.length) ? `has over ${object.digits ?? 0} digits` : undefined;
    }
    case 'dol':
      return parsing(parseDol, 'is not a list of tags and lengths')(bytes);
    case 'b':
    case 'template':
      return undefined;
  }
}

/**
 * Says what is wrong with a value before it reaches a card, nothing when it is right: length, then format, then the
 * rules that the standard has for its content. A tag that the dictionary lacks is a finding of its own kind.
 */
export function checkValue(tag: number, bytes: Uint8Array): ValueFinding[] {
  const object = emvDataDictionary.get(tag);
  const label = `${object?.name ?? 'Data object'} (${formatTag(tag)})`;
  if (object === undefined) return [{ kind: 'unknown-tag', tag, text: `${label} is not in the dictionary` }];
  if (bytes.length < object.least || bytes.length > object.most) {
    const range = object.least === object.most ? `${object.least}` : `${object.least} to ${object.most}`;
    return [{ kind: 'length', tag, text: `${label} has ${bytes.length} bytes instead of ${range}` }];
  }
  const format = formatFinding(bytes, object);
  if (format !== undefined) return [{ kind: 'format', tag, text: `${label} ${format}` }];
  const meaning = rules[tag]?.(bytes);
  return meaning === undefined ? [] : [{ kind: 'meaning', tag, text: `${label} ${meaning}` }];
}
