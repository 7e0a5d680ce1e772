import { equalBytes, fromHex, latin1 } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { ChipApplication } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus } from '#shared/protocols/apdu/response-apdu.ts';
import {
  getProcessingOptions,
  paymentSystemEnvironment,
  readRecord,
  selectPaymentApplication,
} from '#shared/protocols/emv/application-commands.ts';
import {
  parseApplicationControl,
  parseApplicationRecord,
  parseContactDirectoryControl,
  parseContactDirectoryRecord,
  parseContactlessDirectory,
  type DirectoryEntry,
} from '#shared/protocols/emv/application-selection.ts';
import { listRecords, type RecordAddress } from '#shared/protocols/emv/file-locator.ts';
import { fillDataObjectList } from '#shared/protocols/emv/fill-data-object-list.ts';
import { parseProcessingOptions } from '#shared/protocols/emv/processing-options.ts';
import { parseTlvs } from '#shared/protocols/tlv/ber-tlv.ts';
import type { DolEntry } from '#shared/protocols/tlv/data-object-list.ts';
import { type ChipReading, recordName } from './chip-reading.ts';

/** What the proof says of its own terminal when a card's PDOL asks; all else is zero (EMV Book 3 v4.4 §5.4, annex A). */
const terminalData: ReadonlyMap<number, Uint8Array> = new Map([
  // Attended, merchant, online only
  [0x9f35, fromHex('21')],
  // Capabilities: chip contact, no verification of the holder, static and dynamic authentication
  [0x9f33, fromHex('2000e8')],
  // Terminal transaction qualifiers: EMV contact and contactless reader, online capable
  [0x9f66, fromHex('36000000')],
]);

function* exchange(reading: ChipReading, command: CommandApdu, label: string): Dialogue<Uint8Array> {
  const answer = decodeResponse(yield { kind: 'exchange', command: encodeCommand(command), label });
  const data = expectStatus(answer, label);
  reading.addAnswer(data);
  return data;
}

/**
 * Reads one application of a card as a terminal does, by the product's own sequence and nothing else; authenticates to nobody and tries no PIN.
 *
 * Fills the reading that it is given, so that what was read before a fault is still there. CARD-STATUS, CARD-ANSWER, CARD-TLV,
 * CARD-TLV-MISSING when the card does not answer as a personalised card must, CARD-GONE when it does not answer at all.
 * EMV Book 1 v4.4 §12, Book 3 v4.4 §10.1, §10.2.
 */
export function* readChip(chip: Pick<ChipApplication, 'application' | 'proof'>, reading: ChipReading): Dialogue<void> {
  let pdol: readonly DolEntry[] = [];
  let addresses: readonly RecordAddress[] = chip.proof.records.map(({ sfi, number }) => ({
    shortFileIdentifier: sfi,
    record: number,
    coverage: 'unsigned',
  }));
  for (const step of chip.proof.sequence) {
    switch (step) {
      case 'contact-directory':
        requireEntry(yield* readContactDirectory(reading), chip, paymentSystemEnvironment.contact);
        break;
      case 'contactless-directory':
        requireEntry(yield* readContactlessDirectory(reading), chip, paymentSystemEnvironment.contactless);
        break;
      case 'select': {
        const label = 'SELECT the application';
        const data = yield* exchange(reading, selectPaymentApplication(fromHex(chip.application)), label);
        const control = parseApplicationControl(data);
        reading.addObjects(control.objects, 'the answer to SELECT');
        pdol = control.pdol;
        break;
      }
      case 'get-processing-options': {
        const command = getProcessingOptions(fillDataObjectList(pdol, terminalData));
        const data = yield* exchange(reading, command, 'GET PROCESSING OPTIONS');
        addresses = listRecords(parseProcessingOptions(data).fileLocator);
        reading.addObjects(parseTlvs(data, { padding: 'skip-zero' }), 'the answer to GET PROCESSING OPTIONS');
        break;
      }
      case 'read-records':
        yield* readRecords(reading, addresses);
        break;
    }
  }
}

/** The records that the card itself names, in its order; without processing options those of the product. */
function* readRecords(reading: ChipReading, addresses: readonly RecordAddress[]): Dialogue<void> {
  for (const address of addresses) {
    const record = { sfi: address.shortFileIdentifier, number: address.record };
    const bytes = yield* exchange(reading, readRecord(address), `READ RECORD, ${recordName(record)}`);
    reading.records.push({ ...record, bytes });
    reading.addObjects(parseApplicationRecord(bytes), recordName(record));
  }
}

function* readContactDirectory(reading: ChipReading): Dialogue<readonly DirectoryEntry[]> {
  const select = selectPaymentApplication(paymentSystemEnvironment.contact);
  const shortFileIdentifier = parseContactDirectoryControl(yield* exchange(reading, select, 'SELECT the directory'));
  const entries: DirectoryEntry[] = [];
  // EMV Book 1 v4.4 §12.3.2: record by record until there is no more.
  for (let record = 1; record <= 255; record++) {
    const command = encodeCommand(readRecord({ shortFileIdentifier, record }));
    const answer = decodeResponse(yield { kind: 'exchange', command, label: 'READ RECORD of the directory' });
    if (answer.statusWord === 0x6a83) break;
    const data = expectStatus(answer, 'READ RECORD of the directory');
    reading.addAnswer(data);
    entries.push(...parseContactDirectoryRecord(data));
  }
  return entries;
}

function* readContactlessDirectory(reading: ChipReading): Dialogue<readonly DirectoryEntry[]> {
  const select = selectPaymentApplication(paymentSystemEnvironment.contactless);
  return parseContactlessDirectory(yield* exchange(reading, select, 'SELECT the directory'));
}

function requireEntry(
  entries: readonly DirectoryEntry[],
  chip: Pick<ChipApplication, 'application'>,
  directory: Uint8Array,
): void {
  const application = fromHex(chip.application);
  if (entries.some(({ aid }) => equalBytes(aid, application))) return;
  const reason = 'it does not name the application';
  throw new StationFault('CARD-ANSWER', { command: `SELECT ${latin1(directory)}`, reason });
}
