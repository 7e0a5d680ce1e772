import { fromHex } from '#shared/bytes/bytes.ts';
import type { ProofTransaction } from '#shared/domain/chip-proof.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { ChipApplication } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import {
  getProcessingOptions,
  readRecord,
  selectPaymentApplication,
} from '#shared/protocols/emv/application-commands.ts';
import { parseApplicationControl, parseApplicationRecord } from '#shared/protocols/emv/application-selection.ts';
import { parseCryptogramAnswer, parseSignedDynamicData } from '#shared/protocols/emv/cryptogram-answer.ts';
import { generateAc, internalAuthenticate } from '#shared/protocols/emv/cryptogram-commands.ts';
import { listRecords, type RecordAddress } from '#shared/protocols/emv/file-locator.ts';
import { fillDataObjectList } from '#shared/protocols/emv/fill-data-object-list.ts';
import { parseProcessingOptions } from '#shared/protocols/emv/processing-options.ts';
import { parseDol, type DolEntry } from '#shared/protocols/tlv/data-object-list.ts';
import { type ChipReading, recordName } from './chip-reading.ts';
import { findByAidList, findInContactDirectory, findInContactlessDirectory } from './find-application.ts';
import { exchange } from './proof-exchange.ts';
import { terminalData } from './terminal-data.ts';

const dynamicList = 0x9f49;
const firstList = 0x8c;
/** What a terminal sends where the card has no list of its own for its dynamic signature: the unpredictable number. EMV Book 2 v4.4 §6.5.1. */
const defaultDynamicList: readonly DolEntry[] = [{ tag: 0x9f37, length: 4 }];

/**
 * Reads one application of a card as a terminal does, by the product's own sequence and nothing else; authenticates to nobody and tries no PIN.
 *
 * Fills the reading that it is given, so that what was read before a fault is still there. CARD-STATUS, CARD-ANSWER, CARD-TLV,
 * CARD-TLV-MISSING when the card does not answer as a personalised card must, CARD-GONE when it does not answer at all. GET PROCESSING OPTIONS
 * raises the card's transaction counter; what GENERATE AC leaves behind is the product's choice.
 * EMV Book 1 v4.4 §12, Book 2 v4.4 §6.5, Book 3 v4.4 §6.5, §10.1, §10.2.
 */
export function* readChip(
  chip: Pick<ChipApplication, 'application' | 'proof'>,
  reading: ChipReading,
): Dialogue<readonly []> {
  const { application, proof } = chip;
  const values = terminalData(proof.transaction);
  let pdol: readonly DolEntry[] = [];
  let addresses: readonly RecordAddress[] = proof.records.map(({ sfi, number }) => ({
    shortFileIdentifier: sfi,
    record: number,
    coverage: 'unsigned',
  }));
  for (const step of proof.sequence) {
    switch (step) {
      case 'contact-directory':
        yield* findInContactDirectory(application, reading);
        break;
      case 'contactless-directory':
        yield* findInContactlessDirectory(application, reading);
        break;
      case 'aid-list':
        yield* findByAidList(application, reading);
        break;
      case 'select': {
        const label = 'SELECT the application';
        const data = yield* exchange(reading, selectPaymentApplication(fromHex(application)), label);
        const control = parseApplicationControl(data);
        reading.addObjects(control.objects, 'the answer to SELECT');
        pdol = control.pdol;
        break;
      }
      case 'get-processing-options': {
        reading.optionsData = fillDataObjectList(pdol, values);
        const data = yield* exchange(reading, getProcessingOptions(reading.optionsData), 'GET PROCESSING OPTIONS');
        const { interchangeProfile, fileLocator, objects } = parseProcessingOptions(data);
        addresses = listRecords(fileLocator);
        reading.interchangeProfile = interchangeProfile;
        reading.addObjects(objects, 'the answer to GET PROCESSING OPTIONS');
        break;
      }
      case 'read-records':
        yield* readRecords(reading, addresses);
        break;
      case 'internal-authenticate': {
        const list = listOf(reading, dynamicList) ?? defaultDynamicList;
        const data = fillDataObjectList(list, values);
        const answer = yield* exchange(reading, internalAuthenticate(data), 'INTERNAL AUTHENTICATE');
        reading.dynamic = { data, signature: parseSignedDynamicData(answer) };
        break;
      }
      case 'generate-ac':
        yield* askCryptogram(reading, proof.transaction, values);
        break;
      // What comes after the cryptogram waits until it is found right: `conclude-transaction.ts`.
      case 'decline-online':
      case 'read-counter':
        break;
    }
  }
  return [];
}

/** The records that the card itself names, in its order; without processing options those of the product. */
function* readRecords(reading: ChipReading, addresses: readonly RecordAddress[]): Dialogue<void> {
  for (const address of addresses) {
    const record = { sfi: address.shortFileIdentifier, number: address.record };
    const bytes = yield* exchange(reading, readRecord(address), `READ RECORD, ${recordName(record)}`);
    reading.records.push({ ...record, bytes });
    reading.addObjects(parseApplicationRecord(bytes), recordName(record));
  }
  reading.recordsRead = 'all';
}

/** GENERATE AC, the first of a transaction and the only one: the card's own list is filled as the product says. EMV Book 3 v4.4 §9.2.1, §10.8. */
function* askCryptogram(
  reading: ChipReading,
  transaction: ProofTransaction | undefined,
  values: ReadonlyMap<number, Uint8Array>,
): Dialogue<void> {
  const list = listOf(reading, firstList);
  if (transaction === undefined) return;
  if (list === null) throw new StationFault('CARD-TLV-MISSING', { where: 'the records', tag: '8C' });
  const filled = fillDataObjectList(list, values);
  const { cryptogram, cda } = transaction;
  const answer = yield* exchange(reading, generateAc(cryptogram, cda, filled), 'GENERATE AC');
  reading.cryptogram = { list, filled, answer: parseCryptogramAnswer(answer) };
}

/** A data object list that the card gave, or null. CARD-TLV where it is none. */
function listOf(reading: ChipReading, tag: number): readonly DolEntry[] | null {
  const [found] = reading.find(tag);
  return found === undefined ? null : parseDol(found.value);
}
