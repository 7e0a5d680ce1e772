import { StationFault } from '../../faults/station-fault.ts';
import { parseDol } from '../tlv/data-object-list.ts';
import { formatTag } from '../tlv/find-tlv.ts';
import {
  type BitMeanings,
  describeBits,
  interchangeProfileBits,
  terminalVerificationBits,
  transactionStatusBits,
  usageControlBits,
} from './bit-meanings.ts';
import { emvDataDictionary } from './data-dictionary.ts';
import { parseFileLocator } from './file-locator.ts';
import { describeVerificationMethods, parseVerificationMethods } from './verification-methods.ts';

type InWords = (bytes: Uint8Array) => string[];

const bits =
  (what: string, meanings: BitMeanings): InWords =>
  (bytes) =>
    describeBits(what, bytes, meanings);

const list: InWords = (bytes) =>
  parseDol(bytes).map(({ tag, length }) => {
    const name = emvDataDictionary.get(tag)?.name;
    return `${formatTag(tag)}${name === undefined ? '' : ` ${name}`}, ${length} ${length === 1 ? 'byte' : 'bytes'}`;
  });

const locator: InWords = (bytes) =>
  parseFileLocator(bytes).map(({ shortFileIdentifier, firstRecord, lastRecord, signedRecords }) => {
    const records = firstRecord === lastRecord ? `record ${firstRecord}` : `records ${firstRecord} to ${lastRecord}`;
    return `file ${shortFileIdentifier}, ${records}, ${signedRecords === 0 ? 'none' : signedRecords} signed`;
  });

/** EMV 4.3 Book 3 §6.5.5.4, table 14: the two left bits. */
const cryptograms = ['declined offline (AAC)', 'approved offline (TC)', 'to be decided online (ARQC)', 'reserved'];
const reasons = ['', 'service not allowed', 'PIN Try Limit exceeded', 'issuer authentication failed'];

const cryptogramInformation: InWords = ([byte = 0]) => [
  cryptograms[byte >> 6] ?? 'reserved',
  ...((byte & 0x08) === 0 ? [] : ['advice required']),
  ...((byte & 0x07) === 0 ? [] : [reasons[byte & 0x07] ?? 'reserved reason']),
];

const actionCode = bits('action code', terminalVerificationBits);

/** What has a meaning beyond its digits, by tag. */
const readings: ReadonlyMap<number, InWords> = new Map([
  [0x82, bits('application interchange profile', interchangeProfileBits)],
  [0x8c, list],
  [0x8d, list],
  [0x8e, (bytes: Uint8Array) => describeVerificationMethods(parseVerificationMethods(bytes))],
  [0x94, locator],
  [0x95, bits('terminal verification results', terminalVerificationBits)],
  [0x97, list],
  [0x9b, bits('transaction status information', transactionStatusBits)],
  [0x9f07, bits('application usage control', usageControlBits)],
  [0x9f0d, actionCode],
  [0x9f0e, actionCode],
  [0x9f0f, actionCode],
  [0x9f27, cryptogramInformation],
  [0x9f38, list],
  [0x9f49, list],
  [0x9f4f, list],
]);

/**
 * Says in words what a value means: one text a bit, rule, list entry or file. Empty where the digits say all or nothing is set, and for a
 * value that cannot be read, which `checkValue` names. Only for values that belong to no person: lists, profiles, codes and results.
 */
export function describeValue(tag: number, bytes: Uint8Array): readonly string[] {
  try {
    return readings.get(tag)?.(bytes) ?? [];
  } catch (thrown) {
    if (thrown instanceof StationFault) return [];
    throw thrown;
  }
}
