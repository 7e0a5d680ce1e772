import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import type { ResponseApdu } from '../apdu/response-apdu.ts';
import { expectStatus } from '../apdu/response-apdu.ts';

type Phase<State> =
  | { readonly kind: 'card-proven' }
  | { readonly kind: 'authenticating'; readonly state: State }
  | { readonly kind: 'open'; readonly state: State }
  | { readonly kind: 'awaiting-answer'; readonly state: State }
  | { readonly kind: 'dead' };

/** One command or answer after it was worked on, and the moment of the channel after it. */
export interface Moved<Message, State> {
  readonly message: Message;
  readonly state: State;
}

/**
 * One secure channel to a card that proved itself, stateful: each method moves it on, and a channel that saw anything wrong, or whose
 * answer never came, is dead for good (a new one needs a new INITIALIZE UPDATE). What the protocols add lies in the three methods that
 * they give. GPC_SPE_034 v2.3.1 §10.2, GPC_SPE_014 v1.1.2 §5.
 */
export abstract class SecureChannelSession<Level extends number, State> {
  #phase: Phase<State> = { kind: 'card-proven' };

  /** EXTERNAL AUTHENTICATE for a level, and the first moment; a fault where the card does not offer the level. */
  protected abstract authenticate(level: Level): Moved<CommandApdu, State>;
  protected abstract protect(state: State, command: CommandApdu): Moved<CommandApdu, State>;
  protected abstract open(state: State, response: ResponseApdu): Moved<ResponseApdu, State>;
  /** Most bytes of plain data that fit one short command of this channel at a level. */
  abstract dataLimit(level: Level): number;

  /** `open` takes commands; `awaiting-answer` takes one answer; `dead` takes nothing more. */
  get state(): Phase<State>['kind'] {
    return this.#phase.kind;
  }

  #die(reason: string): never {
    this.#phase = { kind: 'dead' };
    throw new StationFault('CARD-CHANNEL', { reason });
  }

  /** EXTERNAL AUTHENTICATE with the host cryptogram and its C-MAC; asks for one level. CARD-CHANNEL when the card's option offers less. */
  externalAuthenticate(level: Level): CommandApdu {
    if (this.#phase.kind !== 'card-proven') return this.#die('authentication out of order');
    this.#phase = { kind: 'dead' };
    const { message, state } = this.authenticate(level);
    this.#phase = { kind: 'authenticating', state };
    return message;
  }

  /** Takes the answer to EXTERNAL AUTHENTICATE: 9000 without data opens the channel; its answer bears no R-MAC. GPC_SPE_014 v1.1.2 §7.1.2.6. */
  acceptAuthentication(response: ResponseApdu): void {
    if (this.#phase.kind !== 'authenticating') this.#die('no authentication under way');
    const { state } = this.#phase;
    this.#phase = { kind: 'dead' };
    if (expectStatus(response, 'EXTERNAL AUTHENTICATE').length > 0) this.#die('the authentication answer bears data');
    this.#phase = { kind: 'open', state };
  }

  /** Protects one command. CARD-CHANNEL when the answer to the last one is still missing, the channel is not open or the data does not fit. */
  wrap(command: CommandApdu): CommandApdu {
    if (this.#phase.kind === 'awaiting-answer') return this.#die('the last command was not answered');
    if (this.#phase.kind !== 'open') return this.#die('the channel is not open');
    const { message, state } = this.protect(this.#phase.state, command);
    this.#phase = { kind: 'awaiting-answer', state };
    return message;
  }

  /** Checks and opens the answer to the command just wrapped. CARD-SECURE-MESSAGING kills the channel. */
  unwrap(response: ResponseApdu): ResponseApdu {
    if (this.#phase.kind !== 'awaiting-answer') return this.#die('an answer without a command');
    const before = this.#phase.state;
    this.#phase = { kind: 'dead' };
    const { message, state } = this.open(before, response);
    // 6987 and 6988: the card refused the protection itself and has ended the session (GPC_SPE_014 v1.1.2 §6.2.4).
    const ended = message.statusWord === 0x6987 || message.statusWord === 0x6988;
    if (!ended) this.#phase = { kind: 'open', state };
    return message;
  }

  /** Declares an answer lost: the counters of both ends may differ, so the channel is dead. */
  abandon(): void {
    this.#phase = { kind: 'dead' };
  }
}
