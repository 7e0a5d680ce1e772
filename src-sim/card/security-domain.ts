import { toHex } from '#shared/bytes/bytes.ts';
import type { CardAnswer } from './card-application.ts';
import { needClass } from './card-command.ts';
import type { CardCommand } from './card-command.ts';
import type { ApplicationState, ChipState, SecurityDomainState } from './chip-state.ts';
import { domainData } from './domain-data.ts';
import { instanceOf, isLocked } from './registry.ts';
import { FieldReader } from './field-reader.ts';
import type { PersonalisationDesk } from './personalisation-desk.ts';
import { putKey } from './put-key.ts';
import { RegistryStatus } from './registry-status.ts';
import type { SecureChannel } from './secure-channel.ts';
import { setStatus } from './set-status.ts';
import { StatusError, statusWords } from './status-word.ts';

/** The instance that INSTALL [for personalization] named last. */
type PersonalisationTarget = ApplicationState | SecurityDomainState;

/** The commands of a security domain that is selected, and what they remember until the session ends. GPC_SPE_034 v2.3.1 §11. */
export class SecurityDomain {
  readonly #state: ChipState;
  readonly #channel: SecureChannel;
  readonly #desk: PersonalisationDesk;
  readonly #status: RegistryStatus;
  #target: PersonalisationTarget | undefined;

  constructor(state: ChipState, channel: SecureChannel, desk: PersonalisationDesk) {
    this.#state = state;
    this.#channel = channel;
    this.#desk = desk;
    this.#status = new RegistryStatus(state);
  }

  /** Forgets all that belongs to a session. */
  endSession(): void {
    this.#target = undefined;
    this.#status.reset();
  }

  /** Performs one command of the domain, secure messaging taken off; GET DATA alone needs no session. */
  perform(domain: SecurityDomainState, command: CardCommand): CardAnswer {
    if (command.ins === 0xca) {
      if (command.data.length > 0) throw new StatusError('wrongLength');
      return done(domainData(this.#state, domain, command));
    }
    if (!sessionCommands.has(command.ins)) throw new StatusError('instructionNotSupported');
    needClass(command, 0x80);
    if (!this.#channel.isOpen) throw new StatusError('securityNotSatisfied');
    switch (command.ins) {
      case 0xf2:
        return this.#status.answer(domain, command, this.#channel.overhead);
      case 0xf0:
        setStatus(this.#state, domain, command);
        return done();
      default:
        return done(this.#changeContent(domain, command));
    }
  }

  /** What changes keys and content is refused on a locked card. GPC_SPE_034 v2.3.1 §5.1.1.4. */
  #changeContent(domain: SecurityDomainState, command: CardCommand): Uint8Array {
    if (this.#state.cardLifeCycle === 0x7f) throw new StatusError('conditionsNotSatisfied');
    switch (command.ins) {
      case 0xd8:
        return putKey(this.#keysOf(domain), command, this.#channel.sensitive);
      case 0xe6:
        this.#installForPersonalization(command);
        return Uint8Array.of(0);
      default:
        this.#storeData(command);
        return new Uint8Array();
    }
  }

  /** STORE DATA to the domain goes to the application that INSTALL [for personalization] named, until its last block. */
  #storeData(command: CardCommand): void {
    const target = this.#target;
    if (target === undefined || !('groupings' in target)) throw new StatusError('conditionsNotSatisfied');
    if (this.#desk.store(target, command) === 'personalised') this.#target = undefined;
  }

  /** PUT KEY goes to the domain that INSTALL [for personalization] named, else to the one selected. */
  #keysOf(domain: SecurityDomainState): SecurityDomainState {
    return this.#target !== undefined && 'keySets' in this.#target ? this.#target : domain;
  }

  /** INSTALL [for personalization]: the next STORE DATA are for the named application. GPC_SPE_034 v2.3.1 §11.5.2.3.6. */
  #installForPersonalization(command: CardCommand): void {
    if (command.p1 !== 0x20 || command.p2 !== 0) throw new StatusError('wrongParameters');
    const reader = new FieldReader(command.data);
    const [file, module, aid, ...rest] = Array.from({ length: 6 }, () => reader.field());
    const onlyAid = file?.length === 0 && module?.length === 0 && rest.every((field) => field.length === 0);
    if (!reader.isAtEnd || !onlyAid || aid === undefined || aid.length < 5) throw new StatusError('wrongData');
    const found = instanceOf(this.#state, toHex(aid));
    if (found === undefined) throw new StatusError('referencedDataNotFound');
    const isOpen = 'groupings' in found ? found.lifeCycle === 0x07 : !isLocked(found);
    if (!isOpen) throw new StatusError('conditionsNotSatisfied');
    this.#desk.reset();
    this.#target = found;
  }
}

const sessionCommands: ReadonlySet<number> = new Set([0xf2, 0xf0, 0xd8, 0xe6, 0xe2]);

function done(data: Uint8Array = new Uint8Array()): CardAnswer {
  return { data, sw: statusWords.ok };
}
