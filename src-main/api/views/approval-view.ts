import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import type { ApprovalRow } from '../../journal/projections/approvals.ts';
import type { Services } from '../services.ts';

/** An approval with the exact bytes that are signed. */
export function approvalView(row: ApprovalRow, services: Services): ApprovalView {
  const signers = services.journal.projections.approvals.signers(row.approval);
  return {
    approval: row.approval,
    act: row.act,
    state: row.state,
    statement: row.statement,
    statementDigest: row.statementDigest,
    issuer: row.issuer,
    asker: row.asker,
    askerName: services.personTitle(row.asker),
    requested: row.requestedAt,
    expires: row.expires,
    approversNeeded: row.approversNeeded,
    signed: signers
      .filter((signer) => signer.verdict === 'approve')
      .map((signer) => ({
        person: signer.approver,
        displayName: services.personTitle(signer.approver),
        time: signer.time,
      })),
    subjects: { ...row.subjects },
  };
}
