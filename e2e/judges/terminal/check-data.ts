import type { Findings } from '../findings.ts';
import { readList } from '../tlv.ts';
import { methodOf } from './offline-authentication.ts';
import type { ReadApplication } from './read-application.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** Fewest and most bytes of what a card may bear. EMV Book 3 annex A1. */
const lengths: Readonly<Record<string, readonly [number, number]>> = {
  '57': [8, 19],
  '5A': [5, 10],
  '5F20': [2, 26],
  '5F24': [3, 3],
  '5F25': [3, 3],
  '5F28': [2, 2],
  '5F30': [2, 2],
  '5F34': [1, 1],
  '82': [2, 2],
  '8C': [2, 252],
  '8D': [2, 252],
  '8E': [10, 252],
  '9F07': [2, 2],
  '9F08': [2, 2],
  '9F0D': [5, 5],
  '9F0E': [5, 5],
  '9F0F': [5, 5],
  '9F42': [2, 2],
  '9F49': [2, 252],
  '9F4A': [1, 252],
};
const numeric = ['5F24', '5F25', '5F28', '5F30', '5F34', '9F42'];
/** CVM codes without the bit that says what follows a failure. EMV Book 3 annex C3. */
const methods = new Set([0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x1e, 0x1f]);

function luhnHolds(digits: string): boolean {
  let sum = 0;
  for (const [at, digit] of Array.from(digits).toReversed().entries()) {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** Digits left-justified and filled with F. EMV Book 3 §4.3, format cn. */
function compressed(value: Buffer): string | undefined {
  return /^(\d+)F*$/.exec(hexOf(value))?.[1];
}

function checkNumbers({ objects }: ReadApplication, findings: Findings): void {
  const step = 'data';
  const pan = compressed(objects.get('5A') ?? Buffer.alloc(0));
  findings.expect(
    pan !== undefined && luhnHolds(pan),
    step,
    'ISO/IEC 7812-1 annex B',
    'the card number has no right check digit',
  );
  const track = objects.get('57');
  if (track === undefined) return;
  const parts = /^(\d+)D(\d{4})(\d{3})\d*F?$/.exec(hexOf(track));
  findings.expect(parts !== null, step, 'EMV Book 3 annex A1, 57', 'the track 2 equivalent data has not its form');
  if (parts === null) return;
  findings.expect(parts[1] === pan, step, 'EMV Book 3 annex A1, 57', 'track 2 and 5A bear different card numbers');
  const end = hexOf(objects.get('5F24') ?? Buffer.alloc(0)).slice(0, 4);
  findings.expect(parts[2] === end, step, 'EMV Book 3 annex A1, 57', 'track 2 and 5F24 bear different ends');
  const service = hexOf(objects.get('5F30') ?? Buffer.alloc(0)).slice(1);
  findings.expect(
    service === '' || parts[3] === service,
    step,
    'EMV Book 3 annex A1, 57',
    'track 2 and 5F30 bear different service codes',
  );
}

function checkDates({ objects }: ReadApplication, today: Date, findings: Findings): void {
  const now = today.toISOString().slice(2, 10).replaceAll('-', '');
  const of = (tag: string): string | undefined => {
    const value = objects.get(tag);
    return value === undefined ? undefined : hexOf(value);
  };
  const real = (text: string): boolean => /^\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(text);
  const [ends, begins] = [of('5F24'), of('5F25')];
  if (ends !== undefined) {
    findings.expect(real(ends), 'data', 'EMV Book 3 §10.4.3', 'the end of the application is no date');
    findings.expect(ends >= now, 'data', 'EMV Book 3 §10.4.3', 'the application has ended');
  }
  if (begins !== undefined)
    findings.expect(
      real(begins) && begins <= now,
      'data',
      'EMV Book 3 §10.4.3',
      'the application is not effective yet',
    );
}

function checkVerificationMethods({ objects }: ReadApplication, findings: Findings): void {
  const list = objects.get('8E');
  if (list === undefined) return;
  const clause = 'EMV Book 3 §10.5';
  findings.expect(list.length % 2 === 0, 'data', clause, 'the list of verification methods has half a rule');
  for (let at = 8; at + 1 < list.length; at += 2) {
    const [code = 0, condition = 0] = list.subarray(at, at + 2);
    findings.expect(
      (code & 0x80) === 0 && methods.has(code & 0x3f),
      'data',
      clause,
      `there is no verification method ${hexOf(Buffer.of(code))}`,
    );
    findings.expect(condition <= 0x09, 'data', clause, `there is no condition ${hexOf(Buffer.of(condition))}`);
  }
}

/** Both lists must be such that a terminal can fill them, and ask for what makes a cryptogram fresh. EMV Book 3 §7.2, §5.4. */
function checkLists({ objects }: ReadApplication, findings: Findings): void {
  for (const tag of ['8C', '8D']) {
    const list = objects.get(tag);
    if (list === undefined) continue;
    try {
      const asked = readList(list).map((entry) => entry.tag);
      findings.expect(
        asked.includes('9F37'),
        'data',
        'EMV Book 2 §8.1.1',
        `${tag} does not ask for the unpredictable number`,
      );
      if (tag === '8D')
        findings.expect(
          asked[0] === '8A',
          'data',
          'EMV Book 3 §9.3',
          '8D does not ask for the authorisation response code first',
        );
    } catch {
      findings.add('data', 'EMV Book 3 §5.4', `${tag} is no list of tags and lengths`);
    }
  }
}

/** What every terminal needs before it goes on: mandatory objects, their forms, and that they agree. EMV Book 3 §7.2, annex A1. */
export function checkData(card: ReadApplication, today: Date, findings: Findings): void {
  const { objects } = card;
  const mandatory = ['5A', '5F24', '8C', '8D', ...(methodOf(card) === 'none' ? [] : ['8F', '90', '9F32'])];
  for (const tag of mandatory)
    findings.expect(objects.has(tag), 'data', 'EMV Book 3 §7.2', `${tag} is not on the card`);
  for (const [tag, value] of objects) {
    const [least, most] = lengths[tag] ?? [0, 252];
    findings.expect(
      value.length >= least && value.length <= most,
      'data',
      'EMV Book 3 annex A1',
      `${tag} has ${value.length} bytes`,
    );
    if (numeric.includes(tag))
      findings.expect(/^\d*$/.test(hexOf(value)), 'data', 'EMV Book 3 §4.3', `${tag} holds more than digits`);
  }
  checkNumbers(card, findings);
  checkDates(card, today, findings);
  checkVerificationMethods(card, findings);
  checkLists(card, findings);
}
