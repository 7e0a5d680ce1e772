import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import type { ResponseApdu } from '../apdu/response-apdu.ts';
import { expectStatus } from '../apdu/response-apdu.ts';
import type { Ciphers } from './ciphers.ts';
import { joinDerived, scp03Constant, scp03DerivationBlocks, scp03MacLength } from './scp03-derivation.ts';
import type { Scp03InitializeUpdate } from './scp03-initialize-update.ts';
import type { Scp03Level, Scp03SessionKeys, Scp03State } from './scp03-messaging.ts';
import { addCommandMac, scp03DataLimit, unwrapScp03, wrapScp03 } from './scp03-messaging.ts';

/** What host and card said to each other before the keys were derived. */
export interface Scp03Parameters extends Pick<
  Scp03InitializeUpdate,
  'i' | 'mode' | 'keyVersion' | 'cardChallenge' | 'cardCryptogram'
> {
  readonly hostChallenge: Uint8Array;
}

type Phase =
  | { readonly kind: 'card-proven' }
  | { readonly kind: 'authenticating'; readonly state: Scp03State }
  | { readonly kind: 'open'; readonly state: Scp03State }
  | { readonly kind: 'awaiting-answer'; readonly state: Scp03State }
  | { readonly kind: 'dead' };

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

/**
 * One SCP03 channel, stateful: each method moves it on, and a channel that saw anything wrong, or whose answer never
 * came, is dead for good (a new one needs a new INITIALIZE UPDATE). GPC_SPE_014 v1.1.2 §5 and §6.
 */
export class Scp03Session {
  readonly #keys: Scp03SessionKeys;
  readonly #parameters: Scp03Parameters;
  readonly #ciphers: Ciphers;
  #phase: Phase = { kind: 'card-proven' };

  private constructor(keys: Scp03SessionKeys, parameters: Scp03Parameters, ciphers: Ciphers) {
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

  /** `open` takes commands; `awaiting-answer` takes one answer; `dead` takes nothing more. */
  get state(): Phase['kind'] {
    return this.#phase.kind;
  }

  /** Most bytes of plain data that fit one short command of this channel at a level. */
  dataLimit(level: Scp03Level): number {
    return scp03DataLimit(this.#parameters.mode, level);
  }

  #die(reason: string): never {
    this.#phase = { kind: 'dead' };
    throw new StationFault('CARD-CHANNEL', { reason });
  }

  /**
   * EXTERNAL AUTHENTICATE with the host cryptogram and its C-MAC over a zero chaining value; asks for one level.
   * CARD-CHANNEL when the card's parameter i offers less. GPC_SPE_014 v1.1.2 §7.1.2, §6.2.4.
   */
  externalAuthenticate(level: Scp03Level): CommandApdu {
    if (this.#phase.kind !== 'card-proven') return this.#die('authentication out of order');
    const { i, mode } = this.#parameters;
    if ((level & 0x10) !== 0 && (i & 0x20) === 0) return this.#die('the card does not offer R-MAC');
    if ((level & 0x20) !== 0 && (i & 0x40) === 0) return this.#die('the card does not offer R-ENCRYPTION');
    const data = cryptogram(scp03Constant.hostCryptogram, this.#keys, this.#parameters, this.#ciphers);
    const plain: CommandApdu = { cla: 0x80, ins: 0x82, p1: level, p2: 0x00, data };
    const { command, chain } = addCommandMac(plain, new Uint8Array(16), mode, this.#keys.mac, this.#ciphers);
    this.#phase = { kind: 'authenticating', state: { mode, level, chain, counter: 0 } };
    return command;
  }

  /** Takes the answer to EXTERNAL AUTHENTICATE: 9000 without data opens the channel; its answer bears no R-MAC. §7.1.2.6. */
  acceptAuthentication(response: ResponseApdu): void {
    if (this.#phase.kind !== 'authenticating') this.#die('no authentication under way');
    const { state } = this.#phase;
    this.#phase = { kind: 'dead' };
    if (expectStatus(response, 'EXTERNAL AUTHENTICATE').length > 0) this.#die('the authentication answer bears data');
    this.#phase = { kind: 'open', state };
  }

  /** Protects one command. CARD-CHANNEL when the answer to the last one is still missing or the channel is not open. */
  wrap(command: CommandApdu): CommandApdu {
    if (this.#phase.kind === 'awaiting-answer') return this.#die('the last command was not answered');
    if (this.#phase.kind !== 'open') return this.#die('the channel is not open');
    const wrapped = wrapScp03(this.#phase.state, command, this.#keys, this.#ciphers);
    this.#phase = { kind: 'awaiting-answer', state: wrapped.state };
    return wrapped.command;
  }

  /** Checks and opens the answer to the command just wrapped. CARD-SECURE-MESSAGING kills the channel. */
  unwrap(response: ResponseApdu): ResponseApdu {
    if (this.#phase.kind !== 'awaiting-answer') return this.#die('an answer without a command');
    const { state } = this.#phase;
    this.#phase = { kind: 'dead' };
    const opened = unwrapScp03(state, response, this.#keys, this.#ciphers);
    // 6987 and 6988: the card refused the protection itself and has ended the session (GPC_SPE_014 v1.1.2 §6.2.4).
    const ended = opened.statusWord === 0x6987 || opened.statusWord === 0x6988;
    if (!ended) this.#phase = { kind: 'open', state };
    return opened;
  }

  /** Declares an answer lost: the counters of both ends may differ, so the channel is dead. */
  abandon(): void {
    this.#phase = { kind: 'dead' };
  }
}
