import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { DolEntry } from '../tlv/data-object-list.ts';

/** The terminal's data that a CCD cryptogram is made over, in this order whatever the order of the card's list. EMV 4.4 Book 2 §8.1, Table CCD 3. */
const cryptogramOrder = [0x9f02, 0x9f03, 0x9f1a, 0x95, 0x5f2a, 0x9a, 0x9c, 0x9f37] as const;

/** What the issuer application data of a CCD card must begin with: its length, and format A with Triple DES. EMV 4.4 Book 3 Annex C9.2. */
const issuerDataLength = 32;
const formatAWithTdes = 0xa5;

/** CARD-ANSWER unless issuer application data are those of a CCD card, format A, cryptogram version 5. EMV 4.4 Book 3 Annex C9.2. */
export function demandCommonCoreData(issuerData: Uint8Array): void {
  const refuse = (reason: string) => {
    throw new StationFault('CARD-ANSWER', { command: 'GENERATE AC', reason });
  };
  if (issuerData.length !== issuerDataLength) refuse('9F10 is not 32 bytes');
  if (issuerData[0] !== 0x0f || issuerData[16] !== 0x0f) refuse('9F10 is not in two halves of 15 bytes');
  if (issuerData[1] !== formatAWithTdes) refuse('9F10 is not of format A with cryptogram version 5');
}

/** The values that a filled list holds, one after the other, in the cryptogram's order; what the list does not ask for contributes nothing. */
function inOrder(list: readonly DolEntry[], filled: Uint8Array): Uint8Array {
  const values = new Map<number, Uint8Array>();
  let at = 0;
  for (const { tag, length } of list) {
    values.set(tag, filled.subarray(at, at + length));
    at += length;
  }
  return concatBytes(...cryptogramOrder.map((tag) => values.get(tag) ?? new Uint8Array(0)));
}

/**
 * All that a CCD card computes a cryptogram over, without padding: the terminal's data of this GENERATE AC, interchange profile (82, 2 bytes), transaction
 * counter (9F36, 2 bytes) and issuer application data (9F10, 32 bytes). EMV 4.4 Book 2 §8.1.1, Table CCD 3.
 */
export function commonCoreCryptogramData(transaction: {
  readonly list: readonly DolEntry[];
  readonly filled: Uint8Array;
  readonly interchangeProfile: Uint8Array;
  readonly transactionCounter: Uint8Array;
  readonly issuerData: Uint8Array;
}): Uint8Array<ArrayBuffer> {
  const { list, filled, interchangeProfile, transactionCounter, issuerData } = transaction;
  return concatBytes(inOrder(list, filled), interchangeProfile, transactionCounter, issuerData);
}
