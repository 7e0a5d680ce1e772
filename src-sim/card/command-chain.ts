import { concatBytes } from '#shared/bytes/bytes.ts';
import { parseCommand } from './card-command.ts';
import type { CardCommand } from './card-command.ts';

/** Whether the card takes a command in several parts. */
export type CommandChaining = 'refuse' | 'accept';

const chainingBit = 0x10;

/** Longest command that is put together: what an extended length can say. */
const longest = 65_535;

/**
 * Puts the parts of a chained command together: the same INS, P1 and P2, bit 5 of CLA in all parts but the last. Secure messaging is on the whole.
 * ISO/IEC 7816-4 §5.3.3.
 */
export class CommandChain {
  #parts: { readonly header: string; readonly data: Uint8Array } | undefined;

  /** Forgets the parts that wait. */
  reset(): void {
    this.#parts = undefined;
  }

  /** Takes one command: the whole one where it was the last part or no part at all, `more` where parts are missing, `broken` where it does not continue what waits. */
  take(bytes: Uint8Array): Uint8Array | 'more' | 'broken' {
    const command = parseCommand(bytes);
    const waiting = this.#parts;
    if (command === undefined || command.cla === 0xff) return bytes;
    this.#parts = undefined;
    const isPart = (command.cla & chainingBit) !== 0;
    if (waiting === undefined && !isPart) return bytes;
    const header = headerOf(command);
    if (waiting !== undefined && waiting.header !== header) return isPart ? 'broken' : bytes;
    const data = concatBytes(waiting?.data ?? new Uint8Array(), command.data);
    if (command.data.length === 0 || data.length > longest) return 'broken';
    if (isPart) {
      this.#parts = { header, data };
      return 'more';
    }
    return wholeCommand(command, data);
  }
}

function headerOf({ cla, ins, p1, p2 }: CardCommand): string {
  return [cla & ~chainingBit, ins, p1, p2].join();
}

function wholeCommand({ cla, ins, p1, p2, le }: CardCommand, data: Uint8Array): Uint8Array {
  const header = Uint8Array.of(cla, ins, p1, p2);
  if (data.length < 256) {
    return concatBytes(header, Uint8Array.of(data.length), data, Uint8Array.from(le === undefined ? [] : [le & 255]));
  }
  const length = Uint8Array.of(0, data.length >> 8, data.length & 255);
  return concatBytes(header, length, data, Uint8Array.from(le === undefined ? [] : [(le >> 8) & 255, le & 255]));
}
