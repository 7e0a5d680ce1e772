import type { DayView } from '#shared/contract/views/stock-views.ts';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import { lineOfPlace } from '#shared/domain/stock-place.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import { producing } from '../journal/projections/batch-transitions.ts';
import type { DayRow } from '../journal/projections/days.ts';
import type { HoldingRow } from '../journal/projections/holdings.ts';
import type { Clock } from '../platform/clock.ts';
import { drawDay, figuresDigest, type DayFigures, type PrinterReading } from './day-figures.ts';
import type { StockBooks } from './stock-books.ts';
import type { RequestOf, StockRequests } from './stock-requests.ts';

type Obstacle = DayView['obstacles'][number];

export interface DayOptions {
  readonly journal: Journal;
  readonly books: StockBooks;
  readonly requests: StockRequests;
  readonly clock: Clock;
  /** What the printers say of their counters now. */
  readings(): readonly PrinterReading[];
  /** The lines that have, or may have, a card inside. */
  busyLines(): readonly string[];
  /** The batch that runs now, or null. */
  runningBatch(): string | null;
}

/** The local date, as the people of the bureau write it. */
function dateOf(now: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Business days: opened by one person, closed by two; where something differs, one is a supervisor, and the reason is given. */
export class DayService {
  readonly #options: DayOptions;

  constructor(options: DayOptions) {
    this.#options = options;
  }

  /** Whether cards may be begun. */
  get state(): 'open' | 'none' {
    return this.#options.journal.projections.days.current() === null ? 'none' : 'open';
  }

  /** Opens a day with the places' figures and the printers' counters: STOCK-DAY-OPEN. Effects: `day.opened`. */
  open(actor: JournalActor): DayRow {
    const { journal, clock } = this.#options;
    const { days } = journal.projections;
    const open = days.current();
    if (open !== null) throw new StationFault('STOCK-DAY-OPEN', { day: open.day });
    const date = dateOf(clock.now());
    let day = date;
    for (let number = 2; days.find(day) !== null; number++) day = `${date}.${number}`;
    journal.append({
      kind: 'day.opened',
      actor,
      issuer: null,
      subjects: { day },
      payload: { places: this.#places(), printers: [...this.#options.readings()] },
    });
    return this.#open();
  }

  /**
   * Asks for the close of a day, with a reason exactly where something differs. Whoever counted something alone may not sign: no place
   * is closed on one person's word.
   *
   * STOCK-NO-DAY, STOCK-DAY-OBSTACLE, STOCK-DAY-DIFFERENCE, STOCK-DAY-NO-DIFFERENCE and the faults of approvals.
   */
  requestClose(reason: string, asker: PersonId): ApprovalId {
    const day = this.#closable();
    const figures = this.figures(day);
    const differences = this.differences(day, figures);
    const [difference] = differences;
    if (difference === undefined && reason !== '') throw new StationFault('STOCK-DAY-NO-DIFFERENCE');
    if (difference !== undefined && reason === '')
      throw new StationFault('STOCK-DAY-DIFFERENCE', { difference: difference.text });
    const about = { day: day.day, figuresDigest: figuresDigest(day.day, figures) };
    const request: RequestOf<'day-close' | 'day-difference'> =
      difference === undefined ? { kind: 'day-close', ...about } : { kind: 'day-difference', ...about, reason };
    const counted = this.#mustBeCounted(day);
    const { books, requests } = this.#options;
    const fields = [
      { label: 'Day', value: day.day },
      ...differences.map(({ text }, at) => ({ label: `Difference ${at + 1}`, value: text })),
      ...figures.lots.map(({ lot, figures: of }) => ({
        label: `Lot ${lot}`,
        value: `opening ${of.opening}, received ${of.received}, good ${of.good}, rejected ${of.rejected}, spoiled ${of.spoiled}, test ${of.test}, missing ${of.missing}, found ${of.found}, out ${of.out}, destroyed ${of.destroyed}, fitted ${of.fitted}, closing ${of.closing}`,
      })),
      ...counted.map(({ place, item, count, countedBy }) => ({
        label: `Counted: ${books.itemTitle(place, item)} at ${books.title(place)}`,
        value: `${count}, by ${countedBy ?? ''}`,
      })),
      ...(difference === undefined ? [] : [...this.#explainedWith(), { label: 'Reason', value: reason }]),
    ];
    const alone = counted.map(({ countedBy }) => countedBy ?? '').filter((people) => !people.includes(', '));
    const barred = [...new Set(alone)].sort();
    return requests.ask(request, { subject: day.day, fields, subjects: { day: day.day }, barred }, asker);
  }

  /** Closes a day without differences that two people have signed; STOCK-DAY-CHANGED when anything moved since. */
  closeConfirmed(approval: ApprovalId): Promise<void> {
    return this.#options.requests.carryOut('day-close', approval, (request, { askedBy }) => [
      this.#signed(request, askedBy, { reason: '', approval }),
    ]);
  }

  /** Closes a day whose differences two people have signed; STOCK-DAY-CHANGED when anything moved since. */
  closeSigned(approval: ApprovalId): Promise<void> {
    return this.#options.requests.carryOut('day-difference', approval, (request, { askedBy }) => [
      this.#signed(request, askedBy, { reason: request.reason, approval }),
    ]);
  }

  #signed(
    request: RequestOf<'day-close' | 'day-difference'>,
    askedBy: string,
    why: { readonly reason: string; readonly approval: string },
  ): NewEvent {
    const day = this.#closable();
    const figures = this.figures(day);
    if (day.day !== request.day || figuresDigest(day.day, figures) !== request.figuresDigest)
      throw new StationFault('STOCK-DAY-CHANGED', { day: request.day });
    return this.#closed(day, figures, { kind: 'person', person: askedBy }, why);
  }

  /** Cards that a line's printer fed this day beyond what the journal knows of; null where it tells nothing now. */
  unexplained(line: string): number | null {
    const day = this.#open();
    const told = this.#options.readings().some((one) => one.line === line && one.cards !== null);
    if (!told) return null;
    return this.figures(day)
      .printers.filter((one) => one.line === line)
      .reduce((sum, { difference }) => sum + difference, 0);
  }

  figures(day: DayRow): DayFigures {
    return drawDay(this.#options.journal, day, this.#options.readings());
  }

  /** What must be done before the open day can be closed, in plain words. */
  obstacles(day: DayRow): readonly Obstacle[] {
    const { journal, books } = this.#options;
    const { attempts, counts } = journal.projections;
    const found: Obstacle[] = [];
    const running = this.#options.runningBatch();
    if (running !== null)
      found.push({ code: 'DAY-RUNNING', text: `Batch ${running} is running.`, next: 'Let it end, or pause it.' });
    const inside = Math.max(attempts.open().length, this.#options.busyLines().length);
    if (inside > 0)
      found.push({
        code: 'DAY-CARD-IN-MACHINE',
        text: inside === 1 ? 'A card is, or may be, in a machine.' : `${inside} cards are, or may be, in machines.`,
        next: 'Let the lines finish, or answer what they ask.',
      });
    for (const { place, item, state } of counts.running()) {
      const what = `${books.itemTitle(place, item)} at ${books.title(place)}`;
      found.push({
        code: 'DAY-COUNT-OPEN',
        text: `The count of ${what} is not over.`,
        next:
          state === 'differs'
            ? 'Give the reason of the difference and have it signed.'
            : state === 'second'
              ? 'Another person must count.'
              : 'Count, or give the count up.',
      });
    }
    for (const row of this.#uncounted(day)) {
      found.push({
        code: 'DAY-NOT-COUNTED',
        text: `${books.itemTitle(row.place, row.item)} at ${books.title(row.place)} was not counted since it was last touched.`,
        next: 'Count it without looking at the figures.',
      });
    }
    return found;
  }

  /** What differed on a day, in plain words: with any of it two people close the day, and say why. */
  differences(day: DayRow, figures: DayFigures): readonly Obstacle[] {
    const found: Obstacle[] = [];
    for (const { lot, figures: of } of figures.lots) {
      const text = [
        of.missing > 0 ? `${of.missing} of lot ${lot} are missing.` : '',
        of.found > 0 ? `${of.found} more of lot ${lot} were found than expected.` : '',
        of.difference === 0 ? '' : `The places of lot ${lot} differ from its flows by ${Math.abs(of.difference)}.`,
      ].filter((part) => part !== '');
      if (text.length > 0)
        found.push({ code: 'DAY-LOT', text: text.join(' '), next: 'Say what is known of it; a supervisor signs.' });
    }
    const { counts, stock } = this.#options.journal.projections;
    for (const row of counts.bookedSince(day.openedAt)) {
      const { place, item, difference, settledAt } = row;
      const within = day.closedAt === null || (settledAt !== null && settledAt <= day.closedAt);
      if (!within || stock.findLot(item) !== null || difference === null) continue;
      found.push({
        code: 'DAY-CONTAINER',
        text: `${Math.abs(difference)} ${difference < 0 ? 'are missing' : 'more were found'} at ${this.#options.books.title(place)}.`,
        next: 'Say what is known of it; a supervisor signs.',
      });
    }
    for (const { line, printer, byPrinter, byJournal, difference } of figures.printers) {
      if (difference === 0) continue;
      found.push({
        code: 'DAY-PRINTER',
        text: `Printer ${printer} of ${line} counted ${byPrinter ?? 0} cards, the journal ${byJournal ?? 0}.`,
        next: 'Book the blanks used for tests, or say what else the printer fed; a supervisor signs.',
      });
    }
    return found;
  }

  /** Differences of printers in batches that are not closed yet: the same signature explains them, so that it must show them. */
  #explainedWith(): readonly { readonly label: string; readonly value: string }[] {
    const { batches, printerReadings } = this.#options.journal.projections;
    return batches.list({ issuers: 'all', states: producing }).flatMap(({ batch }) =>
      printerReadings
        .ofBatch(batch)
        .filter(({ byPrinter, byJournal, explained }) => byPrinter - byJournal !== explained)
        .map(({ line, printer, byPrinter, byJournal }) => ({
          label: `Explained with it: batch ${batch}`,
          value: `printer ${printer} of ${line} counted ${byPrinter} cards, the journal ${byJournal}`,
        })),
    );
  }

  /** What lies, or lay on this day, where single people work: at the lines, and in the box of rejected cards. */
  #mustBeCounted(day: DayRow): readonly HoldingRow[] {
    return this.#options.journal.projections.holdings
      .all()
      .filter(
        ({ place, count, changed }) =>
          (lineOfPlace(place) !== null || place === 'rejects') && (count !== 0 || changed > day.opened),
      );
  }

  /** What of it was not counted since anything came or went. */
  #uncounted(day: DayRow): readonly HoldingRow[] {
    const { counts } = this.#options.journal.projections;
    return this.#mustBeCounted(day).filter(
      ({ place, item, changed, counted }) =>
        (counted === null || counted < changed || counted < day.opened) && counts.runningAt(place, item) === null,
    );
  }

  #open(): DayRow {
    return this.#options.books.day();
  }

  #closable(): DayRow {
    const day = this.#open();
    const [obstacle] = this.obstacles(day);
    if (obstacle !== undefined)
      throw new StationFault('STOCK-DAY-OBSTACLE', { obstacle: obstacle.text, next: obstacle.next });
    return day;
  }

  #places(): Extract<NewEvent, { kind: 'day.opened' }>['payload']['places'] {
    return this.#options.journal.projections.holdings
      .all()
      .filter(({ count, place }) => count !== 0 || lineOfPlace(place) !== null)
      .map(({ place, item, count }) => ({ place, item, count }));
  }

  #closed(
    day: DayRow,
    figures: DayFigures,
    actor: JournalActor,
    why: { readonly reason: string; readonly approval: string },
  ): NewEvent {
    return {
      kind: 'day.closed',
      actor,
      issuer: null,
      subjects: { day: day.day },
      payload: {
        places: this.#places(),
        printers: [...this.#options.readings()],
        figuresDigest: figuresDigest(day.day, figures),
        ...why,
      },
    };
  }
}
