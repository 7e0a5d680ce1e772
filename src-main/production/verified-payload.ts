import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { Verdict } from '../verification/port.ts';

/** What the journal holds of the proof of one part of a card: the chip's transaction counter and checks where there are any. */
export function verifiedPayload(verdict: Verdict): EventPayload<'attempt.verified'> {
  const { part, findings, readDigest, transactionCounter, checks } = verdict;
  return {
    part,
    verdict: verdict.verdict,
    findings: [...findings],
    readDigest,
    ...(transactionCounter === null ? {} : { transactionCounter }),
    ...(checks.length === 0 ? {} : { checks: [...checks] }),
  };
}
