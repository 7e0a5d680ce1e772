import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CardPrinter } from './card-printer.ts';
import type { LinkCounters, SessionSettings } from './printer-session.ts';
import { PrinterSession } from './printer-session.ts';

const muteFor = 1000;
const openDeadline = 5000;

/**
 * The printer on a serial line: `socat` makes a pseudo terminal under a link, and the printer talks through its pipes.
 * The printer keeps the terminal open itself, as a cable stays plugged in whoever opens the port; so, as on a real line, what
 * it said to a host that is gone may still lie in the port: a host must flush it when it opens the port.
 */
export class PtyWire {
  readonly #printer: CardPrinter;
  readonly #settings: SessionSettings;
  readonly #counters: LinkCounters;
  readonly #link: string;
  #socat: ChildProcessWithoutNullStreams | undefined;
  #session: PrinterSession | undefined;
  #held: number | undefined;
  #unmute: NodeJS.Timeout | undefined;

  constructor(printer: CardPrinter, settings: SessionSettings, counters: LinkCounters, link: string) {
    this.#printer = printer;
    this.#settings = settings;
    this.#counters = counters;
    this.#link = link;
  }

  get description(): { readonly pty: string } {
    return { pty: this.#link };
  }

  /** Makes the terminal. Rejects where socat is missing or makes none in time. */
  async open(): Promise<void> {
    if (this.#socat !== undefined) return;
    rmSync(this.#link, { force: true });
    // The link is ours to remove: a socat that outlives a killed printer must not take its successor's link away.
    const socat = spawn('socat', [`PTY,link=${this.#link},raw,echo=0,mode=660,unlink-close=0`, 'STDIO']);
    this.#socat = socat;
    let failure = '';
    socat.on('error', (fault) => (failure = fault.message));
    socat.stderr.on('data', (chunk: Buffer) => (failure += chunk.toString('utf8')));
    socat.stdin.on('error', () => undefined);
    socat.on('exit', () => {
      if (this.#socat === socat) this.#socat = undefined;
    });
    const ends = Date.now() + openDeadline;
    while (!existsSync(this.#link)) {
      if (failure !== '' || Date.now() > ends) {
        socat.kill();
        throw new Error(`socat made no serial device: ${failure.trim() || 'too late'}`);
      }
      await sleep(5);
    }
    this.#held = openSync(this.#link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    this.#session = this.#begin(socat);
    socat.stdout.on('data', (chunk: Buffer) => this.#session?.receive(chunk));
  }

  /** Takes the serial device away until `open`. */
  async close(): Promise<void> {
    clearTimeout(this.#unmute);
    this.#session?.end();
    this.#session = undefined;
    const socat = this.#socat;
    this.#socat = undefined;
    if (this.#held !== undefined) closeSync(this.#held);
    this.#held = undefined;
    if (socat !== undefined && socat.exitCode === null) {
      const gone = new Promise<void>((resolve) => socat.once('exit', () => resolve()));
      socat.kill();
      await gone;
    }
    rmSync(this.#link, { force: true });
  }

  #begin(socat: ChildProcessWithoutNullStreams): PrinterSession {
    return new PrinterSession(
      this.#printer,
      {
        write: (bytes) => socat.stdin.write(bytes),
        pause: () => socat.stdout.pause(),
        resume: () => socat.stdout.resume(),
        lose: (milliseconds) => this.#mute(socat, milliseconds ?? muteFor),
      },
      this.#settings,
      this.#counters,
    );
  }

  #mute(socat: ChildProcessWithoutNullStreams, milliseconds: number): void {
    this.#session = undefined;
    socat.stdout.resume();
    this.#unmute = setTimeout(() => (this.#session = this.#begin(socat)), milliseconds);
  }
}
