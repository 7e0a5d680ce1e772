import { latin1, toHex } from '../bytes/bytes.ts';
import { StationFault } from '../faults/station-fault.ts';
import { checkValue } from '../protocols/emv/check-value.ts';
import { emvDataDictionary } from '../protocols/emv/data-dictionary.ts';
import { unpackCompressed } from '../protocols/emv/decimal-digits.ts';
import { parseTrack2Equivalent } from '../protocols/emv/track2-equivalent.ts';
import { formatTag } from '../protocols/tlv/find-tlv.ts';
import { listOf, methodsOf, valueOf, type RuleSubject } from './rule-subject.ts';

/** Where a rule is broken: the tag, and words that come behind the rule's own finding where the tag alone does not say it. */
export interface Breach {
  readonly tag: number;
  readonly detail?: string;
}

type RuleForm = (subject: RuleSubject) => readonly Breach[];

const fine: readonly Breach[] = [];
const at = (tag: number, detail?: string): readonly Breach[] => [detail === undefined ? { tag } : { tag, detail }];

/** Objects that the card gives by GET DATA only. EMV Book 3 v4.4 §7.3, table 36. */
const byGetData = [0x9f36, 0x9f17, 0x9f13, 0x9f4f];
const lists = [0x9f38, 0x8c, 0x8d, 0x9f49, 0x97];
/** Methods and conditions that EMV assigns; 20 to 3E are payment systems' and issuers'. EMV Book 3 v4.4 Annex C3. */
const assignedMethods = new Set([0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x1e, 0x1f]);
const amountConditions = new Set([0x06, 0x07, 0x08, 0x09]);
const lastAssignedCondition = 0x09;

function track2(subject: RuleSubject) {
  const value = valueOf(subject, 0x57);
  if (value === undefined) return undefined;
  try {
    return parseTrack2Equivalent(value);
  } catch (thrown) {
    if (thrown instanceof StationFault) return undefined;
    throw thrown;
  }
}

/** Rules that take more than one line to say, by name; each says where it is broken, nowhere where it is kept. */
export const ruleForms = {
  /** EMV Book 3 v4.4 Annex A1, §4.3: length, format and content of every object that the dictionary knows. */
  'value-forms': ({ objects }) =>
    objects.flatMap(({ tag, value }) =>
      emvDataDictionary.has(tag) ? checkValue(tag, value).map(({ text }) => ({ tag, detail: text })) : [],
    ),
  /** EMV Book 3 v4.4 §10.2: a terminal ends the transaction at a second one. */
  'once-only': ({ objects }) => {
    const twice = objects.filter(({ tag }, place) => objects.findIndex((other) => other.tag === tag) < place);
    return [...new Set(twice.map(({ tag }) => tag))].flatMap((tag) => at(tag));
  },
  /** EMV Book 3 v4.4 §7.3. */
  'counters-by-get-data': ({ objects }) =>
    objects.filter(({ tag }) => byGetData.includes(tag)).flatMap(({ tag }) => at(tag)),
  /** EMV Book 3 v4.4 Annex A1: what only a terminal says. */
  'card-data-only': ({ objects }) =>
    objects.filter(({ tag }) => emvDataDictionary.get(tag)?.source === 'terminal').flatMap(({ tag }) => at(tag)),
  /** EMV Book 3 v4.4 §5.4: what a list asks for in a length that the object never has is cut or filled up. */
  'list-lengths': (subject) =>
    lists.flatMap((list) =>
      (listOf(subject, list) ?? []).flatMap(({ tag, length }) => {
        const known = emvDataDictionary.get(tag);
        if (known === undefined || (length >= known.least && length <= known.most)) return [];
        return at(list, `${formatTag(tag)} in ${String(length)} bytes`);
      }),
    ),
  'effective-before-expiry': (subject) => {
    const [effective, expiry] = [valueOf(subject, 0x5f25), valueOf(subject, 0x5f24)];
    if (effective === undefined || expiry === undefined) return fine;
    return toHex(effective) > toHex(expiry) ? at(0x5f25) : fine;
  },
  'track2-account': (subject) => {
    const [track, pan] = [track2(subject), valueOf(subject, 0x5a)];
    if (track === undefined || pan === undefined) return fine;
    return unpackCompressed(pan) === track.pan ? fine : at(0x57);
  },
  'track2-expiry': (subject) => {
    const [track, expiry] = [track2(subject), valueOf(subject, 0x5f24)];
    if (track?.expiry === undefined || expiry === undefined) return fine;
    return toHex(expiry).slice(0, 4) === track.expiry ? fine : at(0x57);
  },
  'track2-service-code': (subject) => {
    const [track, code] = [track2(subject), valueOf(subject, 0x5f30)];
    if (track?.serviceCode === undefined || code === undefined) return fine;
    return toHex(code).slice(1) === track.serviceCode ? fine : at(0x57);
  },
  'issuer-number': (subject) => {
    const [number, pan] = [valueOf(subject, 0x42), valueOf(subject, 0x5a)];
    if (number === undefined || pan === undefined) return fine;
    return toHex(pan).startsWith(toHex(number)) ? fine : at(0x42);
  },
  /** EMV Book 3 v4.4 §10.5, Annex C3. */
  'methods-assigned': (subject) =>
    methodsOf(subject).some(({ code }) => code === 0x3f || (code < 0x20 && !assignedMethods.has(code)))
      ? at(0x8e)
      : fine,
  'conditions-assigned': (subject) =>
    methodsOf(subject).some(({ condition }) => condition > lastAssignedCondition && condition < 0x80) ? at(0x8e) : fine,
  'methods-named': (subject) =>
    valueOf(subject, 0x8e) !== undefined && methodsOf(subject).length === 0 ? at(0x8e) : fine,
  'amounts-of-methods': (subject) => {
    const [used, amounts] = [methodsOf(subject), valueOf(subject, 0x8e)?.subarray(0, 8)];
    if (amounts === undefined || amounts.every((byte) => byte === 0)) return fine;
    return used.some(({ condition }) => amountConditions.has(condition)) ? fine : at(0x8e);
  },
  /** ISO/IEC 7813:2006 §6.2.4: codes 5 and 6 are for the issuer's country only. EMV Book 3 v4.4 Annex C2: bits of international use. */
  'national-use': (subject) => {
    const [first = 0] = valueOf(subject, 0x9f07) ?? [];
    const national = [5, 6].includes(firstDigit(subject));
    const international = 0x40 | 0x10 | 0x04;
    return national && (first & international) !== 0 ? at(0x9f07) : fine;
  },
  /** EMV Book 3 v4.4 Annex C2: bits 2 and 1 are cash machines and all other terminals. */
  'usable-somewhere': (subject) => {
    const control = valueOf(subject, 0x9f07);
    return control !== undefined && ((control[0] ?? 0) & 0x03) === 0 ? at(0x9f07) : fine;
  },
  /** EMV Book 3 v4.4 §10.7: codes of five bytes come all three or not at all. */
  'action-codes-together': (subject) => {
    const tags = [0x9f0d, 0x9f0e, 0x9f0f];
    const missing = tags.filter((tag) => valueOf(subject, tag) === undefined);
    return missing.length === 0 || missing.length === tags.length ? fine : missing.flatMap((tag) => at(tag));
  },
  /** EMV Book 3 v4.4 §10.7: what the issuer declines at once needs no line. */
  'denied-not-online': (subject) => {
    const [denial, online] = [valueOf(subject, 0x9f0e), valueOf(subject, 0x9f0f)];
    if (denial === undefined || online === undefined) return fine;
    return denial.some((byte, place) => (byte & (online[place] ?? 0)) !== 0) ? at(0x9f0e) : fine;
  },
  /** EMV Book 3 v4.4 §10.6.3. */
  'velocity-limits': (subject) => {
    const [lower, upper] = [valueOf(subject, 0x9f14), valueOf(subject, 0x9f23)];
    if (lower === undefined && upper === undefined) return fine;
    if (lower === undefined || upper === undefined) return at(lower === undefined ? 0x9f14 : 0x9f23);
    return (lower[0] ?? 0) <= (upper[0] ?? 0) ? fine : at(0x9f14);
  },
  /** EMV Book 1 v4.4 §12.2.4: letters, digits and the space. */
  'label-characters': (subject) => {
    const label = valueOf(subject, 0x50);
    return label === undefined || /^[A-Za-z0-9 ]*$/.test(latin1(label)) ? fine : at(0x50);
  },
  'languages-once': (subject) => {
    const codes = latin1(valueOf(subject, 0x5f2d) ?? new Uint8Array(0)).match(/../g) ?? [];
    return new Set(codes).size === codes.length ? fine : at(0x5f2d);
  },
  /** EMV Book 3 v4.4 §10.3: what a thief would change stands in records that the signature covers. */
  'signed-account': (subject) =>
    [0x5a, 0x5f24, 0x8e, 0x9f07, 0x9f0d, 0x9f0e, 0x9f0f]
      .filter((tag) => valueOf(subject, tag) !== undefined && !subject.signedTags.has(tag))
      .flatMap((tag) => at(tag)),
  /** EMV Book 2 v4.4 §5.1.1: without the list the interchange profile is not signed. */
  'signed-interchange-profile': (subject) => {
    const list = valueOf(subject, 0x9f4a);
    return list?.length === 1 && list[0] === 0x82 ? fine : at(0x9f4a);
  },
} satisfies Readonly<Record<string, RuleForm>>;

/** First digit of the service code, of three digits in two bytes. */
function firstDigit(subject: RuleSubject): number {
  return (valueOf(subject, 0x5f30)?.[0] ?? 0) & 0x0f;
}
