import type { PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import type { Services } from './services.ts';
import { approvalView } from './views/approval-view.ts';
import {
  countView,
  dayRowView,
  dayView,
  destructionView,
  lotView,
  placeViews,
  ribbonView,
} from './views/stock-view.ts';
import type { PersonRow } from '../journal/projections/people.ts';

const by = (person: PersonRow) => ({ kind: 'person', person: person.person }) as const;

function asked(approval: string, services: Services) {
  const row = services.journal.projections.approvals.find(approval);
  if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
  return approvalView(row, services);
}

function lotNow(lot: string, services: Services) {
  const row = services.journal.projections.stock.findLot(lot);
  if (row === null) throw new StationFault('STOCK-NO-LOT', { lot });
  return lotView(row, services);
}

export const stock = {
  lots: api.stock.lots.handler(({ context: { services } }) => ({
    lots: services.journal.projections.stock.lots().map((row) => lotView(row, services)),
  })),
  places: api.stock.places.handler(({ context: { services } }) => ({ places: placeViews(services) })),
  requestReceipt: api.stock.requestReceipt.handler(({ context, input }) => {
    const { services } = context;
    return asked(services.stock.stock.requestReceipt(input, personOf(context).person as PersonId), services);
  }),
  requestMove: api.stock.requestMove.handler(({ context, input }) => {
    const { services } = context;
    return asked(services.stock.stock.requestMove(input, personOf(context).person as PersonId), services);
  }),
  load: api.stock.load.handler(({ context, input }) => {
    const { services } = context;
    services.stock.stock.load(input.lot, input.line, by(personOf(context)));
    return lotNow(input.lot, services);
  }),
  useForTest: api.stock.useForTest.handler(({ context, input }) => {
    const { services } = context;
    services.stock.stock.useForTest(input, by(personOf(context)));
    return lotNow(input.lot, services);
  }),
  requestTestUse: api.stock.requestTestUse.handler(({ context, input }) => {
    const { services } = context;
    return asked(services.stock.stock.requestTestUse(input, personOf(context).person as PersonId), services);
  }),

  ribbons: api.stock.ribbons.handler(({ context, input }) => {
    const person = personOf(context);
    const { services } = context;
    const rows = services.journal.projections.ribbons.list(input.show);
    return { ribbons: rows.map((row) => ribbonView(row, person, services)) };
  }),
  fitRibbon: api.stock.fitRibbon.handler(({ context, input }) => {
    const person = personOf(context);
    const { services } = context;
    return ribbonView(services.stock.ribbons.fit(input.line, input.lot, by(person)), person, services);
  }),
  takeOutRibbon: api.stock.takeOutRibbon.handler(({ context, input }) => {
    const person = personOf(context);
    const { services } = context;
    return ribbonView(services.stock.ribbons.takeOut(input.line, by(person)), person, services);
  }),

  counts: api.stock.counts.handler(({ context, input }) => {
    const person = personOf(context);
    const { services } = context;
    const { counts } = services.journal.projections;
    const running = counts.running();
    const rows =
      input.show === 'open'
        ? running.slice(input.offset, input.offset + input.limit)
        : counts.page(input.limit, input.offset);
    return {
      counts: rows.map((row) => countView(row, person, services)),
      total: input.show === 'open' ? running.length : counts.total(),
    };
  }),
  openCounts: api.stock.openCounts.handler(({ context, input }) => {
    const person = personOf(context);
    const { services } = context;
    const opened = services.stock.counts.open(input.place, input.items ?? null, person.person as PersonId);
    return { counts: opened.map((row) => countView(row, person, services)) };
  }),
  enterCount: api.stock.enterCount.handler(({ context, input }) => {
    const person = personOf(context);
    const { services } = context;
    const row = services.stock.counts.enter(input.count, input.figure, person.person as PersonId);
    return countView(row, person, services);
  }),
  abandonCount: api.stock.abandonCount.handler(({ context, input }) => {
    const person = personOf(context);
    const { services } = context;
    const row = services.stock.counts.abandon(input.count, input.reason, person.person as PersonId);
    return countView(row, person, services);
  }),
  requestCountDifference: api.stock.requestCountDifference.handler(({ context, input }) => {
    const { services } = context;
    const asker = personOf(context).person as PersonId;
    return asked(services.stock.counts.requestDifference(input.count, input.reason, asker), services);
  }),

  day: api.stock.day.handler(({ context: { services } }) => {
    const { days } = services.journal.projections;
    const open = days.current();
    const lastClosed = days.page(2, 0).find(({ closedAt }) => closedAt !== null);
    return {
      open: open === null ? null : dayView(open, services),
      lastClosed: lastClosed === undefined ? null : dayRowView(lastClosed, services),
    };
  }),
  days: api.stock.days.handler(({ context: { services }, input }) => {
    const { days } = services.journal.projections;
    return { days: days.page(input.limit, input.offset).map((row) => dayRowView(row, services)), total: days.total() };
  }),
  getDay: api.stock.getDay.handler(({ context: { services }, input }) => {
    const row = services.journal.projections.days.find(input.day);
    if (row === null) throw new StationFault('STOCK-NO-SUCH-DAY', { day: input.day });
    return dayView(row, services);
  }),
  openDay: api.stock.openDay.handler(({ context }) =>
    dayView(context.services.stock.days.open(by(personOf(context))), context.services),
  ),
  requestDayClose: api.stock.requestDayClose.handler(({ context, input }) => {
    const { services } = context;
    return asked(services.stock.days.requestClose(input.reason, personOf(context).person as PersonId), services);
  }),

  cardsToDestroy: api.stock.cardsToDestroy.handler(({ context, input }) => {
    const { issuers } = personOf(context);
    const { destructions, orders } = context.services.journal.projections;
    // The list would tell who counts them how many there should be; while they are counted none can be destroyed anyway.
    context.services.stock.books.uncounted('rejects', 'cards');
    const { cards, total } = destructions.cards({ issuers, batch: input.batch ?? null }, input);
    return {
      cards: cards.map(({ issuer: _issuer, endedAt, ...row }) => ({
        ...row,
        maskedPan: orders.find(row.batch, row.order)?.maskedPan ?? null,
        ended: endedAt,
      })),
      total,
      testCards: destructions.testCards(),
    };
  }),
  requestDestruction: api.stock.requestDestruction.handler(({ context, input }) => {
    const { services } = context;
    return asked(services.stock.destructions.request(input, personOf(context).person as PersonId), services);
  }),
  destructions: api.stock.destructions.handler(({ context: { services }, input }) => {
    const { destructions } = services.journal.projections;
    return {
      destructions: destructions.page(input.limit, input.offset).map((row) => destructionView(row, services)),
      total: destructions.total(),
    };
  }),
  certificate: api.stock.certificate.handler(async ({ context, input }) => {
    const { fileName, pdf } = await context.services.stock.destructions.certificate(input.destruction);
    return { fileName, pdfBase64: Buffer.from(pdf).toString('base64') };
  }),
};
