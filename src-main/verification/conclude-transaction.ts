import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { ChipApplication } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { getApplicationData } from '#shared/protocols/emv/application-commands.ts';
import { parseCryptogramAnswer, parseTransactionCounter } from '#shared/protocols/emv/cryptogram-answer.ts';
import { cryptogramCodes, externalAuthenticate, generateAc } from '#shared/protocols/emv/cryptogram-commands.ts';
import { fillDataObjectList } from '#shared/protocols/emv/fill-data-object-list.ts';
import { parseDol } from '#shared/protocols/tlv/data-object-list.ts';
import type { ChipReading } from './chip-reading.ts';
import type { ProofFinding, ProofSubject } from './port.ts';
import { exchange } from './proof-exchange.ts';
import { proveCryptogram } from './prove-cryptogram.ts';
import { terminalData } from './terminal-data.ts';

const secondList = 0x8d;
/** Nothing is approved, no counter, try or flag is set: CSU of zeros. EMV Book 3 v4.4 Annex C10, Table CCD 11. */
const declines = new Uint8Array(4);
/** 8A of a declined transaction, two characters. ISO 8583 response code 05. */
const declined = fromHex('3035');

/**
 * What ends the transaction of a proof, once its cryptogram was found right: the issuer's own answer, which declines, and the card's second
 * cryptogram, an AAC. After it the card remembers no transaction that is not completed. EMV Book 3 v4.4 §6.5.4, §10.9, §10.11.
 */
export function* declineOnline(
  { proof }: Pick<ChipApplication, 'proof'>,
  reading: ChipReading,
  cryptogram: Uint8Array,
  card: ProofSubject,
): Dialogue<readonly ProofFinding[]> {
  const { chip } = card.plan;
  const station = chip.kind === 'none' ? null : chip.station;
  const { cryptogram: first } = reading;
  if (station === null || first === null) return [];
  const { transactionCounter } = first.answer;
  const answer = yield {
    kind: 'response-cryptogram',
    imkAc: station.cardKeys.imkAc,
    option: station.derivation,
    transactionCounter,
    cryptogram,
    cardStatusUpdate: declines,
  };
  yield* exchange(reading, externalAuthenticate(concatBytes(answer, declines)), 'EXTERNAL AUTHENTICATE');
  const [list] = reading.find(secondList);
  if (list === undefined) throw new StationFault('CARD-TLV-MISSING', { where: 'the records', tag: '8D' });
  const entries = parseDol(list.value);
  const filled = fillDataObjectList(entries, new Map([...terminalData(proof.transaction), [0x8a, declined]]));
  const said = yield* exchange(reading, generateAc('aac', 'none', filled), 'the second GENERATE AC');
  const second = { list: entries, filled, answer: parseCryptogramAnswer(said) };
  reading.second = second;
  const wrong = (item: string, text: string): ProofFinding => ({ code: 'PROOF-CRYPTOGRAM', item, text });
  if (second.answer.information !== cryptogramCodes.aac)
    return [wrong('9f27', 'The issuer declined and the card does not answer an AAC.')];
  if (second.answer.proof.kind === 'signature') return [wrong('9f4b', 'The card signed an AAC, which no card does.')];
  return yield* proveCryptogram(reading, second, second.answer.proof.cryptogram, card);
}

/** Reads the transaction counter as it stands on the card after all else. EMV Book 3 v4.4 §6.5.7. */
export function* readCounter(reading: ChipReading): Dialogue<void> {
  const answer = yield* exchange(reading, getApplicationData(0x9f36), 'GET DATA, transaction counter');
  reading.transactionCounter = parseTransactionCounter(answer);
}
