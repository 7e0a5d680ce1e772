import type { ApprovalId, Environment, PersonId } from '#shared/domain/identifiers.ts';
import { lineOfPlace, placeOfLine } from '#shared/domain/stock-place.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { StatementField } from '../approvals/port.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { DayRow } from '../journal/projections/days.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { StockBooks } from './stock-books.ts';
import type { RequestOf, StockRequests } from './stock-requests.ts';

/** A delivery as it is asked for: a lot without a number gets one. */
export type Delivery = Omit<RequestOf<'receipt'>, 'kind' | 'lots'> & {
  readonly lots: readonly (Omit<RequestOf<'receipt'>['lots'][number], 'lot'> & { readonly lot?: string })[];
};
type Pack = RequestOf<'move'>['packs'][number];
/** Blanks of a lot at a line that were used without an order. */
type TestUse = Omit<RequestOf<'test-use'>, 'kind'>;

/** So many blanks of a line one person books alone on a day as used for tests; for more a second one signs. */
const testsAlone = 2;

/** Names of what lies in the containers: no lot may be called so. */
const reserved: readonly string[] = ['cards', 'ribbons'];
const purposes: Readonly<Record<TestUse['purpose'], string>> = {
  pairing: 'pairing of printer and encoder',
  cleaning: 'cleaning',
  'test-print': 'test print',
  other: 'another reason',
};
/** Where packs may go. Containers are filled by production and emptied by destruction. */
const carried = (place: string): boolean => place === 'vault' || place === 'out' || lineOfPlace(place) !== null;

export interface StockOptions {
  readonly journal: Journal;
  readonly books: StockBooks;
  readonly requests: StockRequests;
  readonly randomness: Randomness;
  /** Test and live blanks never meet. */
  readonly environment: Environment;
  /** How many cards the line's printer fed this day beyond what the journal knows; null where it tells nothing now. */
  unexplained(line: string): number | null;
}

/** Blanks and ribbons in counted lots: booked in and moved by two people, loaded at the line that feeds them. Every call is an event. */
export class StockService {
  readonly #options: StockOptions;

  constructor(options: StockOptions) {
    this.#options = options;
  }

  /**
   * Asks for a delivery to be booked into the vault; a second person counts and signs.
   *
   * STOCK-NO-DAY, STOCK-LOT-KNOWN, STOCK-LOT-NAME, and STOCK-ENVIRONMENT for stock that is not this station's kind.
   */
  requestReceipt(delivery: Delivery, asker: PersonId): ApprovalId {
    const { requests, randomness } = this.#options;
    const lots = delivery.lots.map((box) => ({ ...box, lot: box.lot ?? randomness.id('lot') }));
    const request: RequestOf<'receipt'> = { kind: 'receipt', ...delivery, lots };
    this.#receivable(request);
    const fields: StatementField[] = [
      { label: 'Supplier', value: delivery.supplier },
      { label: 'Delivery note', value: delivery.supplierReference },
      ...lots.map(({ lot, kind, blankType, count, environment }) => ({
        label: `Lot ${lot}`,
        value: `${count} ${kind === 'blank' ? 'blanks' : 'ribbons'} ${blankType}, for ${environment} cards`,
      })),
      { label: 'Booked into', value: 'Vault' },
    ];
    const [first] = lots;
    const named: Readonly<Record<string, string>> = lots.length === 1 && first !== undefined ? { lot: first.lot } : {};
    return requests.ask(request, { subject: delivery.supplierReference, fields, subjects: named }, asker);
  }

  /** Books a signed delivery in. */
  receive(approval: ApprovalId): Promise<void> {
    return this.#options.requests.carryOut('receipt', approval, (request) => {
      this.#receivable(request);
      const { supplier, supplierReference } = request;
      return request.lots.map(({ lot, ...box }): NewEvent => ({
        kind: 'lot.received',
        actor: { kind: 'station' },
        issuer: null,
        subjects: { lot, approval },
        payload: { ...box, supplier, supplierReference, approval },
      }));
    });
  }

  #receivable(request: RequestOf<'receipt'>): void {
    const { books, journal, environment } = this.#options;
    books.day();
    const seen = new Set<string>();
    for (const box of request.lots) {
      if (reserved.includes(box.lot)) throw new StationFault('STOCK-LOT-NAME', { lot: box.lot });
      if (seen.has(box.lot) || journal.projections.stock.findLot(box.lot) !== null)
        throw new StationFault('STOCK-LOT-KNOWN', { lot: box.lot });
      if (box.environment !== environment)
        throw new StationFault('STOCK-ENVIRONMENT', { lot: box.lot, found: box.environment, wanted: environment });
      seen.add(box.lot);
    }
  }

  /**
   * Asks for packs to be carried between the vault and lines, or out of the station; a second person goes along and signs.
   *
   * STOCK-NO-DAY, STOCK-NO-LOT, STOCK-NO-LINE, STOCK-NO-WAY, STOCK-LINE-BUSY, STOCK-BEING-COUNTED, STOCK-NOT-ENOUGH.
   */
  requestMove(move: Omit<RequestOf<'move'>, 'kind'>, asker: PersonId): ApprovalId {
    const { books, requests } = this.#options;
    const request: RequestOf<'move'> = { kind: 'move', ...move };
    this.#movable(request);
    const fields: StatementField[] = [
      ...move.packs.map(({ lot, from, to, count }) => ({
        label: `Lot ${lot}`,
        value: `${count} from ${books.title(from)} to ${books.title(to)}`,
      })),
      ...(move.reason === '' ? [] : [{ label: 'Reason', value: move.reason }]),
    ];
    const [first] = move.packs;
    const lot = first?.lot ?? '';
    const only = move.packs.every((pack) => pack.lot === lot);
    const subject = only ? lot : `${move.packs.length} packs`;
    return requests.ask(request, { subject, fields, subjects: only ? { lot } : {} }, asker);
  }

  /** Books a signed move. */
  move(approval: ApprovalId): Promise<void> {
    return this.#options.requests.carryOut('move', approval, (request) => {
      this.#movable(request);
      return request.packs.map(({ lot, from, to, count }): NewEvent => {
        const line = lineOfPlace(to) ?? lineOfPlace(from);
        return {
          kind: 'lot.moved',
          actor: { kind: 'station' },
          issuer: null,
          subjects: { lot, approval, ...(line === null ? {} : { line }) },
          payload: { from, to, count, reason: request.reason, approval },
        };
      });
    });
  }

  #movable(request: RequestOf<'move'>): void {
    const { books } = this.#options;
    books.day();
    const leaving = new Map<string, Pack>();
    for (const pack of request.packs) {
      const { lot, from, to, count } = pack;
      books.lot(lot);
      if (from === to || !carried(from) || !carried(to)) throw new StationFault('STOCK-NO-WAY', { from, to });
      if (to === 'out' && request.reason === '') throw new StationFault('STOCK-REASON');
      for (const place of [from, to]) books.resting(place);
      const key = `${from} ${lot}`;
      const together = (leaving.get(key)?.count ?? 0) + count;
      leaving.set(key, { ...pack, count: together });
      books.takable(from, lot, together);
      if (to !== 'out') books.uncounted(to, lot);
    }
  }

  /**
   * Books a lot to a line: the next blank that the line feeds is one of it. Effects: `lot.loaded`.
   *
   * STOCK-NO-LOT, STOCK-NO-LINE, STOCK-NOT-BLANKS, STOCK-NOT-THERE, STOCK-ENVIRONMENT, STOCK-LINE-BUSY.
   */
  load(lot: string, line: string, actor: JournalActor): void {
    const { journal, books, environment } = this.#options;
    const row = books.lot(lot);
    books.line(line);
    if (row.kind !== 'blank') throw new StationFault('STOCK-NOT-BLANKS', { lot });
    if (row.environment !== environment)
      throw new StationFault('STOCK-ENVIRONMENT', { lot, found: row.environment, wanted: environment });
    if (journal.projections.holdings.at(placeOfLine(line), lot) < 1)
      throw new StationFault('STOCK-NOT-THERE', { lot, line });
    books.resting(placeOfLine(line));
    journal.append({ kind: 'lot.loaded', actor, issuer: null, subjects: { lot, line }, payload: { line } });
  }

  /**
   * Books a few blanks of a line that were used without an order: they are test cards in the box of rejected ones. One person may book
   * two of a line on a day. Effects: `blank.used-for-test`.
   *
   * STOCK-TEST-SECOND-PERSON, STOCK-TEST-NOT-FED, STOCK-NO-DAY, STOCK-NO-LOT, STOCK-NO-LINE, STOCK-NOT-BLANKS, STOCK-LINE-BUSY,
   * STOCK-BEING-COUNTED, STOCK-NOT-ENOUGH.
   */
  useForTest(use: TestUse, actor: JournalActor): void {
    const { journal } = this.#options;
    const { day } = this.#testable(use);
    if (journal.projections.days.testsAlone(day, use.line) + use.count > testsAlone)
      throw new StationFault('STOCK-TEST-SECOND-PERSON', { most: testsAlone, line: use.line });
    journal.append(this.#tested(use, null, actor));
  }

  /** Asks for more of them to be booked than one person may; a supervisor signs. The faults of `useForTest` but the first. */
  requestTestUse(use: TestUse, asker: PersonId): ApprovalId {
    const { books, requests } = this.#options;
    const { lot, line, count, purpose, fedBy, remark } = use;
    this.#testable(use);
    const fields: StatementField[] = [
      { label: `Lot ${lot}`, value: `${count} blanks at ${books.title(placeOfLine(line))}` },
      { label: 'Used for', value: purposes[purpose] },
      { label: 'Fed by', value: fedBy === 'printer' ? 'the printer, from its feeder' : 'hand' },
      { label: 'Now in', value: books.title('rejects') },
      ...(remark === '' ? [] : [{ label: 'Remark', value: remark }]),
    ];
    const request = { kind: 'test-use', lot, line, count, purpose, fedBy, remark } as const;
    return requests.ask(request, { subject: lot, fields, subjects: { lot, line } }, asker);
  }

  /** Books signed test cards. */
  bookTestUse(approval: ApprovalId): Promise<void> {
    return this.#options.requests.carryOut('test-use', approval, ({ kind: _kind, ...use }) => {
      this.#testable(use);
      return [this.#tested(use, approval, { kind: 'station' })];
    });
  }

  #tested(use: TestUse, approval: ApprovalId | null, actor: JournalActor): NewEvent {
    const { lot, line, ...payload } = use;
    const subjects = { lot, line, ...(approval === null ? {} : { approval }) };
    return { kind: 'blank.used-for-test', actor, issuer: null, subjects, payload: { ...payload, approval } };
  }

  #testable({ lot, line, count, fedBy }: TestUse): DayRow {
    const { books } = this.#options;
    const day = books.day();
    const row = books.lot(lot);
    books.line(line);
    if (row.kind !== 'blank') throw new StationFault('STOCK-NOT-BLANKS', { lot });
    books.resting(placeOfLine(line));
    books.takable(placeOfLine(line), lot, count);
    books.uncounted('rejects', 'cards');
    // What the printer did not feed would hide cards that it feeds later.
    if (fedBy === 'printer' && count > (this.#options.unexplained(line) ?? 0))
      throw new StationFault('STOCK-TEST-NOT-FED', { line });
    return day;
  }
}
