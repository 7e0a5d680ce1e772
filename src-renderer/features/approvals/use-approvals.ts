import type { UseQueryResult } from '@tanstack/react-query';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

/** Requests that wait for a signature and that this person may see. */
export function useOpenApprovals(): UseQueryResult<{ approvals: ApprovalView[] }> {
  return useView({
    call: 'approvals.open',
    input: {},
    topics: ['approvals'],
    ask: (signal) => station.approvals.open({}, { signal }),
  });
}

/** One request, in whatever state it is. */
export function useApproval(approval: string): UseQueryResult<ApprovalView> {
  return useView({
    call: 'approvals.get',
    input: { approval },
    topics: ['approvals'],
    ask: (signal) => station.approvals.get({ approval }, { signal }),
  });
}
