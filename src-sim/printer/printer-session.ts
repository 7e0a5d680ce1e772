import type { CardPrinter, Requester } from './card-printer.ts';
import { CommandReader } from './command-reader.ts';
import { PacedFlow } from './paced-flow.ts';

/** The wire's end of one connection. */
export interface Connection {
  write(bytes: Uint8Array): void;
  pause(): void;
  resume(): void;
  /** Ends the connection; on a serial line, mutes it. The link stays away for some milliseconds. */
  lose(milliseconds: number | undefined): void;
}

export interface SessionSettings {
  readonly baud: number | undefined;
  /** An unfinished command is forgotten after this many milliseconds without a byte. */
  readonly commandTimeout: number;
}

export interface LinkCounters {
  strayBytes: number;
  /** Unfinished commands that were forgotten. */
  discardedCommands: number;
  refusedClients: number;
}

/** Commands that may wait in the printer before it stops reading. */
const mostWaiting = 16;
const mostBacklog = 8192;

/** One connection's way through the printer: bytes in at line speed, commands, answers out at line speed. */
export class PrinterSession implements Requester {
  readonly #printer: CardPrinter;
  readonly #connection: Connection;
  readonly #settings: SessionSettings;
  readonly #counters: LinkCounters;
  readonly #reader = new CommandReader();
  readonly #inwards: PacedFlow;
  readonly #outwards: PacedFlow;
  #idle: NodeJS.Timeout | undefined;
  #flow: 'reading' | 'paused' = 'reading';
  #ended = false;
  lost = false;

  constructor(printer: CardPrinter, connection: Connection, settings: SessionSettings, counters: LinkCounters) {
    this.#printer = printer;
    this.#connection = connection;
    this.#settings = settings;
    this.#counters = counters;
    this.#inwards = new PacedFlow(settings.baud, (bytes) => this.#take(bytes));
    this.#outwards = new PacedFlow(settings.baud, (bytes) => connection.write(bytes));
  }

  /** Bytes came from the wire. */
  receive(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#inwards.push(bytes);
    this.#regulate();
  }

  send(bytes: Uint8Array): void {
    if (!this.#ended) this.#outwards.push(bytes);
  }

  loseLink(milliseconds: number | undefined): void {
    this.lost = true;
    this.end();
    this.#connection.lose(milliseconds);
  }

  /** The connection is over: whole commands that were received are still carried out, their answers go nowhere. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#idle);
    this.#inwards.stop();
    this.#outwards.stop();
    this.#discard();
    this.#counters.strayBytes += this.#reader.strayBytes;
    this.#reader.strayBytes = 0;
  }

  #take(bytes: Uint8Array): void {
    if (this.#ended) return;
    const { faults } = this.#printer.machine.parts;
    const cut = faults.meet('link-lost', (fault) => fault.atByte !== undefined && fault.atByte <= bytes.length);
    faults.count('atByte', bytes.length);
    const arrived = cut === undefined ? bytes : bytes.subarray(0, cut.atByte);
    for (const command of this.#reader.push(arrived))
      void this.#printer.submit(command, this).then(() => this.#regulate());
    this.#counters.strayBytes += this.#reader.strayBytes;
    this.#reader.strayBytes = 0;
    if (cut !== undefined) {
      this.end();
      this.#connection.lose(cut.ms);
      return;
    }
    clearTimeout(this.#idle);
    if (this.#reader.partial > 0) this.#idle = setTimeout(() => this.#discard(), this.#settings.commandTimeout);
    this.#regulate();
  }

  #discard(): void {
    if (this.#reader.partial === 0) return;
    this.#reader.discardPartial();
    this.#counters.discardedCommands += 1;
  }

  /** Stops reading while too much waits: the sender feels the printer's speed. */
  #regulate(): void {
    if (this.#ended) return;
    const busy = this.#printer.waiting > mostWaiting || this.#inwards.backlog > mostBacklog;
    if (busy === (this.#flow === 'paused')) return;
    this.#flow = busy ? 'paused' : 'reading';
    if (busy) this.#connection.pause();
    else this.#connection.resume();
  }
}
