import type { LookView } from '#shared/contract/views/line-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { maySee } from '../access/rights.ts';
import type { LookRow } from '../journal/projections/looks.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import type { Services } from './services.ts';

function lookView(row: LookRow, services: Services): LookView {
  const { attempts, orders } = services.journal.projections;
  const decided =
    row.result === null
      ? null
      : {
          result: row.result,
          reasonCode: row.reasonCode ?? '',
          remark: row.remark ?? '',
          by: services.personTitle(row.decidedBy ?? ''),
          time: row.decidedAt ?? '',
        };
  return {
    attempt: row.attempt,
    batch: row.batch,
    order: row.order,
    maskedPan: orders.find(row.batch, row.order)?.maskedPan ?? null,
    line: attempts.find(row.attempt)?.line ?? '',
    reason: row.reason,
    asked: row.askedAt,
    decided,
  };
}

export const looks = {
  list: api.looks.list.handler(({ context, input }) => {
    const person = personOf(context);
    const { looks: rows } = context.services.journal.projections;
    const wanted = input.batch === undefined ? rows.outstanding() : rows.ofBatch(input.batch);
    const shown = wanted.filter((row) => maySee(person, row.issuer) && (input.show === 'all' || row.result === null));
    return { looks: shown.map((row) => lookView(row, context.services)) };
  }),
  decide: api.looks.decide.handler(({ context, input }) => {
    const { services } = context;
    services.looks.decide({ ...input, person: personOf(context).person });
    const attempt = services.journal.projections.attempts.find(input.attempt);
    const row = services.journal.projections.looks
      .ofBatch(attempt?.batch ?? '')
      .findLast((look) => look.attempt === input.attempt);
    if (row === undefined) throw new StationFault('ACCESS-NOT-FOUND');
    return lookView(row, services);
  }),
};
