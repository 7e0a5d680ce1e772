import { equalBytes } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { commonCoreCryptogramData, demandCommonCoreData } from '#shared/protocols/emv/common-core.ts';
import type { AskedCryptogram, ChipReading } from './chip-reading.ts';
import type { ProofFinding, ProofSubject } from './port.ts';

const right = Uint8Array.of(1);

function wrong(text: string): ProofFinding {
  return { code: 'PROOF-CRYPTOGRAM', item: '9f26', text };
}

/**
 * Has the key store recompute the cryptogram of a reading from the issuer's master key and say whether it is this card's. The faults of the key port: a key that does
 * not answer is no verdict on a card. EMV 4.4 Book 2 §8.1.
 */
export function* proveCryptogram(
  { interchangeProfile }: Pick<ChipReading, 'interchangeProfile'>,
  read: AskedCryptogram,
  cryptogram: Uint8Array,
  card: ProofSubject,
): Dialogue<readonly ProofFinding[]> {
  const { chip } = card.plan;
  const station = chip.kind === 'none' ? null : chip.station;
  if (station === null)
    return [wrong('The card answers a cryptogram, and the product names no key to recompute it with.')];
  const { list, filled, answer } = read;
  const { transactionCounter, issuerData } = answer;
  try {
    demandCommonCoreData(issuerData);
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    return [wrong(describeFault(thrown).text)];
  }
  const verdict = yield {
    kind: 'verify-cryptogram',
    imkAc: station.cardKeys.imkAc,
    option: station.derivation,
    transactionCounter,
    data: commonCoreCryptogramData({ list, filled, interchangeProfile, transactionCounter, issuerData }),
    cryptogram,
  };
  if (equalBytes(verdict, right)) return [];
  return [wrong('The cryptogram is not the one that the issuer’s key gives for this card and transaction.')];
}
