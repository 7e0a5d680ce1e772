import { equalBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import type { Scp03Mode } from './scp03-derivation.ts';
import { scp03MacLength } from './scp03-derivation.ts';

/** What a card says of itself when a channel is opened. GPC_SPE_014 v1.1.2 §7.1.1.6, table 7-4. */
export interface Scp03InitializeUpdate {
  /** 10 bytes from which the card's own keys are derived. */
  readonly keyDiversificationData: Uint8Array;
  readonly keyVersion: number;
  /** Parameter i: 0x01 S16, 0x10 pseudo-random challenge, 0x20 R-MAC, 0x40 R-ENC. §5.1. */
  readonly i: number;
  readonly mode: Scp03Mode;
  readonly cardChallenge: Uint8Array;
  readonly cardCryptogram: Uint8Array;
  /** 3 bytes, present exactly when i has bit 0x10. */
  readonly sequenceCounter?: Uint8Array;
}

/** INITIALIZE UPDATE: key version 0 lets the card choose; challenge of 8 or 16 bytes. No effect on the card's data. GPC_SPE_014 v1.1.2 §7.1.1. */
export function initializeUpdate(keyVersion: number, hostChallenge: Uint8Array): CommandApdu {
  if (hostChallenge.length !== 8 && hostChallenge.length !== 16) {
    throw new StationFault('CARD-CHANNEL', { reason: 'the host challenge is neither 8 nor 16 bytes' });
  }
  return { cla: 0x80, ins: 0x50, p1: keyVersion, p2: 0x00, data: hostChallenge, le: 256 };
}

function refuse(reason: string): never {
  throw new StationFault('CARD-ANSWER', { command: 'INITIALIZE UPDATE', reason });
}

/** i values that the standard allows: R-ENC only together with R-MAC. GPC_SPE_014 v1.1.2 §5.1, table 5-1. */
function isKnownOption(i: number): boolean {
  return (i & ~0x71) === 0 && (i & 0x60) !== 0x40;
}

/**
 * Reads the data of the answer: 10 bytes diversification data, key version, 03, i, challenge, cryptogram, counter.
 * CARD-ANSWER when the protocol is another, i is unknown or the length does not fit i. GPC_SPE_014 v1.1.2 §7.1.1.6.
 */
export function parseScp03InitializeUpdate(data: Uint8Array): Scp03InitializeUpdate {
  const [keyVersion, protocol, i] = data.subarray(10, 13);
  if (keyVersion === undefined || protocol === undefined || i === undefined) return refuse('shorter than 13 bytes');
  if (protocol !== 0x03) return refuse(`secure channel protocol ${protocol} instead of 3`);
  if (!isKnownOption(i)) return refuse(`unknown option i=${i.toString(16).padStart(2, '0')}`);
  const mode: Scp03Mode = (i & 0x01) === 0 ? 'S8' : 'S16';
  const size = scp03MacLength(mode);
  const withCounter = (i & 0x10) !== 0;
  const length = 13 + 2 * size + (withCounter ? 3 : 0);
  if (data.length !== length) return refuse(`${data.length} bytes instead of ${length}`);
  return {
    keyDiversificationData: data.slice(0, 10),
    keyVersion,
    i,
    mode,
    cardChallenge: data.slice(13, 13 + size),
    cardCryptogram: data.slice(13 + size, 13 + 2 * size),
    ...(withCounter ? { sequenceCounter: data.slice(13 + 2 * size) } : {}),
  };
}

/**
 * Refuses a card whose pseudo-random challenge (i with bit 0x10) is not the one that was derived again under the static ENC key from the
 * answer's counter and the AID that was selected: CARD-ANSWER. Asked only after the card cryptogram was right. GPC_SPE_014 v1.1.2 §6.2.2.1.
 */
export function requireScp03CardChallenge(
  { cardChallenge }: Pick<Scp03InitializeUpdate, 'cardChallenge'>,
  derived: Uint8Array,
): void {
  if (equalBytes(cardChallenge, derived)) return;
  refuse('the card challenge is not the one that follows from the counter and the application');
}
