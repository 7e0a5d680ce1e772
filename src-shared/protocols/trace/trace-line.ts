import { fromHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';

/** One exchange as a trace shows it: hexadecimal digits, `**` for each byte that is withheld. */
export interface TraceLine {
  readonly command: string;
  /** The answer with its status word, or the code of the fault in its place. */
  readonly answer: string | { readonly fault: string };
  readonly milliseconds: number;
}

const withheld = '**';
const shownBytes = /^(?:[0-9A-F]{2}|\*\*)*$/;
const faultCode = /^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+$/;

/** Writes bytes, those that are marked as `**`. */
export function traceBytes(bytes: Uint8Array, marks: readonly boolean[] = []): string {
  return Array.from(bytes, (byte, at) =>
    marks[at] === true ? withheld : byte.toString(16).padStart(2, '0').toUpperCase(),
  ).join('');
}

/** Reads bytes back; null where one is withheld. */
export function readTraceBytes(text: string): Uint8Array | null {
  return text.includes('*') ? null : fromHex(text);
}

/** Whether bytes are those of a text, where a withheld one may be any. */
export function matchesTrace(bytes: Uint8Array, text: string): 'yes' | 'no' {
  const pairs = text.match(/.{2}/g) ?? [];
  const same =
    pairs.length === bytes.length &&
    pairs.every((pair, at) => pair === withheld || Number.parseInt(pair, 16) === bytes[at]);
  return same ? 'yes' : 'no';
}

/** Writes one exchange as one line: command, answer or fault, milliseconds with one decimal. */
export function formatTraceLine({ command, answer, milliseconds }: TraceLine): string {
  return `${command} ${typeof answer === 'string' ? answer : answer.fault} ${milliseconds.toFixed(1)}`;
}

/** Reads a recording, one exchange a line; empty lines and lines that begin with # say nothing. ENCODER-REFUSED names the first line that is none. */
export function parseTrace(text: string): TraceLine[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [command = '', answer = '', time = '', ...rest] = line.trim().split(' ');
    const isAnswer = shownBytes.test(answer) && answer.length >= 4;
    const isLine = shownBytes.test(command) && command.length >= 8 && (isAnswer || faultCode.test(answer));
    if (!isLine || !/^\d+\.\d$/.test(time) || rest.length > 0) {
      throw new StationFault('ENCODER-REFUSED', { reader: 'recording', reason: `line ${at + 1} is no exchange` });
    }
    return [{ command, answer: isAnswer ? answer : { fault: answer }, milliseconds: Number(time) }];
  });
}
