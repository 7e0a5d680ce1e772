import type { Exchange } from './pcsc-client.ts';
import { findTlv, readTlvs } from './tlv.ts';

/** One thing that is wrong with a card, planted between the card and the judge; `times` counts the matching commands from 1. */
export interface PlantedError {
  readonly name: string;
  /** INS of the commands whose answers are altered. */
  readonly ins: number;
  readonly alter: (answer: Buffer, times: number, command: Buffer) => Buffer;
}

/** The card with one error planted on its way. */
export function planted(exchange: Exchange, { ins, alter }: PlantedError): Exchange {
  let times = 0;
  return async (command) => {
    const answer = await exchange(command);
    if (command[1] !== ins) return answer;
    times += 1;
    return alter(Buffer.from(answer), times, Buffer.from(command));
  };
}

const refusal = (status: string): Buffer => Buffer.from(status, 'hex');

/** Changes a value of the answer in place, wherever it stands in it. */
function change(tag: string, edit: (value: Buffer) => void): PlantedError['alter'] {
  return (answer) => {
    if (answer.length <= 2) return answer;
    const value = findTlv(readTlvs(answer.subarray(0, -2)), tag)?.value;
    if (value !== undefined) edit(value);
    return answer;
  };
}

const flip =
  (at: number, mask = 1) =>
  (value: Buffer): void => {
    const from = at < 0 ? value.length + at : at;
    value[from] = (value[from] ?? 0) ^ mask;
  };
const put =
  (digits: string) =>
  (value: Buffer): void => {
    Buffer.from(digits, 'hex').copy(value);
  };

const [selecting, options, reading, authenticating, generating] = [0xa4, 0xa8, 0xb2, 0x88, 0xae];

/** A record template that says to be longer than it is. */
const cutOff: PlantedError['alter'] = (answer) => {
  if (answer[0] === 0x70 && answer[1] !== 0x81) answer[1] = (answer[1] ?? 0) + 1;
  return answer;
};

/** Gives an object another tag, so that it is missing. */
function rename(tag: string, other: string): PlantedError['alter'] {
  return (answer) => {
    const at = answer.indexOf(Buffer.from(tag, 'hex'));
    if (at >= 0 && findTlv(readTlvs(answer.subarray(0, -2)), tag) !== undefined)
      Buffer.from(other, 'hex').copy(answer, at);
    return answer;
  };
}

/** Errors of any contact card that authenticates dynamically. */
export const terminalErrors: readonly PlantedError[] = [
  { name: 'the application is not there', ins: selecting, alter: () => refusal('6A82') },
  { name: 'the application is blocked', ins: selecting, alter: () => refusal('6283') },
  { name: 'the application bears another name', ins: selecting, alter: change('84', flip(0, 0x10)) },
  { name: 'the label is no text', ins: selecting, alter: change('50', put('07')) },
  { name: 'no processing options', ins: options, alter: () => refusal('6985') },
  { name: 'another interchange profile than was signed', ins: options, alter: change('82', flip(1, 0x80)) },
  { name: 'a file locator of no file', ins: options, alter: change('94', put('07')) },
  { name: 'a file locator with one record too many', ins: options, alter: change('94', flip(-2, 0x08)) },
  {
    name: 'a record that is not there',
    ins: reading,
    alter: (answer, times) => (times === 2 ? refusal('6A83') : answer),
  },
  { name: 'a record longer than it says', ins: reading, alter: cutOff },
  { name: 'a wrong digit in the card number', ins: reading, alter: change('5A', flip(4, 0x10)) },
  { name: 'another card number in track 2', ins: reading, alter: change('57', flip(4, 0x10)) },
  { name: 'a card that has ended', ins: reading, alter: change('5F24', put('200131')) },
  { name: 'a card that does not begin yet', ins: reading, alter: change('5F25', put('491231')) },
  { name: 'no list for the first cryptogram', ins: reading, alter: rename('8C', '8B') },
  { name: 'a verification method that nobody knows', ins: reading, alter: change('8E', flip(8, 0x38)) },
  { name: 'an authority key that nobody knows', ins: reading, alter: change('8F', flip(0, 0x55)) },
  { name: 'one bit of the issuer certificate', ins: reading, alter: change('90', flip(17)) },
  { name: 'another exponent of the issuer', ins: reading, alter: change('9F32', put('05')) },
  { name: 'one bit of the remainder of the card key', ins: reading, alter: change('9F48', flip(3)) },
  { name: 'one bit of the card certificate', ins: reading, alter: change('9F46', flip(40)) },
  { name: 'another list of signed static data', ins: reading, alter: change('9F4A', put('84')) },
  { name: 'a date of effect that was not signed', ins: reading, alter: change('5F25', flip(2, 0x02)) },
  { name: 'no first cryptogram', ins: generating, alter: () => refusal('6985') },
  {
    name: 'a transaction counter that moves within a transaction',
    ins: generating,
    alter: (answer, times, command) => (times === 2 ? movedCounter(answer, times, command) : answer),
  },
  {
    name: 'an approval where none was asked for',
    ins: generating,
    alter: (answer, times, command) => (times === 2 ? approved(answer, times, command) : answer),
  },
];

/** CID and ATC stand first in format 1 and in objects of their own in format 2. EMV Book 3 §6.5.5.4. */
const movedCounter: PlantedError['alter'] = (answer) =>
  answer[0] === 0x80 ? change('80', flip(2))(answer, 0, answer) : change('9F36', flip(1))(answer, 0, answer);
const approved: PlantedError['alter'] = (answer) =>
  answer[0] === 0x80
    ? change('80', flip(0, 0x40))(answer, 0, answer)
    : change('9F27', flip(0, 0x40))(answer, 0, answer);

/** Errors of a card that authenticates by INTERNAL AUTHENTICATE. */
export const dynamicErrors: readonly PlantedError[] = [
  { name: 'no dynamic signature', ins: authenticating, alter: () => refusal('6985') },
  { name: 'one bit of the dynamic signature', ins: authenticating, alter: (answer) => flipped(answer, 30) },
];

/** Errors of a card that signs its cryptogram. */
export const combinedErrors: readonly PlantedError[] = [
  { name: 'one bit of the combined signature', ins: generating, alter: change('9F4B', flip(30)) },
  { name: 'another counter than was signed', ins: generating, alter: change('9F36', flip(1)) },
  { name: 'other issuer data than were signed', ins: generating, alter: change('9F10', flip(-1)) },
  { name: 'another kind of cryptogram than was signed', ins: generating, alter: change('9F27', flip(0, 0x80)) },
];

function flipped(answer: Buffer, at: number): Buffer {
  const copy = Buffer.from(answer);
  const from = at < 0 ? copy.length + at : at;
  copy[from] = (copy[from] ?? 0) ^ 1;
  return copy;
}

const [getData, initialising, opening, listing, installing, loading, putting, deleting] = [
  0xca, 0x50, 0x82, 0xf2, 0xe6, 0xe8, 0xd8, 0xe4,
];
const dataOf =
  (p1: number, p2: number, alter: PlantedError['alter']): PlantedError['alter'] =>
  (answer, times, command) =>
    command[2] === p1 && command[3] === p2 ? alter(answer, times, command) : answer;
const done = refusal('9000');

/** Errors of a card manager whatever its secure channel. */
export const cardManagerErrors: readonly PlantedError[] = [
  { name: 'no card manager', ins: selecting, alter: () => refusal('6A82') },
  { name: 'the card manager gives no name', ins: selecting, alter: rename('84', '85') },
  { name: 'production data cut off', ins: getData, alter: dataOf(0x9f, 0x7f, () => refusal('9F7F0200009000')) },
  { name: 'no recognition data', ins: getData, alter: dataOf(0x00, 0x66, () => refusal('6A88')) },
  { name: 'another scheme than GlobalPlatform', ins: getData, alter: dataOf(0x00, 0x66, change('06', flip(-1, 0x08))) },
  { name: 'another secure channel protocol', ins: getData, alter: dataOf(0x00, 0x66, change('64', flip(-2, 0x04))) },
  { name: 'keys of another version', ins: getData, alter: dataOf(0x00, 0xe0, change('C0', flip(1))) },
  {
    name: 'key information cut off',
    ins: getData,
    alter: dataOf(0x00, 0xe0, (answer) => Buffer.concat([answer.subarray(0, -3), done])),
  },
  { name: 'another key version in the handshake', ins: initialising, alter: (answer) => flipped(answer, 10) },
  { name: 'another protocol in the handshake', ins: initialising, alter: (answer) => flipped(answer, 11) },
  { name: 'one bit of the card challenge', ins: initialising, alter: (answer) => flipped(answer, 15) },
  { name: 'one bit of the card cryptogram', ins: initialising, alter: (answer) => flipped(answer, 24) },
  { name: 'a handshake cut off', ins: initialising, alter: (answer) => Buffer.concat([answer.subarray(0, 20), done]) },
  {
    name: 'the right host is refused',
    ins: opening,
    alter: (answer, times) => (times === 2 ? refusal('6300') : answer),
  },
  { name: 'a wrong host is let in', ins: opening, alter: (answer, times) => (times === 1 ? done : answer) },
  { name: 'a wrong MAC is accepted', ins: listing, alter: (answer, times) => (times === 1 ? done : answer) },
  {
    name: 'content is listed without a channel',
    ins: listing,
    alter: (answer, times) => (times === 2 ? done : answer),
  },
  { name: 'no installation', ins: installing, alter: () => refusal('6985') },
  { name: 'memory is full', ins: loading, alter: (answer, times) => (times === 2 ? refusal('6A84') : answer) },
  { name: 'keys are refused', ins: putting, alter: () => refusal('6A80') },
  { name: 'a deletion is refused', ins: deleting, alter: () => refusal('6985') },
];

/** Errors of a card whose answers bear MACs. */
export const protectedErrors: readonly PlantedError[] = [
  {
    name: 'another option than the channel opens',
    ins: getData,
    alter: dataOf(0x00, 0x66, change('64', flip(-1, 0x20))),
  },
  {
    name: 'one bit of the MAC of an answer',
    ins: listing,
    alter: (answer, times) => (times === 3 ? flipped(answer, -3) : answer),
  },
  { name: 'an answer without a MAC', ins: listing, alter: (answer, times) => (times === 3 ? done : answer) },
  {
    name: 'one bit of an enciphered answer',
    ins: listing,
    alter: (answer, times) => (times === 3 ? flipped(answer, 0) : answer),
  },
  {
    name: 'a status word that the MAC does not cover',
    ins: putting,
    alter: (answer) => Buffer.concat([answer.subarray(0, -2), refusal('6310')]),
  },
];
