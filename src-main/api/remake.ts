import type { RemakeView } from '#shared/contract/views/remake-views.ts';
import type { PersonId } from '#shared/domain/identifiers.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { mayDo } from '../access/rights.ts';
import type { PersonRow } from '../journal/projections/people.ts';
import type { WaitingRemake } from '../production/remake-service.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import { approvalView } from './views/approval-view.ts';
import { attemptView } from './views/batch-view.ts';

/** What ended a card, in words: a fault of the catalogue, or the reason that a person chose. */
function whyLost(reason: string | null): string {
  if (reason === null) return '';
  return reason.includes('-') && reason === reason.toUpperCase()
    ? describeFault({ code: reason, details: {} }).text
    : reason.replaceAll('-', ' ');
}

function remakeView({ order, lost, approval }: WaitingRemake, person: PersonRow): RemakeView {
  const code = order.heldReason ?? '';
  return {
    batch: order.batch,
    order: order.order,
    maskedPan: order.maskedPan,
    waits: { code, ...describeFault({ code, details: { order: order.order } }) },
    lost: lost.map(({ attempt, number, disposition, reason, chipSerial, endedAt }) => ({
      attempt,
      number,
      disposition: disposition === 'spoiled' || disposition === 'missing' ? disposition : 'rejected',
      why: whyLost(reason),
      chipSerial,
      ended: endedAt ?? '',
    })),
    approval,
    mayAsk: approval === null && mayDo(person, 'request-remake') ? 'yes' : 'no',
  };
}

export const remake = {
  list: api.remake.list.handler(({ context, input }) => {
    const person = personOf(context);
    context.services.approvals.expireOverdue();
    return { remakes: context.services.remake.waiting(input.batch).map((one) => remakeView(one, person)) };
  }),
  request: api.remake.request.handler(({ context, input }) => {
    const { services } = context;
    const approval = services.remake.request({ ...input, person: personOf(context).person as PersonId });
    const row = services.journal.projections.approvals.find(approval);
    if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
    return approvalView(row, services);
  }),
  recall: api.remake.recall.handler(({ context, input }) => {
    const { services } = context;
    services.remake.recall(input.attempt, input.reasonCode, input.remark, personOf(context).person);
    const { attempts, orders } = services.journal.projections;
    const row = attempts.find(input.attempt);
    if (row === null) throw new StationFault('ACCESS-NOT-FOUND');
    return attemptView(row, orders.find(row.batch, row.order)?.maskedPan ?? null);
  }),
};
