import { StatusError } from './status-word.ts';

/** A command as the card sees it, before or after secure messaging was taken off. */
export interface CardCommand {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** How many bytes of answer the terminal expects; undefined where it sent no Le, 256 or 65,536 for Le of zero. */
  readonly le: number | undefined;
  /** Lc as it was sent, 0, 1 or 3 bytes: secure messaging signs it. */
  readonly lengthField: Uint8Array;
}

/** Takes a command apart in any of the seven cases; undefined where the lengths do not fit. ISO/IEC 7816-3 §12.1.3. */
export function parseCommand(bytes: Uint8Array): CardCommand | undefined {
  const [cla, ins, p1, p2] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const none = new Uint8Array();
  const header = { cla, ins, p1, p2 };
  const body = bytes.slice(4);
  const b1 = body[0];
  if (b1 === undefined) return { ...header, data: none, le: undefined, lengthField: none };
  if (body.length === 1) return { ...header, data: none, le: b1 || 256, lengthField: none };
  if (b1 !== 0) {
    const rest = body.length - 1 - b1;
    if (rest !== 0 && rest !== 1) return undefined;
    const le = rest === 1 ? body[body.length - 1] || 256 : undefined;
    return { ...header, data: body.slice(1, 1 + b1), le, lengthField: body.slice(0, 1) };
  }
  if (body.length < 3) return undefined;
  const long = word(body, 1);
  if (body.length === 3) return { ...header, data: none, le: long || 65_536, lengthField: none };
  const rest = body.length - 3 - long;
  if (long === 0 || (rest !== 0 && rest !== 2)) return undefined;
  const le = rest === 2 ? word(body, body.length - 2) || 65_536 : undefined;
  return { ...header, data: body.slice(3, 3 + long), le, lengthField: body.slice(0, 3) };
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Refuses another kind of class byte (6E00): 80 for GlobalPlatform's and EMV's own commands, 00 for those of ISO. */
export function needClass(command: CardCommand, kind: 0x00 | 0x80): void {
  if ((command.cla & 0x80) !== kind) throw new StatusError('classNotSupported');
}
