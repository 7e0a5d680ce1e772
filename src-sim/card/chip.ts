import { randomBytes } from 'node:crypto';
import { concatBytes, equalBytes } from '#shared/bytes/bytes.ts';
import { behaviourOf } from './application-modules.ts';
import type { ApplicationSurroundings, CardAnswer, CardApplication, CardSide } from './card-application.ts';
import { needClass, parseCommand } from './card-command.ts';
import type { CardCommand } from './card-command.ts';
import { issuerDomain } from './chip-state.ts';
import { CommandChain } from './command-chain.ts';
import type { CommandChaining } from './command-chain.ts';
import type { ApplicationState, ChipState, SecurityDomainState } from './chip-state.ts';
import { domainData, domainFci } from './domain-data.ts';
import { ownDirectories } from './own-directory.ts';
import { PersonalisationDesk } from './personalisation-desk.ts';
import { aidBytes, domainOf, domainWithKeys, hasPrivilege, isLocked, privilege } from './registry.ts';
import { SecureChannel } from './secure-channel.ts';
import { SecurityDomain } from './security-domain.ts';
import { StatusError, statusWords } from './status-word.ts';

/** What a chip is given besides its memory. */
export interface ChipSurroundings {
  /** Card challenges where they are not pseudo-random. */
  readonly random?: (length: number) => Uint8Array;
  /** Changes every byte of the keys, so that the chip holds others than it should. */
  readonly keyMask?: number;
  /** The side of the reader; contact where none is said. */
  readonly side?: CardSide;
  /** Commands in several parts are refused where nothing is said. */
  readonly chaining?: CommandChaining;
}

/** What SELECT finds: a security domain, an application of the registry, or a directory that the chip answers for itself. */
type Selected =
  | { readonly kind: 'domain'; readonly domain: SecurityDomainState }
  | { readonly kind: 'application'; readonly state: ApplicationState; readonly application: CardApplication }
  | { readonly kind: 'directory'; readonly name: Uint8Array; readonly application: CardApplication };

/** Instructions of which the answer is dropped where the host sent no Le, instead of refusing the command: INSTALL, LOAD, DELETE, PUT KEY. */
const answersAtWill: ReadonlySet<number> = new Set([0xe6, 0xe8, 0xe4, 0xd8]);

/**
 * One chip as a pure object: bytes in, bytes out. `state` is all it keeps without power; it is changed in place,
 * before the answer is returned. Every command is answered by a status word, whatever it holds.
 */
export class Chip {
  readonly state: ChipState;
  readonly #channel: SecureChannel;
  readonly #desk: PersonalisationDesk;
  readonly #domain: SecurityDomain;
  readonly #chain: CommandChain | undefined;
  readonly #lent: ApplicationSurroundings;
  readonly #applications = new WeakMap<ApplicationState, CardApplication>();
  #selected: Selected;

  constructor(state: ChipState, surroundings: ChipSurroundings = {}) {
    this.state = state;
    const random = surroundings.random ?? randomBytes;
    this.#channel = new SecureChannel(state, random, surroundings.keyMask ?? 0);
    this.#desk = new PersonalisationDesk(state.counters, this.#channel);
    this.#domain = new SecurityDomain(state, this.#channel, this.#desk);
    this.#chain = surroundings.chaining === 'accept' ? new CommandChain() : undefined;
    this.#lent = {
      side: surroundings.side ?? 'contact',
      random,
      blockCard: () => {
        state.selectionEnded = 'yes';
      },
    };
    this.#selected = this.#selectedByReset();
  }

  /** Loses all that is volatile; what is selected by itself is. */
  reset(): void {
    this.#endSession();
    this.#chain?.reset();
    this.#selected = this.#selectedByReset();
  }

  /** Performs one command; the answer is data and status word. */
  exchange(bytes: Uint8Array): Uint8Array {
    const whole = this.#chain?.take(bytes) ?? bytes;
    if (whole === 'more') return statusOnly(statusWords.ok);
    if (whole === 'broken') return statusOnly(statusWords.lastPartExpected);
    const command = parseCommand(whole);
    if (command === undefined) return statusOnly(statusWords.wrongLength);
    try {
      const { data, sw } = this.#perform(command);
      const isProtected = this.#channel.protectsAnswers && (command.cla & 0x04) !== 0 && command.ins !== 0x82;
      const answer = isProtected ? this.#channel.wrapAnswer(data, sw) : data;
      // A MAC must reach the host even where it sent no Le; plain data without Le are not asked for.
      if (!isProtected && command.le === undefined && data.length > 0) {
        return statusOnly(answersAtWill.has(command.ins) ? statusWords.ok : statusWords.wrongLength);
      }
      if (command.le !== undefined && answer.length > command.le) {
        return statusOnly(answer.length < 256 ? statusWords.wrongLe | answer.length : statusWords.wrongLength);
      }
      return concatBytes(answer, statusOnly(sw));
    } catch (refusal) {
      if (refusal instanceof StatusError) return statusOnly(refusal.sw);
      throw refusal;
    }
  }

  #perform(command: CardCommand): CardAnswer {
    const { cla, ins } = command;
    if (cla === 0xff || (cla & 0x60) !== 0) throw new StatusError('classNotSupported');
    if ((cla & 0x10) !== 0) throw new StatusError('chainingNotSupported');
    if ((cla & 0x03) !== 0) throw new StatusError('channelNotSupported');
    if (this.state.cardLifeCycle === 0xff) return this.#terminated(command);
    const selected = this.#selected;
    const isApplications =
      selected.kind !== 'domain' && !this.#channel.isOpen && selected.application.ownsSecureMessaging(command);
    if (isApplications) return done(selected.application.perform(command));
    if ((cla & 0x08) !== 0) throw new StatusError('classNotSupported');
    if (ins === 0xa4) return this.#select(command);
    // MANAGE CHANNEL: there is the basic channel only. ISO/IEC 7816-4 §11.1.2.
    if (ins === 0x70 && (cla & 0x80) === 0) throw new StatusError('channelNotSupported');
    if (selected.kind === 'directory') return done(selected.application.perform(command));
    if (ins === 0x50) return done(this.#initializeUpdate(command, selected));
    // EXTERNAL AUTHENTICATE of EMV has the class of ISO; GlobalPlatform's is its own.
    if (ins === 0x82 && (selected.kind === 'domain' || (cla & 0x80) !== 0)) {
      needClass(command, 0x80);
      this.#channel.externalAuthenticate(command);
      return done();
    }
    const plain = this.#channel.unwrap(command);
    if (selected.kind === 'domain') return this.#domain.perform(selected.domain, plain);
    if (ins !== 0xe2) return done(selected.application.perform(plain));
    needClass(command, 0x80);
    this.#desk.store(selected.state, plain);
    return done();
  }

  /** A terminated card answers its production data and nothing else. GPC_SPE_034 v2.3.1 §5.1.1.5. */
  #terminated(command: CardCommand): CardAnswer {
    if (command.ins !== 0xca) throw new StatusError('conditionsNotSatisfied');
    return done(domainData(this.state, issuerDomain(this.state), command));
  }

  /** SELECT by name, whole or its first bytes, first or next occurrence. GPC_SPE_034 v2.3.1 §11.9, EMV Book 1 v4.4 §11.3. */
  #select(command: CardCommand): CardAnswer {
    needClass(command, 0x00);
    if (command.p1 !== 0x04 || (command.p2 !== 0x00 && command.p2 !== 0x02)) throw new StatusError('wrongParameters');
    const name = command.data;
    if (name.length > 16 || (name.length > 0 && name.length < 5)) throw new StatusError('wrongLength');
    if (this.state.selectionEnded === 'yes') throw new StatusError('functionNotSupported');
    const matching = this.#selectable().filter((each) => equalBytes(nameOf(each).slice(0, name.length), name));
    const at = matching.findIndex((each) => equalBytes(nameOf(each), nameOf(this.#selected)));
    const next = command.p2 === 0x02 ? at + 1 : 0;
    const found = command.p2 === 0x02 && next === 0 ? undefined : matching[next];
    if (found === undefined) throw new StatusError('notFound');
    this.#endSession();
    this.#selected = found;
    if (found.kind !== 'domain') return found.application.select();
    // The warning of a locked card. GPC_SPE_034 v2.3.1 Table 11-83.
    const sw = this.state.cardLifeCycle === 0x7f ? statusWords.selectedInvalidated : statusWords.ok;
    return { data: domainFci(found.domain), sw };
  }

  /** What SELECT can find now, in its order. On a locked card the issuer's domain and the Final Application only. GPC_SPE_034 v2.3.1 §5.1.1.4, §6.6.2.12. */
  #selectable(): readonly Selected[] {
    const [issuer, ...supplementary] = this.state.domains;
    const isOpen = (each: SecurityDomainState | ApplicationState): boolean =>
      !isLocked(each) &&
      each.lifeCycle >= 0x07 &&
      (this.state.cardLifeCycle !== 0x7f || hasPrivilege(each, privilege.finalApplication));
    const directories = this.state.cardLifeCycle === 0x7f ? [] : ownDirectories(this.state);
    return [
      ...(issuer === undefined ? [] : [{ kind: 'domain' as const, domain: issuer }]),
      ...supplementary.filter(isOpen).map((domain) => ({ kind: 'domain' as const, domain })),
      ...this.state.applications.filter(isOpen).map((state) => this.#asSelected(state)),
      ...directories.map(([name, application]) => ({ kind: 'directory' as const, name, application })),
    ];
  }

  #asSelected(state: ApplicationState): Selected {
    const application = this.#applications.get(state) ?? behaviourOf(state).make(state, this.#lent);
    this.#applications.set(state, application);
    return { kind: 'application', state, application };
  }

  /** The application with Card Reset, else the issuer's domain. GPC_SPE_034 v2.3.1 §6.4.1.1. */
  #selectedByReset(): Selected {
    const found = this.#selectable().find(
      (each) => each.kind === 'application' && hasPrivilege(each.state, privilege.cardReset),
    );
    if (found?.kind !== 'application') return { kind: 'domain', domain: issuerDomain(this.state) };
    found.application.select();
    return found;
  }

  #initializeUpdate(command: CardCommand, selected: Exclude<Selected, { readonly kind: 'directory' }>): Uint8Array {
    needClass(command, 0x80);
    if ((command.cla & 0x04) !== 0) throw new StatusError('classNotSupported');
    this.#endSession();
    const own = selected.kind === 'domain' ? selected.domain : domainOf(this.state, selected.state.domain);
    const domain = domainWithKeys(this.state, own ?? issuerDomain(this.state));
    return this.#channel.initializeUpdate(command, domain, nameOf(selected));
  }

  #endSession(): void {
    this.#channel.close();
    this.#desk.reset();
    this.#domain.endSession();
  }
}

function nameOf(selected: Selected): Uint8Array {
  switch (selected.kind) {
    case 'domain':
      return aidBytes(selected.domain);
    case 'application':
      return aidBytes(selected.state);
    case 'directory':
      return selected.name;
  }
}

function done(data: Uint8Array = new Uint8Array()): CardAnswer {
  return { data, sw: statusWords.ok };
}

function statusOnly(sw: number): Uint8Array {
  return Uint8Array.of(sw >> 8, sw & 255);
}
