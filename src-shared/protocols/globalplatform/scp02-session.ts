import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import type { ResponseApdu } from '../apdu/response-apdu.ts';
import { padWithMark } from '../iso-9797/mac.ts';
import type { Scp02InitializeUpdate } from './scp02-initialize-update.ts';
import type { Scp02Ciphers, Scp02Level, Scp02SessionKeys, Scp02State } from './scp02-messaging.ts';
import { scp02DataLimit, scp02Mac, scp02Option, unwrapScp02, wrapScp02 } from './scp02-messaging.ts';
import type { Moved } from './secure-channel-session.ts';
import { SecureChannelSession } from './secure-channel-session.ts';

/** What host and card said to each other, and what the product says of the card. */
export interface Scp02Parameters extends Omit<Scp02InitializeUpdate, 'keyDiversificationData'> {
  /** Option i: three static keys and explicit initiation (0x05), and those of `scp02Option`. */
  readonly i: number;
  readonly hostChallenge: Uint8Array;
  /** AID of the application that was selected when the channel was begun: the pseudo-random card challenge hangs on it. */
  readonly application: Uint8Array;
}

const zeroBlock = new Uint8Array(8);

/** Bits of i: three keys and explicit initiation are needed, base keys and an ICV over the AID are not offered. GPC_SPE_034 v2.3.1 §E.1.1. */
function requireOption(i: number): void {
  const known = 0x05 | Object.values(scp02Option).reduce((sum: number, bit) => sum | bit, 0);
  if ((i & 0x0d) === 0x05 && (i & ~known) === 0) return;
  throw new StationFault('CARD-CHANNEL', { reason: `option i=${i.toString(16).padStart(2, '0')} is not offered` });
}

/** A cryptogram, 8 bytes: the TDES-CBC MAC under S-ENC over 16 bytes padded with 80. GPC_SPE_034 v2.3.1 §E.4.2.1, §E.4.2.2, §B.1.2.1. */
function cryptogram(ciphers: Scp02Ciphers, enc: Uint8Array, first: Uint8Array, second: Uint8Array): Uint8Array {
  return ciphers.tdesCbcEncrypt(enc, zeroBlock, padWithMark(concatBytes(first, second))).slice(-8);
}

/** The pseudo-random card challenge, 6 bytes: the left ones of the retail MAC of the AID under S-MAC. GPC_SPE_034 v2.3.1 §E.4.2.3. */
export function scp02CardChallenge(ciphers: Scp02Ciphers, mac: Uint8Array, application: Uint8Array): Uint8Array {
  return scp02Mac(ciphers, mac, zeroBlock, application).slice(0, 6);
}

/** One SCP02 channel. GPC_SPE_034 v2.3.1 Annex E. */
export class Scp02Session extends SecureChannelSession<Scp02Level, Scp02State> {
  readonly #keys: Scp02SessionKeys;
  readonly #parameters: Scp02Parameters;
  readonly #ciphers: Scp02Ciphers;

  private constructor(keys: Scp02SessionKeys, parameters: Scp02Parameters, ciphers: Scp02Ciphers) {
    super();
    this.#keys = keys;
    this.#parameters = parameters;
    this.#ciphers = ciphers;
  }

  /**
   * Starts a channel from session keys that were derived elsewhere. The card cryptogram is checked first: CARD-CRYPTOGRAM when it is wrong,
   * and that is never tried again, since a card may count the tries. CARD-ANSWER when i promises a pseudo-random challenge and the card's is
   * another, CARD-CHANNEL for an option that is not offered. GPC_SPE_034 v2.3.1 §E.4.2.
   */
  static fromSessionKeys(keys: Scp02SessionKeys, parameters: Scp02Parameters, ciphers: Scp02Ciphers): Scp02Session {
    const { i, hostChallenge, sequenceCounter, cardChallenge, cardCryptogram, keyVersion, application } = parameters;
    requireOption(i);
    const card = concatBytes(sequenceCounter, cardChallenge);
    if (!equalBytes(cryptogram(ciphers, keys.enc, hostChallenge, card), cardCryptogram)) {
      throw new StationFault('CARD-CRYPTOGRAM', { keyVersion });
    }
    const pseudoRandom = (i & scp02Option.pseudoRandom) !== 0;
    if (pseudoRandom && !equalBytes(scp02CardChallenge(ciphers, keys.mac, application), cardChallenge)) {
      const reason = 'the card challenge is not the one that follows from the counter and the application';
      throw new StationFault('CARD-ANSWER', { command: 'INITIALIZE UPDATE', reason });
    }
    return new Scp02Session(keys, parameters, ciphers);
  }

  dataLimit(level: Scp02Level): number {
    return scp02DataLimit(level);
  }

  /** The C-MAC has the initial value zero and is over the command as it is sent, whatever i says of later ones. GPC_SPE_034 v2.3.1 §E.5.2. */
  protected authenticate(level: Scp02Level): Moved<CommandApdu, Scp02State> {
    const { i, hostChallenge, sequenceCounter, cardChallenge } = this.#parameters;
    if ((level & 0x10) !== 0 && (i & scp02Option.rMac) === 0) {
      throw new StationFault('CARD-CHANNEL', { reason: 'the card does not offer R-MAC' });
    }
    const data = cryptogram(this.#ciphers, this.#keys.enc, concatBytes(sequenceCounter, cardChallenge), hostChallenge);
    const plain: CommandApdu = { cla: 0x80, ins: 0x82, p1: level, p2: 0x00, data };
    const bare: Scp02State = {
      i: i & ~scp02Option.unmodifiedCommand,
      level: 0x01,
      chain: null,
      answerChain: zeroBlock,
      plainCommand: new Uint8Array(0),
    };
    const { command, state } = wrapScp02(bare, plain, this.#keys, this.#ciphers);
    return { message: command, state: { ...state, i, level, answerChain: state.chain ?? zeroBlock } };
  }

  protected protect(before: Scp02State, plain: CommandApdu): Moved<CommandApdu, Scp02State> {
    const { command, state } = wrapScp02(before, plain, this.#keys, this.#ciphers);
    return { message: command, state };
  }

  protected open(before: Scp02State, protectedAnswer: ResponseApdu): Moved<ResponseApdu, Scp02State> {
    const { response, state } = unwrapScp02(before, protectedAnswer, this.#keys, this.#ciphers);
    return { message: response, state };
  }
}
