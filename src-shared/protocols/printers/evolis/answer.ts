import { latin1 } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';

/** What the printer said: done, refused or failed, or a value. */
export type EvolisAnswer =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'value'; readonly text: string };

/** One answer taken from the front of what has arrived, and what is left after it. */
export interface TakenAnswer {
  readonly answer: EvolisAnswer;
  readonly rest: Uint8Array;
}

/** Answers are short texts; a device that sends more without a NUL is not speaking this language. */
const answerLimit = 1024;

/** Reads one answer's text; blanks, CR and LF at its ends do not count. PRINTER-ANSWER when it is not printable ASCII. */
export function parseAnswer(bytes: Uint8Array): EvolisAnswer {
  const text = latin1(bytes).replace(/^[\s]+|[\s]+$/g, '');
  if (text === '' || !/^[\x20-\x7e]*$/.test(text)) {
    throw new StationFault('PRINTER-ANSWER', { reason: 'it is not printable text', bytes: bytes.length });
  }
  if (text === 'OK') return { kind: 'ok' };
  // `ERR` or `ERROR`, wherever it stands: this is how the maker's own library decides.
  return /ERR/.test(text) ? { kind: 'error', text } : { kind: 'value', text };
}

/**
 * Takes the first whole answer off the bytes that have arrived: text ended by one NUL; NULs before it are skipped.
 * Undefined while the NUL is missing. PRINTER-ANSWER when over 1,024 bytes came without one, or they are no text.
 */
export function takeAnswer(arrived: Uint8Array): TakenAnswer | undefined {
  let start = 0;
  while (arrived[start] === 0) start++;
  const end = arrived.indexOf(0, start);
  if (end === -1 || end - start > answerLimit) {
    if (arrived.length - start <= answerLimit) return undefined;
    throw new StationFault('PRINTER-ANSWER', { reason: 'it does not end', bytes: arrived.length });
  }
  return { answer: parseAnswer(arrived.subarray(start, end)), rest: arrived.slice(end + 1) };
}

/** Where a card is, as `Rlr;p` says it: words of old and of later models. */
export type EvolisCardPlace = 'none' | 'print' | 'contact-station' | 'contactless-station' | 'unknown';

/** Reads the answer to `Rlr;p`. */
export function readCardPlace(answer: EvolisAnswer): EvolisCardPlace {
  if (answer.kind === 'ok') return 'none';
  switch (answer.text) {
    case 'NO CARD':
      return 'none';
    case 'CARD':
      return 'print';
    case 'SMART CARD':
      return 'contact-station';
    case 'CONTACTLESS CARD':
      return 'contactless-station';
    default:
      return 'unknown';
  }
}

/** Reads the answer to `Rse`: a decimal comma, two decimals and a unit word, as in `5,00 Volts`; undefined otherwise. */
export function readVolts(answer: EvolisAnswer): number | undefined {
  if (answer.kind !== 'value') return undefined;
  const digits = /^(\d+)[,.](\d+)( [A-Za-z]+)?$/.exec(answer.text);
  return digits === null ? undefined : Number(`${digits[1] ?? ''}.${digits[2] ?? ''}`);
}

/** Reads a count (`Rco`, `Rrt;count`); undefined when the answer is none. */
export function readCount(answer: EvolisAnswer): number | undefined {
  return answer.kind === 'value' && /^\d{1,9}$/.test(answer.text) ? Number(answer.text) : undefined;
}

/** What an error answer is about; `other` keeps its text for the person. */
export type EvolisErrorCause =
  'command' | 'cover' | 'feeder' | 'ribbon' | 'stripe' | 'mechanics' | 'hopper' | 'cleaning' | 'card' | 'other';

const causes: readonly (readonly [RegExp, EvolisErrorCause])[] = [
  [/CDE|COMMAND|PARAM/, 'command'],
  [/COVER/, 'cover'],
  [/FEED/, 'feeder'],
  [/RIB/, 'ribbon'],
  [/MAG|TRACK|STRIPE/, 'stripe'],
  [/CLEAN/, 'cleaning'],
  [/HOPPER|REJECT|BOX/, 'hopper'],
  [/MECH|JAM/, 'mechanics'],
  [/CARD/, 'card'],
];

/** Sorts the text of an error answer by the words in it; the guide prints no closed list. */
export function errorCause(text: string): EvolisErrorCause {
  return causes.find(([words]) => words.test(text))?.[1] ?? 'other';
}
