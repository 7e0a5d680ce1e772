import { toHex } from '#shared/bytes/bytes.ts';
import type { CardAnswer } from './card-application.ts';
import { needClass } from './card-command.ts';
import type { CardCommand } from './card-command.ts';
import type { ApplicationState, ChipState, SecurityDomainState } from './chip-state.ts';
import { ContentManagement } from './content-management.ts';
import { deleteKeys, namesKeys } from './delete-key.ts';
import { domainData } from './domain-data.ts';
import { DomainPersonalisation } from './domain-personalisation.ts';
import { installFields } from './install-fields.ts';
import { instanceOf, isLocked } from './registry.ts';
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
  readonly #content: ContentManagement;
  /** Set by INSTALL [for personalization]: what STORE DATA and PUT KEY are for. */
  #target: PersonalisationTarget | undefined;
  /** STORE DATA that are for a domain itself. */
  #ownData: { readonly domain: SecurityDomainState; readonly session: DomainPersonalisation } | undefined;

  constructor(state: ChipState, channel: SecureChannel, desk: PersonalisationDesk) {
    this.#state = state;
    this.#channel = channel;
    this.#desk = desk;
    this.#status = new RegistryStatus(state);
    this.#content = new ContentManagement(state);
  }

  /** Forgets all that belongs to a session. */
  endSession(): void {
    this.#target = undefined;
    this.#ownData = undefined;
    this.#status.reset();
    this.#content.reset();
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
        if (command.p1 === 0x20) this.#installForPersonalization(command);
        else this.#content.install(domain, command);
        return Uint8Array.of(0);
      case 0xe8:
        this.#content.load(command);
        return Uint8Array.of(0);
      case 0xe4:
        if (namesKeys(command)) deleteKeys(domain, command, this.#channel.keySetInUse);
        else this.#content.delete(domain, command);
        return Uint8Array.of(0);
      default:
        this.#storeData(domain, command);
        return new Uint8Array();
    }
  }

  /**
   * STORE DATA go to the application that INSTALL [for personalization] named, until its last block; to a domain where they are
   * marked as TLV or data groupings and it was named, or nothing was. GPC_SPE_034 v2.3.1 §7.3.3, §11.11.
   */
  #storeData(domain: SecurityDomainState, command: CardCommand): void {
    const target = this.#target ?? domain;
    if ('groupings' in target) {
      if (this.#desk.store(target, command) === 'personalised') this.#target = undefined;
      return;
    }
    if ((command.p1 & 0x18) === 0) throw new StatusError('conditionsNotSatisfied');
    if (this.#ownData?.domain !== target) {
      this.#ownData = { domain: target, session: new DomainPersonalisation(this.#state, target) };
    }
    if (this.#ownData.session.storeData(command) === 'done') this.#ownData = undefined;
  }

  /** PUT KEY goes to the domain that INSTALL [for personalization] named, else to the one selected. */
  #keysOf(domain: SecurityDomainState): SecurityDomainState {
    return this.#target !== undefined && 'keySets' in this.#target ? this.#target : domain;
  }

  /** INSTALL [for personalization]: the next STORE DATA are for the named application. GPC_SPE_034 v2.3.1 §11.5.2.3.6. */
  #installForPersonalization(command: CardCommand): void {
    if (command.p1 !== 0x20 || command.p2 !== 0) throw new StatusError('wrongParameters');
    const { first, second, third, ...rest } = installFields(command);
    const onlyAid = [first, second, ...Object.values(rest)].every((field) => field.length === 0);
    if (!onlyAid || third.length < 5) throw new StatusError('wrongData');
    const found = instanceOf(this.#state, toHex(third));
    if (found === undefined) throw new StatusError('referencedDataNotFound');
    const isOpen = 'groupings' in found ? found.lifeCycle === 0x07 : !isLocked(found);
    if (!isOpen) throw new StatusError('conditionsNotSatisfied');
    this.#desk.reset();
    this.#ownData = undefined;
    this.#target = found;
  }
}

const sessionCommands: ReadonlySet<number> = new Set([0xf2, 0xf0, 0xd8, 0xe6, 0xe8, 0xe4, 0xe2]);

function done(data: Uint8Array = new Uint8Array()): CardAnswer {
  return { data, sw: statusWords.ok };
}
