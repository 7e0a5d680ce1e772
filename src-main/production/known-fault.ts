import { StationFault } from '#shared/faults/station-fault.ts';
import type { KnownFault } from './line-state.ts';

/**
 * A fault of the catalogue stays itself; a missed deadline gets its name; anything else is unexpected and asks a person.
 * Faults of the journal are never taken for faults of a card: they are thrown again.
 */
export function knownFault(thrown: unknown): KnownFault {
  if (thrown instanceof StationFault) {
    if (thrown.code.startsWith('JOURNAL-')) throw thrown;
    return { code: thrown.code, details: thrown.details };
  }
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError')
    return { code: 'PRODUCTION-DEADLINE', details: {} };
  return { code: 'PRODUCTION-UNEXPECTED', details: { what: thrown instanceof Error ? thrown.name : typeof thrown } };
}
