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

const forPeople = new Set([
  'CMS-JOURNAL-REFUSED',
  'CMS-JOURNAL-AHEAD',
  'CMS-STATION-REVOKED',
  'CMS-CERTIFICATE-REFUSED',
  'CMS-CERTIFICATE',
]);

/**
 * Milliseconds until the next try after so many failures in a row (1 for the first): doubled each time, of which the upper half is by
 * chance, so that many stations do not call a CMS that has come back all at once.
 */
export function retryDelay(failures: number, fault: unknown, times: RetryTimes, randomness: Randomness): number {
  if (fault instanceof StationFault && forPeople.has(fault.code)) return times.hopeless;
  const whole = Math.min(times.longest, times.first * 2 ** Math.min(failures - 1, 20));
  const [high = 0, low = 0] = randomness.bytes(2);
  return Math.round(whole / 2 + (whole / 2) * ((high * 256 + low) / 65_536));
}
