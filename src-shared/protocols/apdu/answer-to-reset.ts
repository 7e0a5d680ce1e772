import { StationFault } from '../../faults/station-fault.ts';

/** The two protocols of ISO/IEC 7816-3 that carry commands; a contactless card is spoken to as with T=1. */
export type CardProtocol = 'T=0' | 'T=1';

/** What a card says of itself when it is powered. ISO/IEC 7816-3:2006 §8.2. */
export interface AnswerToReset {
  /** The protocols it offers, in its order; T=0 where it names none. */
  readonly protocols: readonly number[];
  /** Up to 15 bytes. ISO/IEC 7816-4:2013 §12.1.1. */
  readonly historicalBytes: Uint8Array;
  /** Whether commands may be chained, from the card capabilities of the historical bytes. ISO/IEC 7816-4:2013 §12.1.1.9. */
  readonly commandChaining: 'announced' | 'not-announced';
  /** Whether it has the form that a reader makes up for a contactless card: 3B 8n 80 01. PC/SC part 3 v2.01.09 §3.1.3.2.3. */
  readonly form: 'contact' | 'contactless';
}

const longest = 33;
/** ISO/IEC 7816-3:2006 §8.1: direct and inverse convention. */
const initialCharacters: readonly (number | undefined)[] = [0x3b, 0x3f];

function refuse(reason: string): never {
  throw new StationFault('CARD-ANSWER', { command: 'reset', reason });
}

interface InterfaceBytes {
  readonly protocols: readonly number[];
  readonly next: number;
}

/** Walks over TA, TB, TC, TD: the high half of T0 and of each TD says which follow. ISO/IEC 7816-3:2006 §8.2.3. */
function readInterfaceBytes(bytes: Uint8Array): InterfaceBytes {
  const protocols: number[] = [];
  let at = 2;
  let present = (bytes[1] ?? 0) >> 4;
  for (;;) {
    at += [1, 2, 4].filter((bit) => (present & bit) !== 0).length;
    if ((present & 8) === 0) return { protocols, next: at };
    const structure = bytes[at];
    if (structure === undefined) return refuse('it ends within the interface bytes');
    at += 1;
    const protocol = structure & 15;
    // T=15 marks bytes that hold for every protocol.
    if (protocol !== 15 && !protocols.includes(protocol)) protocols.push(protocol);
    present = structure >> 4;
  }
}

/** The card capabilities, compact object 7x, after category 00 or 80; its third byte, bit 8, is command chaining. ISO/IEC 7816-4:2013 §12.1.1.9. */
function readCommandChaining(historical: Uint8Array): AnswerToReset['commandChaining'] {
  if (historical[0] !== 0x00 && historical[0] !== 0x80) return 'not-announced';
  let at = 1;
  while (at < historical.length) {
    const head = historical[at] ?? 0;
    const value = historical.subarray(at + 1, at + 1 + (head & 15));
    if (head >> 4 === 7) return ((value[2] ?? 0) & 0x80) === 0 ? 'not-announced' : 'announced';
    at += 1 + (head & 15);
  }
  return 'not-announced';
}

/**
 * Reads an answer to reset of 2 to 33 bytes. CARD-ANSWER when it is cut off, too long, begins with neither convention, or bears a wrong
 * check byte; the check byte is there exactly when another protocol than T=0 is offered. ISO/IEC 7816-3:2006 §8.2.
 */
export function parseAnswerToReset(bytes: Uint8Array): AnswerToReset {
  if (bytes.length < 2 || bytes.length > longest) return refuse('it is not 2 to 33 bytes');
  if (!initialCharacters.includes(bytes[0])) return refuse('it begins with neither convention');
  const { protocols, next } = readInterfaceBytes(bytes);
  const count = (bytes[1] ?? 0) & 15;
  const checked = protocols.some((protocol) => protocol !== 0);
  const length = next + count + (checked ? 1 : 0);
  if (bytes.length !== length) return refuse('its length does not fit its format byte');
  // §8.2.5: all bytes from T0 to TCK, exclusive-ored, give zero.
  if (checked && bytes.slice(1).reduce((sum, byte) => sum ^ byte, 0) !== 0) return refuse('its check byte is wrong');
  const historicalBytes = bytes.slice(next, next + count);
  const made = bytes[0] === 0x3b && (bytes[1] ?? 0) >> 4 === 8 && bytes[2] === 0x80 && bytes[3] === 0x01;
  return {
    protocols: protocols.length === 0 ? [0] : protocols,
    historicalBytes,
    commandChaining: readCommandChaining(historicalBytes),
    form: made ? 'contactless' : 'contact',
  };
}
