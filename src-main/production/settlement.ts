import type { Disposition } from '#shared/journal-format/events/production-events.ts';
import type { Afterwards, Job, KnownFault, ProbeResult } from './line-state.ts';

type Found = 'happened' | 'did-not-happen' | 'unknown';

/** What is to be done with a card after the machine was asked, and what that says of the open step. */
export type Settlement = { readonly found: Found; readonly evidence: string } & (
  | { readonly kind: 'reject'; readonly reason: string; readonly afterwards: Afterwards }
  | {
      readonly kind: 'end';
      readonly disposition: Disposition;
      readonly reason: string;
      readonly afterwards: Afterwards;
    }
  | { readonly kind: 'ask'; readonly fault: KnownFault }
);

/**
 * Settles an open attempt by what the machine says (DESIGN 6.3): an interrupted card is never continued, because nobody can say
 * what of it is whole; it is rejected where it stands, counted where it went, or asked about where it cannot be seen.
 */
export function settle(job: Job, result: ProbeResult): Settlement {
  const evidence = `card ${result.card}, fed since intent ${shown(result.fedSinceIntent)}, panels since intent ${shown(result.panelsSinceIntent)}`;
  const afterwards = job.fate.kind === 'reject' ? job.fate.afterwards : 'go-on';
  const reason = job.fate.kind === 'reject' ? job.fate.reason : 'PRODUCTION-INTERRUPTED';
  const lastDone = job.at > 0 ? (job.steps[job.at - 1]?.name ?? null) : null;
  /** The step that was begun and is not known to have succeeded. */
  const begun = job.intent === 'none' ? null : (job.steps[job.at]?.name ?? null);
  const open = job.intent === 'open' ? begun : null;
  const good = { kind: 'end', disposition: 'good', reason: 'as-planned', afterwards: 'go-on' } as const;
  const rejected = { kind: 'end', disposition: 'rejected', reason, afterwards } as const;

  // All steps were done and committed; only the end of the attempt was not written.
  if (lastDone === 'eject') return { ...good, found: 'happened', evidence };
  if (lastDone === 'reject') return { ...rejected, found: 'happened', evidence };

  // The feeder gave nothing: whatever is inside, if anything, is not this attempt's blank.
  const nothingFed =
    (begun === null && lastDone === null && job.fate.kind === 'make') ||
    (begun === 'feed' && result.fedSinceIntent === 0);
  if (nothingFed && result.card === 'inside') {
    return { kind: 'ask', fault: { code: 'PRODUCTION-OTHER-CARD', details: {} }, found: 'did-not-happen', evidence };
  }
  if (nothingFed) {
    return {
      kind: 'end',
      disposition: 'returned',
      reason: 'PRODUCTION-NOT-FED',
      // A feeder that gives nothing again is met by the run, which counts (`BatchRun.claim`).
      afterwards: 'go-on',
      found: 'did-not-happen',
      evidence,
    };
  }

  switch (result.card) {
    case 'unknown':
      return { kind: 'ask', fault: { code: 'PRODUCTION-CARD-UNKNOWN', details: {} }, found: 'unknown', evidence };
    case 'inside': {
      const found: Found =
        open === 'feed' ? 'happened' : open === 'eject' || open === 'reject' ? 'did-not-happen' : 'unknown';
      return { kind: 'reject', reason, afterwards, found, evidence };
    }
    case 'none':
      // Ejecting prints the last panel: a card that left without it was taken out by hand.
      if (open === 'eject' && result.panelsSinceIntent !== 0) return { ...good, found: 'happened', evidence };
      if (open === 'reject') return { ...rejected, found: 'happened', evidence };
      return { kind: 'ask', fault: { code: 'PRODUCTION-CARD-GONE', details: {} }, found: 'unknown', evidence };
  }
}

function shown(count: number | null): string {
  return count === null ? 'unknown' : String(count);
}
