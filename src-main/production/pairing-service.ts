import type { PairingView } from '#shared/contract/views/pairing-view.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import type { JournalPort, NewEvent } from '../journal/port.ts';
import type { TestCard } from '../journal/projections/lines.ts';
import type { Clock } from '../platform/clock.ts';
import { ChipStation, requireEmptyReader, usualPatience, type ChipPatience } from './chip-station.ts';
import { stepPlans, type StepPlan } from './job-steps.ts';
import { knownFault } from './known-fault.ts';
import type { KnownFault } from './line-state.ts';
import type { MachineLoan } from './machine-loan.ts';
import type { OrderBook } from './order-book.ts';
import type { LineConfiguration, ProductionService } from './production-service.ts';

export interface PairingOptions {
  readonly production: Pick<ProductionService, 'lines' | 'batchOn'>;
  readonly journal: JournalPort;
  readonly book: Pick<OrderBook, 'pairing' | 'loadedLot'>;
  /** A blank leaves its lot on an open day only. */
  readonly day: { readonly state: 'open' | 'none' };
  readonly clock: Clock;
  readonly patience?: ChipPatience;
  /** Nothing leaves or reaches what is being counted: STOCK-BEING-COUNTED. */
  requireUncounted(line: string, lot: string): void;
}

type Line = ProductionService['lines'][number];
/** How a test card left: `spent` is in the reject box, or was taken out of the machine; `not-fed` never left the feeder. */
type Left = 'spent' | 'not-fed';
type Result = 'proven' | 'not-proven' | 'not-fed' | 'interrupted';

const station: JournalActor = { kind: 'station' };

/** What is done with a test card beside the proof of the pairing. */
export type TestCardUse = (link: CardLink, signal: AbortSignal) => Promise<void>;

/** What an act threw, or null: the card must leave the machine first. */
async function faultIn(act: Promise<void>): Promise<{ readonly thrown: unknown } | null> {
  try {
    await act;
    return null;
  } catch (thrown) {
    return { thrown };
  }
}

/**
 * Proves by a test card that a line's encoder is the one inside its printer: one blank goes to the contact station, exactly the line's own
 * reader must report it, and no longer once the printer has rejected it. The blank is booked as a test card, whatever came of it.
 */
export class PairingService {
  readonly #options: PairingOptions;

  constructor(options: PairingOptions) {
    this.#options = options;
  }

  views(): readonly PairingView[] {
    return this.#options.production.lines.map(({ configuration }) => this.#view(configuration));
  }

  view(line: string): PairingView {
    return this.#view(this.#line(line).configuration);
  }

  /**
   * Feeds one blank of the line's lot, and rejects it. Effects: `line.pairing-begun`, `blank.used-for-test`, `line.pairing-ended`, and
   * `line.pairing-proven` where it is. A test card that was left behind by a crash or a fault is settled first.
   *
   * PRODUCTION-NO-LINE, PAIRING-NO-READER, STOCK-NO-DAY, PAIRING-BATCH-RUNS, PAIRING-LINE-BUSY, PAIRING-LINE-ASKS, PAIRING-CARD-INSIDE,
   * PAIRING-NO-BLANKS, STOCK-BEING-COUNTED with nothing done; PAIRING-OTHER-READER, PAIRING-NOT-FED, PAIRING-CARD-UNKNOWN and the faults
   * of printer and reader.
   *
   * @param use what is done with the test card while it is in the reader; its fault is thrown once the card has left and is booked
   */
  async prove(name: string, actor: JournalActor, use?: TestCardUse): Promise<void> {
    const line = this.#line(name);
    const { configuration, runner } = line;
    const { title, reader } = configuration;
    if (reader === null) throw new StationFault('PAIRING-NO-READER', { line: title });
    if (this.#options.day.state === 'none') throw new StationFault('STOCK-NO-DAY');
    const batch = this.#options.production.batchOn(runner.line);
    if (batch !== null) throw new StationFault('PAIRING-BATCH-RUNS', { batch, line: title });
    await runner.lend(async (loan) => {
      await this.#settleLeft(line, loan, actor);
      await this.#prove(line, loan, { reader: reader.serial, actor, ...(use === undefined ? {} : { use }) });
    });
  }

  /** Finds out where the test cards are that a stop left behind. A line that cannot say it keeps its card open until `prove` is called for it. */
  async settle(): Promise<void> {
    for (const line of this.#options.production.lines) {
      const { runner } = line;
      if (this.#options.book.pairing(runner.line).testCard === null) continue;
      await runner.settled();
      try {
        await runner.lend((loan) => this.#settleLeft(line, loan, station));
      } catch (thrown) {
        knownFault(thrown);
      }
    }
  }

  async #prove(
    line: Line,
    loan: MachineLoan,
    by: { readonly reader: string; readonly actor: JournalActor; readonly use?: TestCardUse },
  ) {
    const { clock, patience = usualPatience } = this.#options;
    const arrival = new ChipStation({ machines: loan.machines, patience, clock });
    try {
      // One card at a time is brought to a contact station: a reader that reports it can only mean this one.
      await arrival.takeTurn(loan.signal);
      await arrival.expectCard(loan.signal);
      await this.#requireOthersEmpty(loan);
      const testCard = await this.#begin(line, loan, by);
      const fault = await this.#bring(arrival, loan);
      const used = fault === null && by.use !== undefined ? await faultIn(by.use(arrival.link, loan.signal)) : null;
      await arrival.letGo();
      const left = await this.#clear(line, loan, testCard, fault);
      if (left === 'not-fed') {
        this.#end(line, testCard, by.actor, { result: 'not-fed', fault });
        throw faultOf(fault ?? { code: 'PAIRING-NOT-FED', details: { line: line.configuration.title } });
      }
      const found = named(line, fault ?? (await this.#seeItLeave(arrival, loan)));
      this.#end(line, testCard, by.actor, { result: found === null ? 'proven' : 'not-proven', fault: found });
      if (found !== null) throw faultOf(found);
      if (used !== null) throw used.thrown;
    } finally {
      await arrival.letGo();
      arrival.endTurn();
    }
  }

  /** A card that already lies in another line's reader would be taken for the test card: ENCODER-OCCUPIED. */
  async #requireOthersEmpty({ machines, signal }: MachineLoan): Promise<void> {
    const { clock, patience = usualPatience } = this.#options;
    for (const other of machines.idleReaders()) {
      const { kind } = await other.state(signal);
      const taken = kind === 'card' || kind === 'mute-card';
      if (taken) await requireEmptyReader(other, { patience: patience.empty, clock, signal });
    }
  }

  /** The intent, before anything moves. */
  async #begin(
    { configuration }: Line,
    { printer, signal }: MachineLoan,
    { reader, actor }: { readonly reader: string; readonly actor: JournalActor },
  ): Promise<TestCard> {
    const { line, title, printerSerial } = configuration;
    const { counters, card } = await printer.statusOfOwn(signal);
    if (card !== 'none') throw new StationFault('PAIRING-CARD-INSIDE', { line: title });
    const loaded = this.#options.book.loadedLot(line);
    if (loaded === null || loaded.left < 1) throw new StationFault('PAIRING-NO-BLANKS', { line: title });
    const { lot } = loaded;
    this.#options.requireUncounted(line, lot);
    const begun = { printer: printerSerial, reader, cards: counters.cards };
    this.#options.journal.append({
      kind: 'line.pairing-begun',
      actor,
      issuer: null,
      subjects: { line, lot },
      payload: { line, ...begun },
    });
    return { lot, ...begun, begunAt: '' };
  }

  /** The blank goes to the contact station and is looked for there: null when exactly the line's own reader reports it. */
  async #bring(arrival: ChipStation, { machines, signal }: MachineLoan): Promise<KnownFault | null> {
    try {
      await machines.printer.feed('contact', within(stepPlans.feed, signal));
      await arrival.connect(within(stepPlans['connect-chip'], signal));
      return null;
    } catch (thrown) {
      return knownFault(thrown);
    }
  }

  async #seeItLeave(arrival: ChipStation, { signal }: MachineLoan): Promise<KnownFault | null> {
    try {
      await arrival.expectRemoval(signal);
      return null;
    } catch (thrown) {
      return knownFault(thrown);
    }
  }

  /** Sends the test card to the reject box if it is inside, and says how it left; throws, the card still open, where nobody can say. */
  async #clear(
    { configuration }: Line,
    { machines, printer, signal }: MachineLoan,
    testCard: TestCard,
    fault: KnownFault | null,
  ): Promise<Left> {
    if (fault !== null) await printer.connect(signal);
    const { card, counters } = await printer.statusOfOwn(signal);
    const fed = counters.cards - testCard.cards;
    if (card === 'unknown') {
      throw faultOf(fault ?? { code: 'PAIRING-CARD-UNKNOWN', details: { line: configuration.title } });
    }
    if (card !== 'none') {
      if (fed === 0) throw new StationFault('PAIRING-CARD-INSIDE', { line: configuration.title });
      await machines.printer.reject(within(stepPlans.reject, signal));
      return 'spent';
    }
    return fed === 0 ? 'not-fed' : 'spent';
  }

  /** A test card whose end the journal does not hold: what the printer says of it now. */
  async #settleLeft(line: Line, loan: MachineLoan, actor: JournalActor): Promise<void> {
    const { testCard } = this.#options.book.pairing(line.runner.line);
    if (testCard === null) return;
    await loan.printer.connect(loan.signal);
    // Another machine's counter says nothing of the one that had the card: it went away with that one, and counts find it if it was never fed.
    const left =
      testCard.printer === line.configuration.printerSerial
        ? await this.#clear(line, loan, testCard, null)
        : ('spent' as const);
    this.#end(line, testCard, actor, { result: left === 'not-fed' ? 'not-fed' : 'interrupted', fault: null });
  }

  #end(
    { runner: { line } }: Line,
    { lot, printer, reader }: TestCard,
    actor: JournalActor,
    ending: { readonly result: Result; readonly fault: KnownFault | null },
  ): void {
    const { result, fault } = ending;
    const own = { actor, issuer: null, subjects: { line, lot } } as const;
    const used: NewEvent = {
      ...own,
      kind: 'blank.used-for-test',
      payload: { count: 1, purpose: 'pairing', fedBy: 'printer', remark: '' },
    };
    const told = fault === null ? null : { code: fault.code, details: { ...fault.details } };
    this.#options.journal.append(
      ...(result === 'not-fed' ? [] : [used]),
      { ...own, kind: 'line.pairing-ended', payload: { line, result, fault: told } },
      ...(result === 'proven'
        ? [{ ...own, kind: 'line.pairing-proven', payload: { line, printer, reader } } satisfies NewEvent]
        : []),
    );
  }

  #line(name: string): Line {
    const found = this.#options.production.lines.find(({ runner }) => runner.line === name);
    if (found === undefined) throw new StationFault('PRODUCTION-NO-LINE', { line: name });
    return found;
  }

  #view({ line, title, printerSerial, reader }: LineConfiguration): PairingView {
    const { provenAt, testCard } = this.#options.book.pairing(line);
    const state = (): PairingView['state'] => {
      if (testCard !== null) return { kind: 'test-card', since: testCard.begunAt };
      if (reader === null) return { kind: 'no-reader' };
      return provenAt === null ? { kind: 'not-proven' } : { kind: 'proven', time: provenAt };
    };
    return { line, title, printer: printerSerial, reader: reader?.serial ?? null, state: state() };
  }
}

/** A test card that another line's reader reports has its own words. */
function named({ configuration }: Line, fault: KnownFault | null): KnownFault | null {
  if (fault?.code !== 'PRODUCTION-WRONG-READER') return fault;
  return { code: 'PAIRING-OTHER-READER', details: { line: configuration.title, ...fault.details } };
}

function faultOf({ code, details }: KnownFault): StationFault {
  return new StationFault(code, details);
}

function within({ deadline }: StepPlan, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
}
