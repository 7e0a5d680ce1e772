import type { Projections } from '../journal/projections/projections.ts';
import { keysOfStatement } from './shown-keys.ts';

/** Whether the two people who released a batch signed this key, by its name and the check value that the registry has of it. */
export function releasedWith(
  projections: Pick<Projections, 'approvals' | 'batches' | 'keys'>,
  batch: string,
  key: string,
): 'yes' | 'no' {
  const approval = projections.batches.find(batch)?.releaseApproval ?? null;
  const signed = approval === null ? null : projections.approvals.find(approval);
  if (signed === null) return 'no';
  const kcv = projections.keys.find(key)?.kcv;
  return keysOfStatement(signed.statement).some((shown) => shown.name === key && shown.kcv === kcv) ? 'yes' : 'no';
}
