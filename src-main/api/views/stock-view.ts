import type {
  CountView,
  DayRowView,
  DayView,
  DestructionView,
  HoldingView,
  LotView,
  PlaceView,
  RibbonView,
} from '#shared/contract/views/stock-views.ts';
import { lineOfPlace, placeOfLine } from '#shared/domain/stock-place.ts';
import { maySee } from '../../access/rights.ts';
import type { CountRow } from '../../journal/projections/counts.ts';
import type { DayRow } from '../../journal/projections/days.ts';
import type { DestructionRow } from '../../journal/projections/destructions.ts';
import type { HoldingRow } from '../../journal/projections/holdings.ts';
import type { PersonRow } from '../../journal/projections/people.ts';
import type { RibbonRow } from '../../journal/projections/ribbons.ts';
import type { LotRow } from '../../journal/projections/stock.ts';
import { sumFigures } from '../../stock/day-figures.ts';
import type { Services } from '../services.ts';

/** Things whose numbers are not told now, because somebody counts them somewhere. */
function itemsBeingCounted(services: Services): ReadonlySet<string> {
  return new Set(services.journal.projections.counts.running().map(({ item }) => item));
}

function holdingView(row: HoldingRow, hidden: ReadonlySet<string>, services: Services): HoldingView {
  const { place, item, count, changed, counted, countedAt, countedBy } = row;
  const { books } = services.stock;
  return {
    place,
    placeTitle: books.title(place),
    item,
    itemTitle: books.itemTitle(place, item),
    count: hidden.has(item) ? null : count,
    counted:
      counted === null
        ? null
        : {
            time: countedAt ?? '',
            by: (countedBy ?? '')
              .split(', ')
              .map((person) => services.personTitle(person))
              .join(', '),
            since: counted < changed ? 'changed' : 'unchanged',
          },
    openCount: services.journal.projections.counts.runningAt(place, item)?.count ?? null,
  };
}

/** A lot, without its numbers while any of it is being counted. */
export function lotView(row: LotRow, services: Services): LotView {
  const { lines, holdings } = services.journal.projections;
  const hidden = itemsBeingCounted(services);
  const told = (count: number) => (hidden.has(row.lot) ? null : count);
  const fedBy = lines.lines().filter(({ lot }) => lot === row.lot);
  return {
    lot: row.lot,
    kind: row.kind,
    blankType: row.blankType,
    environment: row.environment,
    receivedAt: row.receivedAt,
    supplier: row.supplier,
    supplierReference: row.supplierReference,
    received: told(row.received),
    used: told(row.balance.fed - row.balance.returned + row.fitted),
    left: told(row.remaining),
    missing: told(row.missing),
    found: told(row.found),
    out: told(row.out),
    destroyed: told(row.destroyed),
    line: fedBy.length === 0 ? null : fedBy.map(({ line }) => line).join(', '),
    places: holdings
      .ofItem(row.lot)
      .filter(({ count }) => count !== 0)
      .map((holding) => holdingView(holding, hidden, services)),
  };
}

/** Every place with what is there: the vault, each line, the containers. */
export function placeViews(services: Services): PlaceView[] {
  const { holdings, lines } = services.journal.projections;
  const hidden = itemsBeingCounted(services);
  const rows = holdings.all();
  const places = [
    'vault',
    ...lines.lines().map(({ line }) => placeOfLine(line)),
    'good-cards',
    'rejects',
    'used-ribbons',
  ];
  return places.map((place) => {
    const line = lineOfPlace(place);
    return {
      place,
      title: services.stock.books.title(place),
      kind: place === 'vault' ? 'vault' : line === null ? 'container' : 'line',
      line,
      holdings: rows
        .filter((row) => row.place === place && (row.count !== 0 || hidden.has(row.item)))
        .map((row) => holdingView(row, hidden, services)),
    };
  });
}

/** A ribbon, with the batches that this person may know of. */
export function ribbonView(row: RibbonRow, person: PersonRow, services: Services): RibbonView {
  const { fittedAt, takenOutAt, foundBy: _foundBy, ...rest } = row;
  return {
    ...rest,
    fitted: fittedAt,
    takenOut: takenOutAt,
    batches: services.journal.projections.ribbons
      .batchesOf(row.ribbon)
      .filter(({ issuer }) => maySee(person, issuer))
      .map(({ batch }) => batch),
  };
}

function figureOf(round: 'first' | 'second', row: CountRow, over: boolean, services: Services): CountView['figures'] {
  const by = round === 'first' ? row.firstBy : row.secondBy;
  const time = round === 'first' ? row.firstAt : row.secondAt;
  if (by === null || time === null) return [];
  const figure = round === 'first' ? row.firstFigure : row.secondFigure;
  return [{ round, by: services.personTitle(by), time, figure: over ? figure : null }];
}

/** A count as a person may see it: blind until both figures are given, or one agreed. */
export function countView(row: CountRow, person: PersonRow, services: Services): CountView {
  const over = row.state !== 'first' && row.state !== 'second';
  const expected = row.secondExpected ?? row.firstExpected;
  const figure = row.secondFigure ?? row.firstFigure;
  const { approvals } = services.journal.projections;
  const asked = [...approvals.inState('open'), ...approvals.inState('given')].find(
    ({ act, subjects }) => act === 'count-difference' && subjects['count'] === row.count,
  );
  return {
    count: row.count,
    place: row.place,
    placeTitle: services.stock.books.title(row.place),
    item: row.item,
    itemTitle: services.stock.books.itemTitle(row.place, row.item),
    state: row.state,
    openedBy: services.personTitle(row.openedBy),
    opened: row.openedAt,
    yourFigure: over ? 'none' : row.firstBy === person.person ? 'not-you' : 'wanted',
    figures: [...figureOf('first', row, over, services), ...figureOf('second', row, over, services)],
    expected: over ? expected : null,
    difference: over && figure !== null && expected !== null ? figure - expected : null,
    giveUp: services.stock.counts.givable(row),
    reason: row.reason,
    approval: row.approval ?? asked?.approval ?? null,
    settled: row.settledAt,
  };
}

/** A day with its figures, without those of what is being counted now. */
export function dayView(row: DayRow, services: Services): DayView {
  const { days } = services.stock;
  const figures = days.figures(row);
  const hidden = row.closedAt === null ? itemsBeingCounted(services) : new Set<string>();
  const blanks = figures.lots.filter(({ kind }) => kind === 'blank');
  const { approvals } = services.journal.projections;
  const asked = [...approvals.inState('open'), ...approvals.inState('given')].find(
    ({ act, subjects }) => (act === 'day-close' || act === 'day-difference') && subjects['day'] === row.day,
  );
  return {
    day: row.day,
    state: row.closedAt === null ? 'open' : 'closed',
    opened: row.openedAt,
    openedBy: services.personTitle(row.openedBy),
    closed: row.closedAt,
    closedBy: row.closedBy === null ? null : services.personTitle(row.closedBy),
    lots: figures.lots.map(({ lot, blankType, figures: of }) => ({
      lot,
      blankType,
      figures: hidden.has(lot) ? null : of,
    })),
    total: blanks.some(({ lot }) => hidden.has(lot)) ? null : sumFigures(blanks.map(({ figures: of }) => of)),
    printers: [...figures.printers],
    obstacles: row.closedAt === null ? [...days.obstacles(row)] : [],
    differences: [...days.differences(row, figures)],
    reason: row.reason === '' ? null : row.reason,
    approval: row.approval ?? (row.closedAt === null ? (asked?.approval ?? null) : null),
  };
}

/** A day in the list of days. */
export function dayRowView(row: DayRow, services: Services): DayRowView {
  const total = sumFigures(services.stock.days.figures(row).lots.map(({ figures }) => figures));
  return {
    day: row.day,
    state: row.closedAt === null ? 'open' : 'closed',
    opened: row.openedAt,
    openedBy: services.personTitle(row.openedBy),
    closed: row.closedAt,
    closedBy: row.closedBy === null ? null : services.personTitle(row.closedBy),
    good: total.good,
    rejected: total.rejected + total.spoiled,
    missing: total.missing,
    differences: (row.reason ?? '') === '' ? 'none' : 'explained',
  };
}

export function destructionView(row: DestructionRow, services: Services): DestructionView {
  const { approvals, stock } = services.journal.projections;
  const asked = approvals.find(row.approval);
  const { content } = row;
  const unused = (kind: string) =>
    content.lots.reduce((sum, { lot, count }) => sum + (stock.findLot(lot)?.kind === kind ? count : 0), 0);
  const waits = asked?.state === 'open' || asked?.state === 'given';
  return {
    destruction: row.destruction,
    number: row.number,
    state: row.doneAt !== null ? 'done' : waits ? 'asked' : 'void',
    method: content.method,
    cards: content.attempts.length,
    testCards: content.testCards,
    blanks: unused('blank'),
    unusedRibbons: unused('ribbon'),
    usedRibbons: content.ribbons.length,
    askedBy: services.personTitle(row.askedBy),
    asked: row.askedAt,
    witnesses: row.witnesses.map((person) => services.personTitle(person)),
    done: row.doneAt,
    approval: row.approval,
  };
}
