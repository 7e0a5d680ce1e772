import { Secret } from '#shared/bytes/secret.ts';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { maySee } from '../access/rights.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import type { Services } from './services.ts';
import { approvalView } from './views/approval-view.ts';

function viewNow(approval: string, services: Services) {
  const row = services.journal.projections.approvals.find(approval);
  if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
  return approvalView(row, services);
}

export const approvals = {
  open: api.approvals.open.handler(({ context }) => {
    const person = personOf(context);
    context.services.approvals.expireOverdue();
    const rows = context.services.journal.projections.approvals
      .inState('open')
      .filter((row) => maySee(person, row.issuer));
    return { approvals: rows.map((row) => approvalView(row, context.services)) };
  }),
  get: api.approvals.get.handler(({ context, input }) => viewNow(input.approval, context.services)),
  decide: api.approvals.decide.handler(async ({ context, input }) => {
    await context.services.approvals.decide({
      approval: input.approval as ApprovalId,
      approver: input.approver as PersonId,
      password: new Secret(input.password),
      statementDigest: input.statementDigest,
      verdict: input.verdict,
    });
    return viewNow(input.approval, context.services);
  }),
  withdraw: api.approvals.withdraw.handler(({ context, input }) => {
    context.services.approvals.withdraw(input.approval as ApprovalId, personOf(context).person as PersonId);
    return viewNow(input.approval, context.services);
  }),
};
