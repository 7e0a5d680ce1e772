import { StationFault } from '#shared/faults/station-fault.ts';
import type { Randomness } from '../platform/randomness.ts';

/** How long to wait between tries, in milliseconds. */
export interface RetryTimes {
  readonly first: number;
  readonly longest: number;
  /** After a refusal that only people can mend. */
  readonly hopeless: number;
}

export const usualRetryTimes: RetryTimes = { first: 1_000, longest: 60_000, hopeless: 300_000 };

/** Longest that a CMS may ask to be left alone: nobody silences a station for a day with one header. */
const longestAsked = 3_600_000;

const forPeople = new Set([
  'CMS-JOURNAL-REFUSED',
  'CMS-JOURNAL-AHEAD',
  'CMS-JOURNAL-DIFFERS',
  'CMS-STATION-REVOKED',
  'CMS-CERTIFICATE-REFUSED',
  'CMS-CERTIFICATE',
]);

/** Milliseconds that the CMS asked for (`Retry-After`), bounded; 0 when it asked for nothing. */
function asked(fault: unknown): number {
  const seconds = fault instanceof StationFault ? Number(fault.details['retryAfter'] ?? 0) : 0;
  return Number.isFinite(seconds) ? Math.min(longestAsked, Math.max(0, seconds * 1_000)) : 0;
}

/**
 * Milliseconds until the next try after so many failures in a row (1 for the first): any time up to a bound that doubles with each failure,
 * so that many stations do not call a CMS that has come back all at once; never sooner than the CMS asked for.
 */
export function retryDelay(failures: number, fault: unknown, times: RetryTimes, randomness: Randomness): number {
  const least = asked(fault);
  if (fault instanceof StationFault && forPeople.has(fault.code)) return Math.max(least, times.hopeless);
  const bound = Math.min(times.longest, times.first * 2 ** Math.min(failures - 1, 20));
  const [high = 0, low = 0] = randomness.bytes(2);
  return Math.round(least + bound * ((high * 256 + low + 1) / 65_536));
}
