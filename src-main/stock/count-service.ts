import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import type { StockPlace } from '#shared/domain/stock-place.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { CountRow } from '../journal/projections/counts.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { StockBooks } from './stock-books.ts';
import type { RequestOf, StockRequests } from './stock-requests.ts';

export interface CountOptions {
  readonly journal: Journal;
  readonly books: StockBooks;
  readonly requests: StockRequests;
  readonly randomness: Randomness;
}

const by = (person: string) => ({ actor: { kind: 'person', person }, issuer: null }) as const;

/** Blind counts: a figure, a second one by another person where it differs, and a decision of two people where that differs too. */
export class CountService {
  readonly #options: CountOptions;

  constructor(options: CountOptions) {
    this.#options = options;
  }

  /**
   * Opens a count of each named thing at a place, or of all that is there. Effects: `count.opened` for each.
   *
   * STOCK-NO-DAY, STOCK-NO-LINE, STOCK-LINE-BUSY, STOCK-NOTHING-THERE, STOCK-BEING-COUNTED.
   */
  open(place: StockPlace, items: readonly string[] | null, person: PersonId): readonly CountRow[] {
    const { journal, books, randomness } = this.#options;
    const { holdings, counts } = journal.projections;
    books.day();
    books.resting(place);
    const there = holdings.all().filter((row) => row.place === place);
    const wanted =
      items === null
        ? there
            .filter(({ count, item }) => count !== 0 && counts.runningAt(place, item) === null)
            .map(({ item }) => item)
        : [...new Set(items)];
    if (wanted.length === 0 || !wanted.every((item) => there.some((row) => row.item === item)))
      throw new StationFault('STOCK-NOTHING-THERE', { place: books.title(place) });
    for (const item of wanted) books.uncounted(place, item);
    const opened = wanted.map((item) => ({ item, count: randomness.id('cn') }));
    journal.append(
      ...opened.map(({ item, count }): NewEvent => ({
        ...by(person),
        kind: 'count.opened',
        subjects: { count },
        payload: { place, item },
      })),
    );
    return opened.map(({ count }) => this.#find(count));
  }

  /**
   * Takes what a person counted. Where it agrees the count is over, else another person counts. Effects: `count.figure`, `count.settled`.
   *
   * STOCK-NO-COUNT, STOCK-COUNT-OVER, STOCK-SAME-COUNTER, STOCK-LINE-BUSY.
   */
  enter(count: string, figure: number, person: PersonId): CountRow {
    const { journal, books } = this.#options;
    const row = this.#find(count);
    if (row.state !== 'first' && row.state !== 'second') throw new StationFault('STOCK-COUNT-OVER', { count });
    if (row.firstBy === person) throw new StationFault('STOCK-SAME-COUNTER');
    books.resting(row.place);
    const about = { ...by(person), subjects: { count } } as const;
    const agrees = journal.projections.holdings.at(row.place, row.item) === figure;
    journal.append(
      { ...about, kind: 'count.figure', payload: { round: row.state, figure } },
      ...(agrees
        ? [
            {
              ...about,
              kind: 'count.settled',
              payload: { result: 'same', difference: 0, reason: '', approval: null },
            } as const,
          ]
        : []),
    );
    return this.#find(count);
  }

  /**
   * Gives a count up that nobody has given a figure for, or whose difference can no longer be booked because less is there now than it
   * would take away: STOCK-NO-COUNT, STOCK-COUNT-BEGUN. Effects: `count.abandoned`.
   */
  abandon(count: string, reason: string, person: PersonId): CountRow {
    const row = this.#find(count);
    if (this.givable(row) === 'no') throw new StationFault('STOCK-COUNT-BEGUN', { count });
    this.#options.journal.append({ ...by(person), kind: 'count.abandoned', subjects: { count }, payload: { reason } });
    return this.#find(count);
  }

  /**
   * Asks for the difference of two counts to be booked. Neither of those who counted may sign.
   *
   * STOCK-NO-COUNT, STOCK-COUNT-NOT-DIFFERING and the faults of approvals.
   */
  requestDifference(count: string, reason: string, asker: PersonId): ApprovalId {
    const { books, requests } = this.#options;
    const row = this.#differing(count);
    const { firstBy, secondBy, firstFigure, secondFigure, secondExpected } = row;
    const request: RequestOf<'count-difference'> = {
      kind: 'count-difference',
      count,
      expected: secondExpected,
      figure: secondFigure,
      reason,
    };
    const difference = secondFigure - secondExpected;
    const fields = [
      { label: 'Counted', value: books.itemTitle(row.place, row.item) },
      { label: 'Place', value: books.title(row.place) },
      { label: 'Expected', value: String(secondExpected) },
      { label: `First count, ${firstBy}`, value: String(firstFigure) },
      { label: `Second count, ${secondBy}`, value: String(secondFigure) },
      {
        label: difference < 0 ? 'To be booked as missing' : 'To be booked as found',
        value: String(Math.abs(difference)),
      },
      { label: 'Reason', value: reason },
    ];
    const barred = [firstBy, secondBy];
    return requests.ask(request, { subject: count, fields, subjects: { count }, barred }, asker);
  }

  /** Books a signed difference. */
  book(approval: ApprovalId): Promise<void> {
    return this.#options.requests.carryOut('count-difference', approval, ({ count, expected, figure, reason }) => {
      const row = this.#differing(count);
      if (row.secondFigure !== figure || row.secondExpected !== expected)
        throw new StationFault('STOCK-COUNT-NOT-DIFFERING', { count });
      return [
        {
          kind: 'count.settled',
          actor: { kind: 'station' },
          issuer: null,
          subjects: { count, approval },
          payload: { result: 'booked', difference: figure - expected, reason, approval },
        },
      ];
    });
  }

  /** Whether a count may be given up as it stands. */
  givable({ state, place, item, secondFigure, secondExpected }: CountRow): 'yes' | 'no' {
    if (state !== 'differs') return state === 'first' ? 'yes' : 'no';
    const difference = (secondFigure ?? 0) - (secondExpected ?? 0);
    return this.#options.journal.projections.holdings.at(place, item) + difference < 0 ? 'yes' : 'no';
  }

  #find(count: string): CountRow {
    const row = this.#options.journal.projections.counts.find(count);
    if (row === null) throw new StationFault('STOCK-NO-COUNT', { count });
    return row;
  }

  #differing(count: string) {
    const row = this.#find(count);
    const { state, firstBy, secondBy, firstFigure, secondFigure, secondExpected } = row;
    if (
      state !== 'differs' ||
      firstBy === null ||
      secondBy === null ||
      firstFigure === null ||
      secondFigure === null ||
      secondExpected === null ||
      secondFigure === secondExpected
    )
      throw new StationFault('STOCK-COUNT-NOT-DIFFERING', { count });
    return { ...row, firstBy, secondBy, firstFigure, secondFigure, secondExpected };
  }
}
