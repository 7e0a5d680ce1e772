import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { CardPrinter, PrinterStatus } from '../devices/printer/port.ts';
import { Deadline } from '../platform/deadline.ts';
import { pause } from '../platform/pause.ts';
import type { Clock } from '../platform/clock.ts';

const connectDeadline = 20_000;
const statusDeadline = 10_000;
const firstPause = 200;
const longestPause = 3000;

export interface LinePrinterOptions {
  readonly printer: CardPrinter;
  /** Serial that the printer was enrolled with. */
  readonly serial: string;
  readonly clock: Clock;
  /** Milliseconds for which the printer is called before a person is asked. */
  readonly patience?: number | undefined;
}

/** The printer that belongs to a line: found by its serial number, and believed only then. */
export class LinePrinter {
  readonly #options: LinePrinterOptions;
  #connected: 'yes' | 'no' = 'no';
  #model = '';
  #lastStatus: PrinterStatus | null = null;

  constructor(options: LinePrinterOptions) {
    this.#options = options;
  }

  get connected(): 'yes' | 'no' {
    return this.#connected;
  }

  /** Empty until the printer has said it. */
  get model(): string {
    return this.#model;
  }

  /** What the printer said last; null before it said anything. */
  get lastStatus(): PrinterStatus | null {
    return this.#lastStatus;
  }

  /** Calls the printer until it answers or patience ends; another printer is not called twice. Faults of the printer port, PRINTER-OTHER-DEVICE. */
  async connect(signal: AbortSignal): Promise<void> {
    const { clock, patience = connectDeadline } = this.#options;
    const until = clock.monotonic() + patience;
    for (let wait = firstPause; ; wait = Math.min(wait * 2, longestPause)) {
      try {
        await this.#reach(patience, signal);
        await this.status(signal);
        return;
      } catch (fault) {
        const hopeless = isFault(fault, 'PRINTER-OTHER-DEVICE') || clock.monotonic() + wait > until;
        if (hopeless || signal.aborted) throw fault;
        await pause(wait, signal);
      }
    }
  }

  /** What the printer says of itself now, on the link as it is. */
  async status(signal: AbortSignal): Promise<PrinterStatus> {
    using limit = new Deadline(statusDeadline, signal);
    this.#lastStatus = await this.#options.printer.status(limit.signal);
    return this.#lastStatus;
  }

  /** The same, for settling a card: what another printer says must not, so a link that was never proven is proven first. */
  async statusOfOwn(signal: AbortSignal): Promise<PrinterStatus> {
    if (this.#connected === 'no') await this.#reach(statusDeadline, signal);
    return this.status(signal);
  }

  async #reach(milliseconds: number, signal: AbortSignal): Promise<void> {
    using limit = new Deadline(milliseconds, signal);
    this.#connected = 'no';
    const identity = await this.#options.printer.connect(limit.signal);
    if (identity.serial !== this.#options.serial) {
      throw new StationFault('PRINTER-OTHER-DEVICE', { expected: this.#options.serial, found: identity.serial });
    }
    this.#connected = 'yes';
    this.#model = identity.model;
  }
}
