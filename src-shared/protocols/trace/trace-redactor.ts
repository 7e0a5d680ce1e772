import { toHex } from '../../bytes/bytes.ts';
import { withheldBytes, type WithheldBytes } from './redact-exchange.ts';

/** Shorter values are met by chance. */
const shortestRemembered = 5;
const headerLength = 4;
const statusLength = 2;

/** Joined runs of withheld bytes. */
function* runsOf(bytes: Uint8Array, marks: readonly boolean[]): Generator<Uint8Array> {
  let at = 0;
  while (at < bytes.length) {
    if (marks[at] !== true) {
      at += 1;
      continue;
    }
    let end = at;
    while (end < bytes.length && marks[end] === true) end += 1;
    yield bytes.slice(at, end);
    at = end;
  }
}

/** A card chooses what it answers: what is remembered and searched of it has bounds, beyond them everything is withheld. */
const mostRemembered = 128;
const longestRemembered = 256;
const longestSearched = 4096;

function markOccurrences(bytes: Uint8Array, marks: boolean[], value: Uint8Array): void {
  const first = value[0] ?? 0;
  const last = bytes.length - value.length;
  for (let at = bytes.indexOf(first); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < value.length && bytes[at + same] === value[same]) same += 1;
    if (same === value.length) marks.fill(true, at, at + value.length);
  }
}

/** The account number at the beginning of a value, where one is: whole bytes of 12 to 19 digits before D (track 2), F or the end. ISO/IEC 7812-1:2017 §4. */
function accountNumber(value: Uint8Array): Uint8Array {
  const digits = /^(\d{12,19})(?:[df]|$)/.exec(toHex(value))?.[1] ?? '';
  return value.slice(0, Math.floor(digits.length / 2));
}

/** All but the header of the command and the status word. */
function wholly(command: Uint8Array, answer: Uint8Array): WithheldBytes {
  return {
    command: Array.from(command, (_, at) => at >= headerLength),
    answer: Array.from(answer, (_, at) => at < answer.length - statusLength),
  };
}

/**
 * Redacts the exchanges of one session with a card. Beside the rules for each exchange it remembers what was withheld, and withholds it
 * wherever it appears later: an account number in the data of GENERATE AC because a card's list asks for it. The memory ends with the session.
 */
export class TraceRedactor {
  readonly #seen = new Map<string, Uint8Array>();

  /** Which bytes of the next exchange are withheld. */
  withheld(command: Uint8Array, answer: Uint8Array): WithheldBytes {
    if (command.length + answer.length > longestSearched || this.#seen.size >= mostRemembered) {
      return wholly(command, answer);
    }
    const { command: inCommand, answer: inAnswer } = withheldBytes(command, answer);
    for (const value of [...runsOf(command, inCommand), ...runsOf(answer, inAnswer)]) this.#remember(value);
    const marks = { command: [...inCommand], answer: [...inAnswer] };
    for (const value of this.#seen.values()) {
      markOccurrences(command, marks.command, value);
      markOccurrences(answer, marks.answer, value);
    }
    return marks;
  }

  /** Overwrites and forgets what was withheld. */
  forget(): void {
    for (const value of this.#seen.values()) value.fill(0);
    this.#seen.clear();
  }

  #remember(value: Uint8Array): void {
    for (const kept of [value, accountNumber(value)]) {
      const bounded = kept.slice(0, longestRemembered);
      if (bounded.length >= shortestRemembered) this.#seen.set(toHex(bounded), bounded);
    }
  }
}
