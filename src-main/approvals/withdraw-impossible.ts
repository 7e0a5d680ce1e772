import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalPort } from '../journal/port.ts';
import type { ApprovalRow } from '../journal/projections/approvals.ts';

/** What withdrawing needs of a journal. */
export interface ApprovalsJournal extends Pick<JournalPort, 'append'> {
  readonly projections: { readonly approvals: { find(approval: string): ApprovalRow | null } };
}

/**
 * Runs the checks of a signed act. What can no longer be done as it was signed is withdrawn, and its fault thrown: it must not happen by
 * itself later.
 */
export function stillPossible<Result>(journal: ApprovalsJournal, approval: string, check: () => Result): Result {
  try {
    return check();
  } catch (fault) {
    if (fault instanceof StationFault) withdrawGiven(journal, approval);
    throw fault;
  }
}

function withdrawGiven(journal: ApprovalsJournal, approval: string): void {
  const row = journal.projections.approvals.find(approval);
  if (row === null || row.state !== 'given') return;
  const { issuer, subjects } = row;
  journal.append({ kind: 'approval.withdrawn', actor: { kind: 'station' }, issuer, subjects, payload: { approval } });
}
