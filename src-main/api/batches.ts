import { batchState, type BatchState } from '#shared/contract/views/batch-views.ts';
import type { BatchId, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { maySee } from '../access/rights.ts';
import type { PersonRow } from '../journal/projections/people.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import type { Services } from './services.ts';
import { approvalView } from './views/approval-view.ts';
import { attemptView, batchView, recordView, storedState } from './views/batch-view.ts';

const open: readonly BatchState[] = batchState.options.filter((state) => state !== 'closed');

/** The view of a batch that was just acted upon. */
export function batchNow(batch: string, person: PersonRow, services: Services) {
  const facts = services.journal.projections.batches.view(batch);
  if (facts === null) throw new StationFault('ACCESS-NOT-FOUND');
  return batchView(facts, person, services);
}

function approvalNow(approval: string, services: Services) {
  const row = services.journal.projections.approvals.find(approval);
  if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
  return approvalView(row, services);
}

/** Whether a batch was taken in here already, and this person may know of it. */
function isHere(batch: string, person: PersonRow, services: Services): boolean {
  const row = services.journal.projections.batches.find(batch);
  const gone: readonly BatchState[] = ['leased', 'receiving', 'refused'];
  return row !== null && row.issuer !== null && !gone.includes(row.state) && maySee(person, row.issuer);
}

export const batches = {
  available: api.batches.available.handler(async ({ context, signal }) => {
    const person = personOf(context);
    const all = await context.services.intake.available(signal ?? AbortSignal.timeout(30_000));
    return { batches: all.filter((batch) => maySee(person, batch.issuer)) };
  }),
  pull: api.batches.pull.handler(async ({ context, input, signal }) => {
    const person = personOf(context);
    const { services } = context;
    const limit = signal ?? AbortSignal.timeout(600_000);
    const all = await services.intake.available(limit);
    const wanted = all.find((batch) => batch.batch === input.batch);
    if (wanted === undefined && isHere(input.batch, person, services))
      throw new StationFault('INTAKE-BATCH-KNOWN', { batch: input.batch });
    // A batch of another issuer does not exist for this person, at the CMS neither.
    if (wanted === undefined || !maySee(person, wanted.issuer)) throw new StationFault('ACCESS-NOT-FOUND');
    await services.intake.pull(
      input.batch as BatchId,
      { kind: 'person', person: person.person },
      new AbortController().signal,
    );
    return batchNow(input.batch, person, services);
  }),
  list: api.batches.list.handler(({ context, input }) => {
    const person = personOf(context);
    const states = input.state === 'all' ? undefined : input.state === 'open' ? open : [input.state];
    const rows = context.services.journal.projections.batches.list({
      issuers: person.issuers,
      ...(states === undefined ? {} : { states }),
    });
    const page = rows.slice(input.offset, input.offset + input.limit);
    return { batches: page.map((row) => batchView(row, person, context.services)), total: rows.length };
  }),
  get: api.batches.get.handler(({ context, input }) => batchNow(input.batch, personOf(context), context.services)),
  records: api.batches.records.handler(({ context, input }) => {
    const { orders } = context.services.journal.projections;
    const { state, text } = input.filter;
    const filter = {
      ...(text === '' ? {} : { text }),
      ...(state === 'any' ? {} : state === 'with-findings' ? { state } : { state: storedState[state] }),
    };
    const { rows, total } = orders.page(input.batch, filter, { limit: input.limit, offset: input.offset });
    return { records: rows.map(recordView), total };
  }),
  attempts: api.batches.attempts.handler(({ context, input }) => {
    const { attempts, orders } = context.services.journal.projections;
    const rows = attempts.ofBatch(input.batch, { limit: input.limit, offset: input.offset });
    return {
      attempts: rows.map((row) => attemptView(row, orders.find(row.batch, row.order)?.maskedPan ?? null)),
      total: attempts.countOfBatch(input.batch),
    };
  }),
  requestRelease: api.batches.requestRelease.handler(({ context, input }) => {
    const person = personOf(context);
    return approvalNow(
      context.services.release.request(input.batch as BatchId, person.person as PersonId),
      context.services,
    );
  }),
  balance: api.batches.balance.handler(({ context, input }) => context.services.balance(input.batch as BatchId)),
  requestClose: api.batches.requestClose.handler(({ context, input }) => {
    const person = personOf(context);
    return approvalNow(
      context.services.close.request(input.batch as BatchId, person.person as PersonId),
      context.services,
    );
  }),
  report: api.batches.report.handler(async ({ context, input }) => {
    const { fileName, pdf } = await context.services.report(input.batch as BatchId);
    return { fileName, pdfBase64: Buffer.from(pdf).toString('base64') };
  }),
};
