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
  const evidence = `card ${result.card}, fed since intent ${result.fedSinceIntent === null ? 'unknown' : String(result.fedSinceIntent)}`;
  const afterwards = job.fate.kind === 'reject' ? job.fate.afterwards : 'go-on';
  const reason = job.fate.kind === 'reject' ? job.fate.reason : 'PRODUCTION-INTERRUPTED';
  const lastDone = job.at > 0 ? (job.steps[job.at - 1]?.name ?? null) : null;
  const open = job.intent === 'open' ? (job.steps[job.at]?.name ?? null) : null;
  const good = { kind: 'end', disposition: 'good', reason: 'as-planned', afterwards: 'go-on' } as const;
  const rejected = { kind: 'end', disposition: 'rejected', reason, afterwards } as const;

  // All steps were done and committed; only the end of the attempt was not written.
  if (lastDone === 'eject') return { ...good, found: 'happened', evidence };
  if (lastDone === 'reject') return { ...rejected, found: 'happened', evidence };

  switch (result.card) {
    case 'unknown':
      return { kind: 'ask', fault: { code: 'PRODUCTION-CARD-UNKNOWN', details: {} }, found: 'unknown', evidence };
    case 'inside': {
      const found: Found =
        open === 'feed' ? 'happened' : open === 'eject' || open === 'reject' ? 'did-not-happen' : 'unknown';
      return { kind: 'reject', reason, afterwards, found, evidence };
    }
    case 'none': {
      if (open === 'eject') return { ...good, found: 'happened', evidence };
      if (open === 'reject') return { ...rejected, found: 'happened', evidence };
      const nothingFed =
        (open === 'feed' && result.fedSinceIntent === 0) ||
        (open === null && lastDone === null && job.fate.kind === 'make');
      if (nothingFed) {
        return {
          kind: 'end',
          disposition: 'returned',
          reason: 'PRODUCTION-NOT-FED',
          afterwards,
          found: 'did-not-happen',
          evidence,
        };
      }
      return { kind: 'ask', fault: { code: 'PRODUCTION-CARD-GONE', details: {} }, found: 'unknown', evidence };
    }
  }
}
