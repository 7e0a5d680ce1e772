import type { JsonObject } from '../control/json-lines-server.ts';
import type { CardPrinter } from './card-printer.ts';
import { parseFault } from './fault-book.ts';
import { describePanels, describeStripe } from './finished-cards.ts';
import type { LinkCounters } from './printer-session.ts';
import { freshRibbon } from './printer-state.ts';

/** A wire that can be taken away and given back. */
export interface Wire {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** What a person or a test does at the printer, one JSON object a line; `--help` lists them. */
export class PrinterControl {
  readonly #printer: CardPrinter;
  readonly #wire: Wire;
  readonly #link: LinkCounters;

  constructor(printer: CardPrinter, wire: Wire, link: LinkCounters) {
    this.#printer = printer;
    this.#wire = wire;
    this.#link = link;
  }

  /** Carries out one request. Throws an Error in plain words on what is not understood; nothing is changed then. */
  async handle(request: JsonObject): Promise<JsonObject> {
    const { faults } = this.#printer.machine.parts;
    if (request['fault'] === 'power-off' || request['power'] === 'off') return this.#powerOff();
    if (request['fault'] === 'power-on' || request['power'] === 'on') return this.#powerOn();
    if (request['fault'] !== undefined) {
      faults.add(parseFault(request));
      return { ok: true };
    }
    const keys = Object.keys(request);
    if (keys.length !== 1) throw new Error('a request has one key (a fault has more)');
    const [key = ''] = keys;
    const value = request[key];
    switch (key) {
      case 'inspect':
        return { ok: true, state: this.#inspect() };
      case 'record':
        return { ok: true, record: [...this.#printer.record] };
      case 'clear':
        return this.#clear(value);
      case 'load':
        return this.#load(value);
      case 'empty':
        return this.#empty(value);
      case 'takeCard':
        return { ok: true, card: await this.#takeCard() };
      default:
        throw new Error(`unknown request ${key}`);
    }
  }

  async #powerOff(): Promise<JsonObject> {
    if (this.#printer.power === 'on') {
      this.#printer.powerOff();
      await this.#wire.close();
    }
    return { ok: true };
  }

  async #powerOn(): Promise<JsonObject> {
    if (this.#printer.power === 'off') {
      this.#printer.powerOn();
      await this.#wire.open();
    }
    return { ok: true };
  }

  #clear(value: unknown): JsonObject {
    const { machine } = this.#printer;
    if (value !== true && typeof value !== 'string') throw new Error('clear takes true or the name of a fault');
    machine.parts.faults.clear(value === true ? undefined : value);
    if (value === true || value === 'jam') machine.state.jammed = null;
    this.#done();
    return { ok: true };
  }

  #load(value: unknown): JsonObject {
    const { machine } = this.#printer;
    const { cards, ribbon, count, ...rest } = (value ?? {}) as Record<string, unknown>;
    if (Object.keys(rest).length > 0) throw new Error(`load does not take ${Object.keys(rest).join()}`);
    if (cards === undefined && ribbon === undefined) throw new Error('load takes "cards" or "ribbon" and "count"');
    if (cards !== undefined && (typeof cards !== 'number' || !Number.isSafeInteger(cards) || cards < 0))
      throw new Error('cards is a count');
    if (ribbon !== undefined && ribbon !== null && typeof ribbon !== 'string') throw new Error('ribbon is a text');
    const fitted = ribbon === undefined || ribbon === null ? null : freshRibbon(ribbon, Number(count));
    if (typeof cards === 'number') {
      machine.state.feeder += cards;
      machine.parts.faults.clear('feeder-empty');
    }
    if (ribbon !== undefined) {
      machine.state.ribbon = fitted;
      machine.parts.faults.clear('ribbon-out');
      machine.parts.faults.clear('wrong-ribbon');
    }
    this.#done();
    return { ok: true };
  }

  #empty(value: unknown): JsonObject {
    if (value !== 'hopper' && value !== 'reject') throw new Error('empty takes "hopper" or "reject"');
    const { machine } = this.#printer;
    machine.state[value] = 0;
    machine.parts.faults.clear(`${value}-full`);
    this.#done();
    return { ok: true };
  }

  async #takeCard(): Promise<string> {
    const card = await this.#printer.machine.takeCard();
    this.#printer.changed();
    return card;
  }

  #done(): void {
    this.#printer.machine.save();
    this.#printer.changed();
  }

  #inspect(): JsonObject {
    const { machine } = this.#printer;
    const { inside, ribbon, ...rest } = machine.state;
    const { pending, loaded, ...settings } = machine.volatile;
    const { fed, good, rejected, taken } = rest.counters;
    return {
      ...this.#printer.identity,
      ...rest,
      power: this.#printer.power,
      ribbon,
      inside: inside && {
        card: inside.id,
        position: inside.position,
        sideUp: inside.sideUp,
        stripe: describeStripe(inside),
        front: describePanels(inside, 'front'),
        back: describePanels(inside, 'back'),
        encodedAfterPrint: inside.encodedAfterPrint,
      },
      memory: pending && { side: pending.side, panel: pending.panel },
      loadedTracks: [...loaded.keys()],
      settings,
      contacts: machine.parts.head?.state ?? null,
      faults: machine.parts.faults.list(),
      link: { ...this.#link },
      stranger: { ...this.#printer.strangerCounters },
      commands: this.#printer.commands,
      unknownCommands: this.#printer.unknownCommands,
      balanced: fed === good + rejected + taken + (inside === null ? 0 : 1),
    };
  }
}
