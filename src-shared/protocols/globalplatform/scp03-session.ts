import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import type { ResponseApdu } from '../apdu/response-apdu.ts';
import type { Ciphers } from './ciphers.ts';
import { joinDerived, scp03Constant, scp03DerivationBlocks, scp03MacLength } from './scp03-derivation.ts';
import type { Scp03InitializeUpdate } from './scp03-initialize-update.ts';
import type { Scp03Level, Scp03SessionKeys, Scp03State } from './scp03-messaging.ts';
import { addCommandMac, scp03DataLimit, unwrapScp03, wrapScp03 } from './scp03-messaging.ts';
import type { Moved } from './secure-channel-session.ts';
import { SecureChannelSession } from './secure-channel-session.ts';

/** What host and card said to each other before the keys were derived. */
export interface Scp03Parameters extends Pick<
  Scp03InitializeUpdate,
  'i' | 'mode' | 'keyVersion' | 'cardChallenge' | 'cardCryptogram'
> {
  readonly hostChallenge: Uint8Array;
}

/** A cryptogram: CMAC under S-MAC with constant 00 or 01, 8 or 16 bytes. GPC_SPE_014 v1.1.2 §6.2.2.2, §6.2.2.3. */
function cryptogram(
  constant: number,
  keys: Scp03SessionKeys,
  parameters: Scp03Parameters,
  ciphers: Ciphers,
): Uint8Array {
  const bits = scp03MacLength(parameters.mode) * 8;
  const context = concatBytes(parameters.hostChallenge, parameters.cardChallenge);
  const blocks = scp03DerivationBlocks(constant, bits, context);
  const macs = blocks.map((block) => ciphers.aesCmac(keys.mac, block));
  return joinDerived(macs, bits);
}

/** One SCP03 channel. GPC_SPE_014 v1.1.2 §5 and §6. */
export class Scp03Session extends SecureChannelSession<Scp03Level, Scp03State> {
  readonly #keys: Scp03SessionKeys;
  readonly #parameters: Scp03Parameters;
  readonly #ciphers: Ciphers;

  private constructor(keys: Scp03SessionKeys, parameters: Scp03Parameters, ciphers: Ciphers) {
    super();
    this.#keys = keys;
    this.#parameters = parameters;
    this.#ciphers = ciphers;
  }

  /**
   * Starts a channel from session keys that were derived elsewhere. The card cryptogram is checked first:
   * CARD-CRYPTOGRAM when it is wrong, and that is never tried again, since a card may count the tries.
   */
  static fromSessionKeys(keys: Scp03SessionKeys, parameters: Scp03Parameters, ciphers: Ciphers): Scp03Session {
    const expected = cryptogram(scp03Constant.cardCryptogram, keys, parameters, ciphers);
    if (!equalBytes(expected, parameters.cardCryptogram)) {
      throw new StationFault('CARD-CRYPTOGRAM', { keyVersion: parameters.keyVersion });
    }
    return new Scp03Session(keys, parameters, ciphers);
  }

  dataLimit(level: Scp03Level): number {
    return scp03DataLimit(this.#parameters.mode, level);
  }

  /** The C-MAC is over a zero chaining value. GPC_SPE_014 v1.1.2 §7.1.2, §6.2.4. */
  protected authenticate(level: Scp03Level): Moved<CommandApdu, Scp03State> {
    const { i, mode } = this.#parameters;
    const refuse = (reason: string): never => {
      throw new StationFault('CARD-CHANNEL', { reason });
    };
    if ((level & 0x10) !== 0 && (i & 0x20) === 0) return refuse('the card does not offer R-MAC');
    if ((level & 0x20) !== 0 && (i & 0x40) === 0) return refuse('the card does not offer R-ENCRYPTION');
    const data = cryptogram(scp03Constant.hostCryptogram, this.#keys, this.#parameters, this.#ciphers);
    const plain: CommandApdu = { cla: 0x80, ins: 0x82, p1: level, p2: 0x00, data };
    const { command, chain } = addCommandMac(plain, new Uint8Array(16), mode, this.#keys.mac, this.#ciphers);
    return { message: command, state: { mode, level, chain, counter: 0 } };
  }

  protected protect(before: Scp03State, plain: CommandApdu): Moved<CommandApdu, Scp03State> {
    const { command, state } = wrapScp03(before, plain, this.#keys, this.#ciphers);
    return { message: command, state };
  }

  protected open(state: Scp03State, response: ResponseApdu): Moved<ResponseApdu, Scp03State> {
    return { message: unwrapScp03(state, response, this.#keys, this.#ciphers), state };
  }
}
