import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import { genesisHash } from '#shared/journal-format/entry.ts';
import { checkRow, describeFinding } from './check-row.ts';
import type { EntryStore } from './entry-store.ts';

/** How many of the last entries are checked before the station starts; `journal verify` checks all. */
const tailLength = 1000;

/**
 * Checks what can be checked at once when a journal is opened: the tail of the chain, that it is this station's, and that the head
 * which the HSM remembers lies in it.
 *
 * JOURNAL-BROKEN, JOURNAL-FOREIGN, JOURNAL-SET-BACK.
 */
export function checkOpening(entries: EntryStore, station: string, headRegister: ChainHead | null): ChainHead {
  const last = entries.head();
  const from = Math.max(1, last.sequence - tailLength + 1);
  const rows = entries.rows(from, tailLength);
  const first = rows[0];
  let head: ChainHead = { sequence: 0, entryHash: genesisHash };
  if (first !== undefined && from > 1) {
    head = { sequence: from - 1, entryHash: Buffer.from(first.previous).toString('hex') };
  }
  for (const row of rows) {
    if (row.station !== station)
      throw new StationFault('JOURNAL-FOREIGN', { why: `it is the journal of ${row.station}` });
    const checked = checkRow(head, row);
    if (checked.kind === 'broken') {
      throw new StationFault('JOURNAL-BROKEN', { sequence: row.sequence, what: describeFinding(checked.finding) });
    }
    head = checked.head;
  }
  if (headRegister !== null) checkRegister(entries, head, headRegister);
  return head;
}

/** Two people may have signed that exactly this head is lost: then the entry that says so stands, though the HSM was not told any more. */
function isResolved(entries: EntryStore, register: ChainHead): boolean {
  const payload = entries.lastOfKind('journal.resolved')?.payload as EventPayload<'journal.resolved'> | undefined;
  const lost = payload?.registered;
  return (
    payload !== undefined &&
    payload.lost > 0 &&
    lost?.sequence === register.sequence &&
    lost.entryHash === register.entryHash
  );
}

/** JOURNAL-SET-BACK when the register is ahead of the journal, JOURNAL-BROKEN when its entry has another hash. */
function checkRegister(entries: EntryStore, head: ChainHead, register: ChainHead): void {
  if (register.sequence > head.sequence) {
    if (isResolved(entries, register)) return;
    throw new StationFault('JOURNAL-SET-BACK', { found: head.sequence, registered: register.sequence });
  }
  const found = register.sequence === 0 ? genesisHash : entries.find(register.sequence)?.entryHash;
  if (found !== register.entryHash && !isResolved(entries, register)) {
    const what = describeFinding({ kind: 'register-differs', sequence: register.sequence });
    throw new StationFault('JOURNAL-BROKEN', { sequence: register.sequence, what });
  }
}
