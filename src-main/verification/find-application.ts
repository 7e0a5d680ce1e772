import { equalBytes, fromHex, latin1 } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { expectStatus } from '#shared/protocols/apdu/response-apdu.ts';
import {
  paymentSystemEnvironment,
  readRecord,
  selectPaymentApplication,
} from '#shared/protocols/emv/application-commands.ts';
import {
  parseApplicationControl,
  parseContactDirectoryControl,
  parseContactDirectoryRecord,
  parseContactlessDirectory,
  type DirectoryEntry,
} from '#shared/protocols/emv/application-selection.ts';
import type { ChipReading } from './chip-reading.ts';
import { ask, exchange } from './proof-exchange.ts';

/** Status words by which a card says that no record, and no other application of that name, is there. EMV Book 1 v4.4 §12.3.2, §12.3.3. */
const noRecord = 0x6a83;
const noApplication = 0x6a82;
/** More applications than a card can have within reason: a card that never comes to an end is none. */
const mostOccurrences = 16;

/** CARD-ANSWER unless the contact directory, read record by record, names the application. EMV Book 1 v4.4 §12.3.2. */
export function* findInContactDirectory(application: string, reading: ChipReading): Dialogue<void> {
  const select = selectPaymentApplication(paymentSystemEnvironment.contact);
  const shortFileIdentifier = parseContactDirectoryControl(yield* exchange(reading, select, 'SELECT the directory'));
  const entries: DirectoryEntry[] = [];
  for (let record = 1; record <= 255; record++) {
    const label = 'READ RECORD of the directory';
    const answer = yield* ask(reading, readRecord({ shortFileIdentifier, record }), label);
    if (answer.statusWord === noRecord) break;
    entries.push(...parseContactDirectoryRecord(expectStatus(answer, label)));
  }
  requireEntry(entries, application, paymentSystemEnvironment.contact);
}

/** CARD-ANSWER unless the contactless directory names the application. EMV Contactless Book B v2.6 §3.3. */
export function* findInContactlessDirectory(application: string, reading: ChipReading): Dialogue<void> {
  const select = selectPaymentApplication(paymentSystemEnvironment.contactless);
  const entries = parseContactlessDirectory(yield* exchange(reading, select, 'SELECT the directory'));
  requireEntry(entries, application, paymentSystemEnvironment.contactless);
}

function requireEntry(entries: readonly DirectoryEntry[], application: string, directory: Uint8Array): void {
  const named = entries.filter(({ aid }) => equalBytes(aid, fromHex(application))).length;
  if (named === 1) return;
  const reason = named === 0 ? 'it does not name the application' : `it names the application ${named} times`;
  throw new StationFault('CARD-ANSWER', { command: `SELECT ${latin1(directory)}`, reason });
}

/**
 * Finds the application as a terminal does that knows only the beginning of its name: SELECT by all but the last byte, first and next occurrence until
 * there is none. The application must be among those found, once. A card that finds whole names only is asked by the whole name.
 * CARD-ANSWER, CARD-STATUS. EMV Book 1 v4.4 §12.3.3, §12.3.5.
 */
export function* findByAidList(application: string, reading: ChipReading): Dialogue<void> {
  const name = fromHex(application);
  // A name has 5 bytes at least (ISO/IEC 7816-4 §12.2.3.4): a shorter beginning is no name of a terminal's list.
  const beginning = name.length > 5 ? name.slice(0, -1) : name;
  const found = yield* occurrences(beginning, reading);
  const all = found.length === 0 ? yield* occurrences(name, reading) : found;
  const own = all.filter((one) => equalBytes(one, name)).length;
  if (own === 1) return;
  const reason =
    own === 0 ? 'it does not find the application by its name' : `it finds the application ${own} times by its name`;
  throw new StationFault('CARD-ANSWER', { command: 'SELECT by the list of names', reason });
}

/** The names that SELECT answers with for this beginning, in the card's order. */
function* occurrences(beginning: Uint8Array, reading: ChipReading): Dialogue<readonly Uint8Array[]> {
  const names: Uint8Array[] = [];
  for (let count = 0; count < mostOccurrences; count++) {
    const occurrence = count === 0 ? 'first' : 'next';
    const label = `SELECT by a list of names, ${occurrence}`;
    const answer = yield* ask(reading, selectPaymentApplication(beginning, occurrence), label);
    if (answer.statusWord === noApplication) return names;
    names.push(parseApplicationControl(expectStatus(answer, label)).aid);
  }
  const reason = `it finds more than ${mostOccurrences} applications`;
  throw new StationFault('CARD-ANSWER', { command: 'SELECT by a list of names', reason });
}
