import type { Answer } from './answers.ts';
import { answers, PowerLost, PrinterRefusal } from './answers.ts';
import type { PrintedLayer } from './card-picture.ts';
import type { ContactHead } from './contact-head.ts';
import type { Durations } from './durations.ts';
import type { FaultBook, OrderedFault, Place } from './fault-book.ts';
import type { Disposition, FinishedCards } from './finished-cards.ts';
import type { Side } from './panel-geometry.ts';
import { panelLines, panelWidth } from './panel-geometry.ts';
import type { CardInside, FittedRibbon, Position, PrinterState } from './printer-state.ts';
import type { StateStore } from './state-store.ts';
import type { TrackNumber, TrackReading } from './stripe-track.ts';
import { decodeTrack, encodeTrack, weaken } from './stripe-track.ts';

export interface MachineParts {
  readonly serial: string;
  readonly state: PrinterState;
  readonly store: StateStore | undefined;
  readonly faults: FaultBook;
  readonly head: ContactHead | undefined;
  readonly finished: FinishedCards;
  readonly durations: Durations;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** What stripe the blanks bear. */
  readonly stripe: 'hico' | 'loco' | 'none';
  /** Cards that the hopper and the reject box hold; 0 for no limit. */
  readonly hopperSize: number;
  readonly rejectSize: number;
}

/** What the printer forgets without power. */
interface Volatile {
  side: Side;
  bracket: 'open' | 'closed';
  /** The downloaded panel that is not printed yet. */
  pending: PrintedLayer | null;
  readonly loaded: Map<TrackNumber, string>;
  errorMode: number;
  insertion: string;
  /** Ribbon code set by `Pr`; null follows the fitted ribbon. */
  ribbonCode: string | null;
  coercivity: string;
}

/** Codes of `Pr` for a ribbon of one resin panel, whatever its colour (facts A.8). */
const monochrome: ReadonlySet<string> = new Set(['kb', 'kw', 'kr', 'kbl', 'kgr', 'kgo', 'ksi', 'ksc']);

/** The contact head gets this long to confirm, in milliseconds. */
const contactDeadline = 5000;

/** The mechanics: one card path, one ribbon, one stripe head, one contact station. Strict: what cannot happen is refused. */
export class PrintMachine {
  readonly parts: MachineParts;
  readonly state: PrinterState;
  volatile: Volatile;
  #epoch = 0;

  constructor(parts: MachineParts) {
    this.parts = parts;
    this.state = parts.state;
    this.volatile = this.#afterPowerOn();
  }

  #afterPowerOn(): Volatile {
    return {
      side: 'front',
      bracket: 'closed',
      pending: null,
      loaded: new Map(),
      errorMode: this.state.savedErrorMode,
      insertion: this.state.savedInsertion,
      ribbonCode: null,
      coercivity: 'h',
    };
  }

  save(): void {
    this.parts.store?.save(this.state);
  }

  /** Starts the contact head in the state in which the card stands. */
  start(): void {
    const card = this.state.inside;
    this.parts.head?.start(card?.position === 'contact' ? { contacts: 'closed', card: card.id } : { contacts: 'open' });
  }

  /** Feeds a card to a station, or moves the card inside to it; a second card for the print position is refused. */
  async feed(target: 'print' | 'contact' | 'contactless'): Promise<void> {
    if (this.state.inside !== null) {
      if (target === 'print') throw new PrinterRefusal(answers.cardInside);
      await this.#moveTo(this.state.inside, target);
      return;
    }
    this.#ready();
    const mode = this.volatile.insertion;
    if (mode !== 'F' && mode !== 'B') throw new PrinterRefusal(answers.feeder);
    if (this.state.feeder <= 0 || this.parts.faults.meet('feeder-empty')) throw new PrinterRefusal(answers.feeder);
    const jam = await this.#act('feed', this.parts.durations.feed);
    this.state.feeder -= 1;
    this.state.counters.fed += 1;
    const card: CardInside = {
      id: `${this.parts.serial}-${String(this.state.counters.fed).padStart(6, '0')}`,
      position: 'feed',
      sideUp: 'front',
      tracks: {},
      layers: [],
      encodedAfterPrint: false,
    };
    this.state.inside = card;
    this.#endSet();
    if (jam) this.#stick('feed', jam);
    this.save();
    await this.#moveTo(card, target);
  }

  /** Takes a panel into memory for the side in force; a panel that waits there is printed first (facts A.8). */
  async download(layer: PrintedLayer): Promise<void> {
    await this.#printPending();
    this.volatile.pending = layer;
  }

  /** Following downloads are for a side; a card that bears print on the other side is turned (facts A.6). */
  async choose(side: Side): Promise<void> {
    await this.#printPending();
    const card = this.state.inside;
    if (card !== null && card.sideUp !== side && card.layers.length > 0) await this.#turn(card, side);
    this.volatile.side = side;
  }

  /** Prints what waits and ejects into the output hopper. */
  async finish(): Promise<void> {
    await this.#printPending();
    const card = this.#card();
    this.#ready();
    const full = this.parts.hopperSize > 0 && this.state.hopper >= this.parts.hopperSize;
    if (full || this.parts.faults.meet('hopper-full')) throw new PrinterRefusal(answers.hopperFull);
    await this.#expel(card, 'good');
    this.state.hopper += 1;
    this.state.counters.good += 1;
    this.#emptied();
  }

  /** Drops what waits and ejects into the reject box. */
  async reject(): Promise<void> {
    const card = this.#card();
    this.#ready();
    const full = this.parts.rejectSize > 0 && this.state.reject >= this.parts.rejectSize;
    if (full || this.parts.faults.meet('reject-full')) throw new PrinterRefusal(answers.rejectFull);
    await this.#expel(card, 'rejected');
    this.state.reject += 1;
    this.state.counters.rejected += 1;
    this.#emptied();
  }

  /** Loads data for a track; refused where the track does not take it. */
  load(track: TrackNumber, data: string): void {
    if (encodeTrack(track, data) === undefined) throw new PrinterRefusal(answers.magneticData);
    this.volatile.loaded.set(track, data);
  }

  /** Writes the loaded tracks; the memory is empty afterwards (ours: no card may inherit another card's data). */
  async writeStripe(): Promise<void> {
    if (this.volatile.loaded.size === 0) throw new PrinterRefusal(answers.magneticData);
    if (this.state.inside === null && this.volatile.bracket === 'open') await this.feed('print');
    const card = this.#card();
    if (this.parts.stripe === 'none') throw new PrinterRefusal(answers.magneticWrite);
    await this.#toStripe(card);
    const tooWeak = this.parts.stripe === 'hico' && this.volatile.coercivity === 'l';
    for (const [track, data] of this.volatile.loaded) {
      const flux = encodeTrack(track, data) ?? '';
      const fault = this.parts.faults.meet('stripe-write-weak', (each) => (each.track ?? track) === track);
      card.tracks[track] = tooWeak || fault ? weaken(flux) : flux;
    }
    this.volatile.loaded.clear();
    this.state.counters.stripeWrites += 1;
    if (card.layers.length > 0 && !card.encodedAfterPrint) {
      card.encodedAfterPrint = true;
      this.state.counters.encodedAfterPrint += 1;
    }
    this.save();
  }

  /** Reads one track: its text without sentinels (ours), or a refusal. */
  async readStripe(track: TrackNumber): Promise<string> {
    const card = this.#card();
    await this.#toStripe(card);
    this.state.counters.stripeReads += 1;
    this.save();
    const fault = this.parts.faults.meet('stripe-misread', (each) => (each.track ?? track) === track);
    const reading = decodeTrack(track, card.tracks[track] ?? '');
    if (fault !== undefined && (reading.kind !== 'text' || fault.as !== 'wrong'))
      throw new PrinterRefusal(answers.magneticRead);
    if (reading.kind !== 'text') throw new PrinterRefusal(unreadable(reading));
    if (fault === undefined) return reading.text;
    const last = reading.text.at(-1) === '7' ? '8' : '7';
    return reading.text.slice(0, -1) + last;
  }

  /** Forgets all that lives in memory only; the card stays where it is. */
  reset(): void {
    this.volatile = this.#afterPowerOn();
  }

  /** The power goes: what moves stops, memory is lost, the contacts go dead. */
  powerOff(): void {
    this.#epoch += 1;
    this.reset();
    void this.parts.head?.tell({ contacts: 'open' }, contactDeadline);
  }

  /** The power is back: the card stands where it stood. */
  powerOn(): void {
    const card = this.state.inside;
    if (card?.position === 'contact')
      void this.parts.head?.tell({ contacts: 'closed', card: card.id }, contactDeadline);
  }

  /** A person opens the machine and takes the card out, whatever state it is in. Throws an Error where there is none. */
  async takeCard(): Promise<string> {
    const card = this.state.inside;
    if (card === null) throw new Error('there is no card inside');
    this.#epoch += 1;
    await this.#openContacts(card);
    await this.parts.finished.add(card, 'taken', this.parts.now());
    this.state.counters.taken += 1;
    this.state.jammed = null;
    this.#emptied();
    return card.id;
  }

  #card(): CardInside {
    if (this.state.inside === null) throw new PrinterRefusal(answers.noCard);
    return this.state.inside;
  }

  /** Refuses any movement with an open cover (except `Pem;1`, facts A.7) or a card that sticks. */
  #ready(): void {
    if (this.volatile.errorMode !== 1 && this.parts.faults.meet('cover-open'))
      throw new PrinterRefusal(answers.coverOpen);
    if (this.state.jammed !== null) throw new PrinterRefusal(answers.mechanical);
  }

  /** Takes the time of one movement; hands out the jam that happens in it. Throws PowerLost where the power went meanwhile. */
  async #act(place: Place | undefined, milliseconds: number): Promise<OrderedFault | undefined> {
    this.#ready();
    const epoch = this.#epoch;
    await this.parts.sleep(milliseconds);
    if (epoch !== this.#epoch) throw new PowerLost();
    return this.parts.faults.meet('jam', (fault) => fault.at === place);
  }

  #stick(place: Place, jam: OrderedFault): never {
    if (!jam.once) {
      this.state.jammed = place;
      this.parts.faults.remove(jam);
    }
    this.save();
    throw new PrinterRefusal(answers.mechanical);
  }

  async #openContacts(card: CardInside): Promise<void> {
    if (card.position === 'contact') await this.parts.head?.tell({ contacts: 'open' }, contactDeadline);
  }

  async #moveTo(card: CardInside, target: Position): Promise<void> {
    this.#ready();
    if (card.position === target) return;
    await this.#openContacts(card);
    const station = target === 'contact' || target === 'contactless';
    const { contact, move } = this.parts.durations;
    const jam = await this.#act(station ? 'contact' : undefined, station ? contact : move);
    if (jam) {
      card.position = 'feed';
      this.#stick('contact', jam);
    }
    card.position = target;
    this.save();
    if (target === 'contact') await this.parts.head?.tell({ contacts: 'closed', card: card.id }, contactDeadline);
  }

  async #turn(card: CardInside, side: Side): Promise<void> {
    this.#ready();
    await this.#openContacts(card);
    const jam = await this.#act('flip', this.parts.durations.flip);
    card.position = 'flip';
    if (jam) this.#stick('flip', jam);
    card.sideUp = side;
    this.state.counters.flips += 1;
    this.save();
  }

  /** The stripe lies on the back and meets its head while the front faces the print head (ours). */
  async #toStripe(card: CardInside): Promise<void> {
    if (card.sideUp !== 'front') await this.#turn(card, 'front');
    await this.#moveTo(card, 'stripe');
    const jam = await this.#act('stripe', this.parts.durations.stripe);
    if (jam) this.#stick('stripe', jam);
  }

  async #printPending(): Promise<void> {
    const pending = this.volatile.pending;
    if (pending === null) return;
    this.#ready();
    this.#ribbonFor(pending);
    if (this.state.inside === null && this.volatile.bracket === 'open') await this.feed('print');
    const card = this.#card();
    if (card.sideUp !== pending.side) await this.#turn(card, pending.side);
    await this.#moveTo(card, 'print');
    const jam = await this.#act('print', this.parts.durations.print[pending.panel]);
    this.#useRibbon(this.#ribbonFor(pending), pending);
    if (card.layers.every((layer) => layer.side !== pending.side)) this.state.counters.prints += 1;
    this.state.counters.panels += 1;
    if (jam) pending.pixels.fill(0, (panelLines / 2) * panelWidth);
    card.layers.push(pending);
    this.volatile.pending = null;
    if (jam) this.#stick('print', jam);
    this.save();
  }

  /** The fitted ribbon, where it can print the panel now. */
  #ribbonFor({ panel }: PrintedLayer): FittedRibbon {
    const { ribbon } = this.state;
    if (ribbon === null || this.parts.faults.meet('wrong-ribbon')) throw new PrinterRefusal(answers.ribbon);
    if (this.parts.faults.meet('ribbon-out')) throw new PrinterRefusal(answers.ribbonEnded);
    const code = this.volatile.ribbonCode ?? ribbon.code;
    const fits = code === ribbon.code || (ribbon.code === 'k' && monochrome.has(code));
    if (!fits || !ribbon.code.includes(panel)) throw new PrinterRefusal(answers.ribbon);
    if (!ribbon.code.includes(panel, ribbon.used) && ribbon.remaining <= 0)
      throw new PrinterRefusal(answers.ribbonEnded);
    return ribbon;
  }

  /** Winds to the panel; a panel that has passed begins a new set. */
  #useRibbon(ribbon: FittedRibbon, { panel }: PrintedLayer): void {
    let index = ribbon.code.indexOf(panel, ribbon.used);
    if (index < 0) {
      index = ribbon.code.indexOf(panel);
      ribbon.remaining -= 1;
    }
    ribbon.used = index + 1;
  }

  #endSet(): void {
    if (this.state.ribbon !== null) this.state.ribbon.used = this.state.ribbon.code.length;
  }

  async #expel(card: CardInside, disposition: Disposition): Promise<void> {
    await this.#openContacts(card);
    const jam = await this.#act('eject', this.parts.durations.eject);
    card.position = 'eject';
    if (jam) this.#stick('eject', jam);
    await this.parts.finished.add(card, disposition, this.parts.now());
  }

  #emptied(): void {
    this.state.inside = null;
    this.volatile.pending = null;
    this.volatile.loaded.clear();
    this.volatile.bracket = 'closed';
    this.volatile.side = 'front';
    this.#endSet();
    this.save();
  }
}

function unreadable(reading: Exclude<TrackReading, { kind: 'text' }>): Answer {
  switch (reading.kind) {
    case 'blank':
      return answers.magneticBlank;
    case 'damaged':
      return answers.magneticRead;
    case 'checksum':
      return answers.magneticChecksum;
  }
}
