import { StationFault } from '../../faults/station-fault.ts';

/** What a card says of itself when a channel is opened; its option i it does not say. GPC_SPE_034 v2.3.1 §E.5.1.6. */
export interface Scp02InitializeUpdate {
  /** 10 bytes from which the card's own keys are derived. */
  readonly keyDiversificationData: Uint8Array;
  readonly keyVersion: number;
  /** 2 bytes; session keys hang on it. */
  readonly sequenceCounter: Uint8Array;
  /** 6 bytes. */
  readonly cardChallenge: Uint8Array;
  /** 8 bytes. */
  readonly cardCryptogram: Uint8Array;
}

/** Bytes of the answer's data. */
const answerLength = 28;

function refuse(reason: string): never {
  throw new StationFault('CARD-ANSWER', { command: 'INITIALIZE UPDATE', reason });
}

/**
 * Reads the data of the answer: 10 bytes diversification data, key version, 02, counter (2), challenge (6), cryptogram (8).
 * CARD-ANSWER when the protocol is another or the length is not 28. GPC_SPE_034 v2.3.1 §E.5.1.6.
 */
export function parseScp02InitializeUpdate(data: Uint8Array): Scp02InitializeUpdate {
  const [keyVersion, protocol] = data.subarray(10, 12);
  if (keyVersion === undefined || protocol === undefined) return refuse('shorter than 12 bytes');
  if (protocol !== 0x02) return refuse(`secure channel protocol ${protocol} instead of 2`);
  if (data.length !== answerLength) return refuse(`${data.length} bytes instead of ${answerLength}`);
  return {
    keyDiversificationData: data.slice(0, 10),
    keyVersion,
    sequenceCounter: data.slice(12, 14),
    cardChallenge: data.slice(14, 20),
    cardCryptogram: data.slice(20),
  };
}
