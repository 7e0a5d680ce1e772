import { latin1 } from '#shared/bytes/bytes.ts';
import type { Depth, Panel } from './panel-geometry.ts';
import { depthOf, guideSize, parsePanel, plainSize } from './panel-geometry.ts';

/** One command as the printer takes it from the line. */
export type PrinterCommand =
  | { readonly kind: 'text'; readonly name: string; readonly parameters: readonly string[]; readonly text: string }
  | {
      readonly kind: 'panel';
      readonly name: 'Db' | 'Dbc';
      readonly panel: Panel;
      readonly depth: Depth;
      readonly data: Uint8Array;
    }
  /** Framed, but its parameters or its name cannot be understood. */
  | { readonly kind: 'malformed'; readonly name: string; readonly fault: 'command' | 'parameters' };

const escape = 0x1b;
const carriageReturn = 0x0d;
const semicolon = 0x3b;
/** Longer text without a carriage return is not a command of this printer (ours). */
const longestText = 1024;
/** No real panel is larger: 656 x 1032 at seven bits, and colour runs of one pixel each cost two bytes. */
const largestPanel = 2 * guideSize(7);

type Step =
  { readonly kind: 'more' } | { readonly kind: 'taken'; readonly next: number; readonly command: PrinterCommand };

const more: Step = { kind: 'more' };

/**
 * Cuts the byte stream into commands: ESC, letters, `;` parameters, CR; NUL between commands is padding (facts A.1).
 * The data of `Db` and `Dbc` is framed by its length, never by a search for CR. Bytes outside commands other than NUL are
 * dropped and counted in `strayBytes`.
 */
export class CommandReader {
  #buffer = new Uint8Array(1 << 17);
  #start = 0;
  #end = 0;
  strayBytes = 0;

  /** Bytes held of a command that is not complete. */
  get partial(): number {
    return this.#end - this.#start;
  }

  /** Forgets an unfinished command (the sender fell silent or the link was lost). */
  discardPartial(): void {
    this.#start = 0;
    this.#end = 0;
  }

  /** Takes bytes from the line; hands out the commands they complete, in order. */
  push(bytes: Uint8Array): PrinterCommand[] {
    this.#append(bytes);
    const commands: PrinterCommand[] = [];
    for (;;) {
      this.#skipPadding();
      if (this.#start >= this.#end) break;
      const step = this.#read();
      if (step.kind === 'more') break;
      commands.push(step.command);
      this.#start = step.next;
    }
    return commands;
  }

  #append(bytes: Uint8Array): void {
    if (this.#start === this.#end) this.discardPartial();
    if (this.#end + bytes.length > this.#buffer.length) {
      const held = this.#buffer.subarray(this.#start, this.#end);
      let size = this.#buffer.length;
      while (size < held.length + bytes.length) size *= 2;
      const next = size === this.#buffer.length ? this.#buffer : new Uint8Array(size);
      if (next === this.#buffer) next.copyWithin(0, this.#start, this.#end);
      else next.set(held);
      this.#end = held.length;
      this.#start = 0;
      this.#buffer = next;
    }
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #skipPadding(): void {
    while (this.#start < this.#end && this.#buffer[this.#start] !== escape) {
      if (this.#buffer[this.#start] !== 0) this.strayBytes += 1;
      this.#start += 1;
    }
  }

  #read(): Step {
    const from = this.#start + 1;
    const opening = latin1(this.#buffer.subarray(from, Math.min(this.#end, from + 4)));
    if (opening.startsWith('Db;')) return this.#readPlain(from);
    if (opening === 'Dbc;') return this.#readCompressed(from);
    if (['', 'D', 'Db', 'Dbc'].includes(opening)) return more;
    return this.#readText(from);
  }

  #readText(from: number): Step {
    for (let at = from; at < this.#end; at++) {
      const byte = this.#buffer[at] ?? 0;
      if (byte === carriageReturn) return taken(at + 1, parseText(latin1(this.#buffer.subarray(from, at))));
      if (byte < 0x20 || byte > 0x7e || at - from >= longestText)
        return taken(at, { kind: 'malformed', name: '', fault: 'command' });
    }
    return more;
  }

  /** Reads `count` parameters that end in `;`; a number is where the data begins. */
  #header(from: number, count: number): { fields: string[]; data: number } | Step {
    let left = count;
    for (let at = from; at < this.#end; at++) {
      const byte = this.#buffer[at];
      if (byte === semicolon) left -= 1;
      if (left === 0) return { fields: latin1(this.#buffer.subarray(from, at)).split(';'), data: at + 1 };
      if (byte === carriageReturn || at - from > 40) return refused(at + 1, 'Db');
    }
    return more;
  }

  #readPlain(from: number): Step {
    const header = this.#header(from, 3);
    if ('kind' in header) return header;
    const panel = parsePanel(header.fields[1] ?? '');
    const depth = panel && depthOf(panel, header.fields[2] ?? '');
    if (panel === undefined || depth === undefined) return refused(header.data, 'Db');
    for (const size of [plainSize(depth), guideSize(depth)]) {
      const after = header.data + size;
      if (after >= this.#end) return more;
      if (this.#buffer[after] !== carriageReturn) continue;
      // A CR at the smaller size may be a pixel of the larger one: then neither padding nor a command follows it.
      const next = this.#buffer[after + 1];
      const ends = after + 1 >= this.#end || next === 0 || next === escape;
      if (size === plainSize(depth) && !ends) continue;
      const data = this.#buffer.slice(header.data, after);
      return taken(after + 1, { kind: 'panel', name: 'Db', panel, depth, data });
    }
    return refused(header.data + guideSize(depth), 'Db');
  }

  #readCompressed(from: number): Step {
    const header = this.#header(from, 4);
    if ('kind' in header) return header;
    const panel = parsePanel(header.fields[1] ?? '');
    const depth = panel && depthOf(panel, header.fields[2] ?? '');
    const sizeText = header.fields[3] ?? '';
    const size = Number(sizeText);
    if (!/^\d{1,7}$/.test(sizeText) || size > largestPanel) return refused(header.data, 'Dbc');
    const after = header.data + size;
    if (after >= this.#end) return more;
    if (this.#buffer[after] !== carriageReturn) return refused(after, 'Dbc');
    if (panel === undefined || depth === undefined) return refused(after + 1, 'Dbc');
    const data = this.#buffer.slice(header.data, after);
    return taken(after + 1, { kind: 'panel', name: 'Dbc', panel, depth, data });
  }
}

function taken(next: number, command: PrinterCommand): Step {
  return { kind: 'taken', next, command };
}

function refused(next: number, name: string): Step {
  return taken(next, { kind: 'malformed', name, fault: 'parameters' });
}

function parseText(text: string): PrinterCommand {
  const [name = '', ...parameters] = text.split(';');
  return { kind: 'text', name, parameters, text };
}
