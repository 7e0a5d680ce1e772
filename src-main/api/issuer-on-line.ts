import type { Services } from './services.ts';

/** Whose card is, or may be, in a line's machine; without one, whose batch the line works on; null for nobody's. */
export function issuerOnLine(line: string, services: Services): string | null {
  const runner = services.production.lines.find(({ configuration }) => configuration.line === line)?.runner;
  const state = runner?.state;
  const batch =
    state !== undefined && 'job' in state && state.job !== null
      ? state.job.batch
      : services.production.currentBatch?.batch;
  return batch === undefined ? null : (services.journal.projections.batches.find(batch)?.issuer ?? null);
}
