import { equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { getStatus, setStatus, statusScope } from '#shared/protocols/globalplatform/card-commands.ts';
import {
  cardLifeCycle,
  describeApplicationLifeCycle,
  describeCardLifeCycle,
  lockedBit,
} from '#shared/protocols/globalplatform/life-cycle.ts';
import { parseRegistryEntries, type RegistryEntry } from '#shared/protocols/globalplatform/registry-entry.ts';
import { askSecurely } from './secure-exchange.ts';

/** Bits that every application has from SELECTABLE on. GPC_SPE_034 v2.3.1 table 11-4. */
const selectableBits = 0x07;

/**
 * Asks the registry for each application that was committed: it must be in the state that the product names, or at least selectable and not
 * locked. Does not change the card. CARD-END-STATE, CARD-ANSWER, CARD-STATUS. GPC_SPE_034 v2.3.1 §11.4, table 11-4.
 */
export function* requireCommitted(
  applications: readonly { readonly name: string; readonly application: string }[],
  committed: string | null,
): Dialogue<void> {
  for (const { name, application } of applications) {
    const aid = fromHex(application);
    const label = `GET STATUS of the application, ${name}`;
    const answer = yield* askSecurely(getStatus(statusScope.applications, 'first', aid), label);
    const entry = requireEntry(parseRegistryEntries(answer), (one) => equalBytes(one.aid, aid), label);
    const isLocked = (entry.lifeCycle & lockedBit) !== 0;
    const fits =
      committed === null
        ? !isLocked && (entry.lifeCycle & selectableBits) === selectableBits
        : entry.lifeCycle === Number.parseInt(committed, 16);
    if (fits) continue;
    throw new StationFault('CARD-END-STATE', {
      subject: `the ${name} application`,
      found: describeApplicationLifeCycle(entry.lifeCycle),
      expected: committed === null ? 'SELECTABLE' : describeApplicationLifeCycle(Number.parseInt(committed, 16)),
    });
  }
}

/**
 * Sets the card to SECURED, step by step from the state that it is in, and asks it what it is then. Irreversible. CARD-STATUS when the card
 * refuses, CARD-END-STATE when it says another state afterwards, or one from which there is no way. GPC_SPE_034 v2.3.1 §5.1.1, §11.10.
 */
export function* secureCard(): Dialogue<void> {
  const { opReady, initialized, secured } = cardLifeCycle;
  const before = yield* readCardLifeCycle();
  if (before === opReady)
    yield* askSecurely(setStatus({ kind: 'card' }, initialized), 'SET STATUS of the card, INITIALIZED');
  if (before === opReady || before === initialized)
    yield* askSecurely(setStatus({ kind: 'card' }, secured), 'SET STATUS of the card, SECURED');
  const after = before === secured ? before : yield* readCardLifeCycle();
  if (after === secured) return;
  const found = describeCardLifeCycle(after);
  throw new StationFault('CARD-END-STATE', { subject: 'the card', found, expected: 'SECURED' });
}

function* readCardLifeCycle(): Dialogue<number> {
  const label = 'GET STATUS of the card manager';
  const entries = parseRegistryEntries(yield* askSecurely(getStatus(statusScope.issuerSecurityDomain), label));
  return requireEntry(entries, () => true, label).lifeCycle;
}

function requireEntry(
  entries: readonly RegistryEntry[],
  isWanted: (entry: RegistryEntry) => boolean,
  command: string,
): RegistryEntry {
  const entry = entries.find(isWanted);
  if (entry === undefined) throw new StationFault('CARD-ANSWER', { command, reason: 'it names no such entry' });
  return entry;
}
