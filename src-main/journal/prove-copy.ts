import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { checkOpening } from './check-opening.ts';
import { EntryStore } from './entry-store.ts';
import { openForReading, type DatabasePlace } from './open-database.ts';
import { storageFault } from './sqlite-faults.ts';

/**
 * Proves a copy of the database by reading it: every page under its key, the tail of the chain, and that it ends in exactly this head.
 *
 * JOURNAL-DAMAGED, JOURNAL-WRONG-KEY, JOURNAL-FOREIGN, JOURNAL-BROKEN, JOURNAL-SET-BACK.
 */
export function proveCopy(place: Pick<DatabasePlace, 'file' | 'key'>, station: string, head: ChainHead): void {
  const database = openForReading(place);
  try {
    if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new StationFault('JOURNAL-DAMAGED');
    const found = checkOpening(new EntryStore(database), station, head);
    if (found.entryHash !== head.entryHash) {
      throw new StationFault('JOURNAL-SET-BACK', { found: found.sequence, registered: head.sequence });
    }
  } catch (thrown) {
    throw storageFault(thrown) ?? thrown;
  } finally {
    database.close();
  }
}
