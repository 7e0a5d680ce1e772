import { concatBytes, equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { ChipProof } from '#shared/domain/chip-proof.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { recoverCombinedSignature, recoverDynamicSignature } from '#shared/protocols/emv/certificates/dynamic-data.ts';
import { cryptogramCodes } from '#shared/protocols/emv/cryptogram-commands.ts';
import type { RsaPublicKey } from '#shared/protocols/rsa-ciphers.ts';
import { nodeRsa } from '../platform/node-rsa.ts';
import type { ChipReading } from './chip-reading.ts';
import type { ProofFinding } from './port.ts';

function wrong(item: string, text: string): ProofFinding {
  return { code: 'PROOF-SIGNATURE', item, text };
}

/** What is wrong with a signature becomes a finding. */
function open<Value>(item: string, findings: ProofFinding[], recover: () => Value): Value | null {
  try {
    return recover();
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    findings.push(wrong(item, describeFault(thrown).text));
    return null;
  }
}

/**
 * The signature of INTERNAL AUTHENTICATE under the card's own key, as its certificate says it: over what the terminal sent.
 * EMV 4.4 Book 2 §6.5.2.
 */
export function compareDynamicSignature(reading: ChipReading, card: RsaPublicKey | null): readonly ProofFinding[] {
  const { dynamic } = reading;
  if (dynamic === null) return [];
  if (card === null) return [wrong('9f4b', 'The card signed dynamic data, and no certificate proves its key.')];
  const findings: ProofFinding[] = [];
  open('9f4b', findings, () => recoverDynamicSignature(dynamic.signature, dynamic.data, card, nodeRsa));
  return findings;
}

/** The cryptogram of a reading, wherever it stood, and what is wrong with the answer that held it. */
export interface ComparedCryptogram {
  readonly findings: readonly ProofFinding[];
  /** Null where a signature that holds it did not open. */
  readonly cryptogram: Uint8Array | null;
}

/**
 * Looks at the answer to GENERATE AC: it must be the cryptogram that was asked for, signed where that was asked, the signature over all that went
 * between terminal and card in this transaction. EMV 4.4 Book 2 §6.6.2, Book 3 §6.5.5.4.
 */
export function compareCryptogramAnswer(
  reading: ChipReading,
  { transaction }: Pick<ChipProof, 'transaction'>,
  card: RsaPublicKey | null,
): ComparedCryptogram {
  const { cryptogram: read, optionsData } = reading;
  if (read === null || transaction === undefined) return { findings: [], cryptogram: null };
  const { information, proof } = read.answer;
  const findings: ProofFinding[] = [];
  if (information !== cryptogramCodes[transaction.cryptogram]) {
    const asked = transaction.cryptogram.toUpperCase();
    findings.push(wrong('9f27', `The card was asked for an ${asked} and answers ${nameOf(information)}.`));
  }
  if (proof.kind === 'cryptogram') {
    if (transaction.cda === 'asked')
      findings.push(wrong('9f4b', 'The card was asked to sign its cryptogram and did not.'));
    return { findings, cryptogram: proof.cryptogram };
  }
  if (transaction.cda === 'none') findings.push(wrong('9f4b', 'The card signed its cryptogram and was not asked to.'));
  if (card === null) {
    findings.push(wrong('9f4b', 'The card signed its cryptogram, and no certificate proves its key.'));
    return { findings, cryptogram: null };
  }
  const context = {
    unpredictableNumber: fromHex(transaction.unpredictableNumber),
    transactionData: concatBytes(optionsData, read.filled, proof.others),
    cryptogramInformation: information,
  };
  const opened = open('9f4b', findings, () => recoverCombinedSignature(proof.signature, context, card, nodeRsa));
  return { findings, cryptogram: opened?.cryptogram ?? null };
}

/** Bits 8 and 7 of the cryptogram information data; the low bits are reason codes and advice. EMV 4.4 Book 3 table 15. */
function nameOf(information: number): string {
  const [type] = Object.entries(cryptogramCodes).find(([, code]) => code === (information & 0xc0)) ?? ['no cryptogram'];
  return (information & 0x3f) === 0 ? `an ${type.toUpperCase()}` : `an ${type.toUpperCase()} with a remark`;
}

/** The counter that GET DATA says must be the one of the cryptogram: nothing else has begun a transaction since. EMV 4.4 Book 3 §6.5.7. */
export function compareCounter(reading: ChipReading): readonly ProofFinding[] {
  const { second, transactionCounter } = reading;
  const cryptogram = second ?? reading.cryptogram;
  if (cryptogram === null || transactionCounter === null) return [];
  const said = Uint8Array.of(transactionCounter >> 8, transactionCounter & 255);
  if (equalBytes(said, cryptogram.answer.transactionCounter)) return [];
  const text = 'The transaction counter read after the transaction is not the one of its cryptogram.';
  return [{ code: 'PROOF-COUNTER', item: '9f36', text }];
}
