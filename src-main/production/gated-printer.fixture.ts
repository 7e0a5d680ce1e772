import type { CardPrinter } from '../devices/printer/port.ts';

/** Acts of a printer before which something may happen. */
export type GatedAct =
  'status' | 'prepare' | 'feed' | 'move' | 'writeStripe' | 'readStripe' | 'print' | 'eject' | 'reject';

/** The real driver, with doors before its acts: what a test does to the machine is done exactly then. */
export class GatedPrinter implements CardPrinter {
  readonly #printer: CardPrinter;
  readonly #doors = new Map<GatedAct, () => Promise<unknown>>();

  constructor(printer: CardPrinter) {
    this.#printer = printer;
  }

  /** Does this once, before the next act of that kind. */
  before(act: GatedAct, does: () => Promise<unknown>): void {
    this.#doors.set(act, does);
  }

  async #through<Result>(act: GatedAct, go: () => Promise<Result>): Promise<Result> {
    const does = this.#doors.get(act);
    this.#doors.delete(act);
    await does?.();
    return go();
  }

  connect: CardPrinter['connect'] = (signal) => this.#printer.connect(signal);
  status: CardPrinter['status'] = (signal) => this.#through('status', () => this.#printer.status(signal));
  prepare: CardPrinter['prepare'] = (settings, signal) =>
    this.#through('prepare', () => this.#printer.prepare(settings, signal));
  feed: CardPrinter['feed'] = (to, signal) => this.#through('feed', () => this.#printer.feed(to, signal));
  move: CardPrinter['move'] = (to, signal) => this.#through('move', () => this.#printer.move(to, signal));
  writeStripe: CardPrinter['writeStripe'] = (tracks, signal) =>
    this.#through('writeStripe', () => this.#printer.writeStripe(tracks, signal));
  readStripe: CardPrinter['readStripe'] = (tracks, signal) =>
    this.#through('readStripe', () => this.#printer.readStripe(tracks, signal));
  pack: CardPrinter['pack'] = (sides, signal) => this.#printer.pack(sides, signal);
  print: CardPrinter['print'] = (job, progress, signal) =>
    this.#through('print', () => this.#printer.print(job, progress, signal));
  eject: CardPrinter['eject'] = (signal) => this.#through('eject', () => this.#printer.eject(signal));
  reject: CardPrinter['reject'] = (signal) => this.#through('reject', () => this.#printer.reject(signal));
  close: CardPrinter['close'] = () => this.#printer.close();
}
