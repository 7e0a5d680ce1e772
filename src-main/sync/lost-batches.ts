import type { BatchId } from '#shared/domain/identifiers.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import type { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import { batchTransitions, type BatchState } from '../journal/projections/batch-transitions.ts';
import type { BatchRow } from '../journal/projections/batches.ts';

const ownStates: readonly BatchState[] = batchTransitions['batch.lost'].from;
/** One whose close waits for a signature would go back into production without it. */
const canBeLost: readonly BatchState[] = [...ownStates, 'close-requested'];

/** What a loss means for a batch: a release or close that still waits for its second signature is withdrawn, and no card is begun any more. */
function lossOf(
  journal: Journal,
  row: BatchRow,
  { code, why }: { readonly code: string; readonly why: string },
): readonly NewEvent[] {
  const about = { actor: { kind: 'station' }, issuer: row.issuer } as const;
  // Lost already, and being closed as such.
  if (row.state === 'close-requested' && row.stateBeforeClose === 'lost') return [];
  const requested = { 'release-requested': row.releaseApproval, 'close-requested': row.closeApproval };
  const approval = row.state === 'release-requested' || row.state === 'close-requested' ? requested[row.state] : null;
  const waiting = approval === null ? null : journal.projections.approvals.find(approval);
  const open = waiting !== null && (waiting.state === 'open' || waiting.state === 'given');
  const withdrawn: readonly NewEvent[] =
    approval !== null && open
      ? [{ ...about, kind: 'approval.withdrawn', subjects: { batch: row.batch, approval }, payload: { approval } }]
      : [];
  return [...withdrawn, { ...about, kind: 'batch.lost', subjects: { batch: row.batch }, payload: { code, why } }];
}

/** Journals that a batch is no longer this station's; one that is closed or gone already stays as it is. */
export function loseBatch(journal: Journal, batch: BatchId, fault: StationFault): void {
  const row = journal.projections.batches.find(batch);
  if (row === null || !canBeLost.includes(row.state)) return;
  const events = lossOf(journal, row, { code: fault.code, why: describeFault(fault).text });
  if (events.length > 0) journal.append(...events);
}

/** Journals, once, that this station was declared lost: no batch that it holds goes on. */
export function loseStation(journal: Journal): void {
  const { station, batches } = journal.projections;
  if ((station.facts()?.lostAt ?? null) !== null) return;
  const { text } = describeFault({ code: 'CMS-STATION-LOST', details: {} });
  const losses = batches
    .list({ issuers: 'all', states: canBeLost })
    .flatMap((row) => lossOf(journal, row, { code: 'CMS-STATION-LOST', why: text }));
  const own = { actor: { kind: 'station' }, issuer: null, subjects: {}, payload: { text } } as const;
  journal.append({ ...own, kind: 'station.declared-lost' }, ...losses);
}
