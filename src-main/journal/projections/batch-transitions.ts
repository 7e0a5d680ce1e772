import type { EventKind } from '#shared/journal-format/event-kinds.ts';

/**
 * Where a batch stands. leased: reserved, nothing here yet. receiving: records are coming in. ready: taken in, waits for a release.
 * stopped and paused: production rests, by a fault or by a person. made: nothing is left to start. lost: no longer this station's, no card of
 * it may be begun; it only waits to be closed. closed: balanced and erased.
 */
export type BatchState =
  | 'leased'
  | 'receiving'
  | 'ready'
  | 'refused'
  | 'release-requested'
  | 'released'
  | 'running'
  | 'paused'
  | 'stopped'
  | 'made'
  | 'lost'
  | 'close-requested'
  | 'closed';

/** States in which a batch is in production: a card may be started. */
export const producing: readonly BatchState[] = ['released', 'running', 'paused', 'stopped', 'made'];

/** From which states an event leads to which. Anything else is JOURNAL-IMPOSSIBLE. */
export const batchTransitions = {
  'batch.refused': { from: ['leased', 'receiving', 'refused'], to: 'refused' },
  'batch.received': { from: ['leased', 'refused'], to: 'receiving' },
  'batch.ready': { from: ['receiving'], to: 'ready' },
  'batch.intake-abandoned': { from: ['leased', 'receiving'], to: 'leased' },
  'batch.release-requested': { from: ['ready', 'release-requested'], to: 'release-requested' },
  'batch.released': { from: ['release-requested'], to: 'released' },
  'batch.started': { from: producing, to: 'running' },
  'batch.paused': { from: ['released', 'running', 'paused', 'stopped'], to: 'paused' },
  'batch.stopped': { from: producing, to: 'stopped' },
  'batch.made': { from: producing, to: 'made' },
  'batch.lost': { from: [...producing, 'ready', 'release-requested'], to: 'lost' },
  'batch.close-requested': { from: [...producing, 'ready', 'lost', 'close-requested'], to: 'close-requested' },
  'batch.closed': { from: ['close-requested'], to: 'closed' },
} as const satisfies Partial<Record<EventKind, { readonly from: readonly BatchState[]; readonly to: BatchState }>>;
