import { randomBytes } from 'node:crypto';
import { concatBytes, equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { ApplicationSurroundings, CardAnswer, CardApplication, CardSide } from './card-application.ts';
import { needClass, parseCommand } from './card-command.ts';
import type { CardCommand } from './card-command.ts';
import type { ApplicationState, ChipState } from './chip-state.ts';
import {
  directoryEntry,
  installForPersonalization,
  issuerSecurityDomainAid,
  issuerSecurityDomainData,
  issuerSecurityDomainFci,
  registryStatus,
  setCardStatus,
} from './issuer-security-domain.ts';
import {
  contactEnvironment,
  OwnContactDirectory,
  OwnProximityDirectory,
  proximityEnvironment,
} from './own-directory.ts';
import { PaymentApplication } from './payment-application.ts';
import { loyaltyRules, paymentRules, PersonalisationSession } from './personalisation-session.ts';
import type { ApplicationRules } from './personalisation-session.ts';
import { RecordApplication } from './record-application.ts';
import { Scp03CardChannel } from './scp03-card-channel.ts';
import { StatusError, statusWords } from './status-word.ts';

/** Answer to reset: T=1, as strict terminals accept it. ISO/IEC 7816-3 §8.2, EMV Book 1 v4.4 §8.3. */
export const answerToReset = fromHex('3BE000008131FE45EB');

/** An application of the chip that STORE DATA may go to. */
interface PersonalisedApplication {
  readonly application: ApplicationState;
  readonly rules: ApplicationRules;
}

/** One name that SELECT finds: an application, and how it is personalised where it can be. */
interface Selectable {
  readonly name: Uint8Array;
  readonly application: CardApplication;
  readonly personalised: PersonalisedApplication | undefined;
}

/** The security domain, or an application found by name. */
type Selected = 'domain' | Selectable;

/** What a chip is given besides its memory. */
export interface ChipSurroundings {
  /** Card challenges where they are not pseudo-random. */
  readonly random?: (length: number) => Uint8Array;
  /** Changes every byte of the keys, so that the chip holds others than it should. */
  readonly keyMask?: number;
  /** The side of the reader; contact where none is said. */
  readonly side?: CardSide;
}

/**
 * One chip as a pure object: bytes in, bytes out. `state` is all it keeps without power; it is changed in place,
 * before the answer is returned. Every command is answered by a status word, whatever it holds.
 */
export class Chip {
  readonly state: ChipState;
  readonly #channel: Scp03CardChannel;
  readonly #applications: readonly Selectable[];
  #selected: Selected = 'domain';
  #personalisation: PersonalisationSession | undefined;
  /** Set by INSTALL [for personalization]: STORE DATA to the domain goes to this application. */
  #forwardsTo: PersonalisedApplication | undefined;

  constructor(state: ChipState, surroundings: ChipSurroundings = {}) {
    this.state = state;
    const random = surroundings.random ?? randomBytes;
    this.#channel = new Scp03CardChannel(state, random, surroundings.keyMask ?? 0);
    const lent: ApplicationSurroundings = {
      side: surroundings.side ?? 'contact',
      random,
      blockCard: () => {
        state.selectionEnded = 'yes';
      },
    };
    const { application, loyalty } = state;
    this.#applications = [
      selectable(new PaymentApplication(application, lent), { application, rules: paymentRules }),
      ...(loyalty === undefined
        ? []
        : [selectable(new RecordApplication(loyalty), { application: loyalty, rules: loyaltyRules })]),
    ];
  }

  /** Loses all that is volatile and returns the answer to reset; the security domain is selected. */
  reset(): Uint8Array {
    this.#endSession();
    this.#selected = 'domain';
    return answerToReset;
  }

  /** Performs one command; the answer is data and status word. */
  exchange(bytes: Uint8Array): Uint8Array {
    const command = parseCommand(bytes);
    if (command === undefined) return statusOnly(statusWords.wrongLength);
    try {
      const { data, sw } = this.#perform(command);
      const isProtected = this.#channel.protectsAnswers && (command.cla & 0x04) !== 0 && command.ins !== 0x82;
      const answer = isProtected ? this.#channel.wrapAnswer(data, sw) : data;
      // A MAC must reach the host even where it sent no Le; plain data without Le are not asked for.
      if (!isProtected && command.le === undefined && data.length > 0) {
        return statusOnly(command.ins === 0xe6 ? statusWords.ok : statusWords.wrongLength);
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
    if (this.state.cardLifeCycle === 0xff) return done(this.#terminated(command));
    const selected = this.#selected;
    const isApplications =
      selected !== 'domain' && !this.#channel.isOpen && selected.application.ownsSecureMessaging(command);
    if (isApplications) return done(selected.application.perform(command));
    if ((cla & 0x08) !== 0) throw new StatusError('classNotSupported');
    if (ins === 0xa4) return this.#select(command);
    if (selected !== 'domain' && selected.personalised === undefined)
      return done(selected.application.perform(command));
    if (ins === 0x50) return done(this.#initializeUpdate(command));
    // EXTERNAL AUTHENTICATE of EMV has the class of ISO; GlobalPlatform's is its own.
    if (ins === 0x82 && (selected === 'domain' || (cla & 0x80) !== 0)) {
      needClass(command, 0x80);
      this.#channel.externalAuthenticate(command);
      return done(new Uint8Array());
    }
    const plain = this.#channel.unwrap(command);
    if (selected === 'domain') return done(this.#domain(plain));
    if (ins !== 0xe2 || selected.personalised === undefined) return done(selected.application.perform(plain));
    needClass(command, 0x80);
    this.#needChannel();
    return done(this.#storeData(plain, selected.personalised));
  }

  /** A terminated card answers its production data and nothing else. GPC_SPE_034 v2.3.1 §5.1.1.5. */
  #terminated(command: CardCommand): Uint8Array {
    if (command.ins !== 0xca) throw new StatusError('conditionsNotSatisfied');
    return issuerSecurityDomainData(this.state, command);
  }

  #domain(command: CardCommand): Uint8Array {
    switch (command.ins) {
      case 0xca:
        if (command.data.length > 0) throw new StatusError('wrongLength');
        return issuerSecurityDomainData(this.state, command);
      case 0xf2:
        needClass(command, 0x80);
        this.#needChannel();
        return registryStatus(this.state, command);
      case 0xf0:
        needClass(command, 0x80);
        this.#needChannel();
        setCardStatus(this.state, command);
        return new Uint8Array();
      case 0xe6:
        needClass(command, 0x80);
        this.#needChannel();
        this.#installForPersonalization(command);
        return Uint8Array.of(0);
      case 0xe2:
        needClass(command, 0x80);
        this.#needChannel();
        if (this.#forwardsTo === undefined) throw new StatusError('conditionsNotSatisfied');
        return this.#storeData(command, this.#forwardsTo);
      default:
        throw new StatusError('instructionNotSupported');
    }
  }

  /** SELECT by name, whole or its first bytes, first or next occurrence. GPC_SPE_034 v2.3.1 §11.9, EMV Book 1 v4.4 §11.3. */
  #select(command: CardCommand): CardAnswer {
    needClass(command, 0x00);
    if (command.p1 !== 0x04 || (command.p2 !== 0x00 && command.p2 !== 0x02)) throw new StatusError('wrongParameters');
    const name = command.data;
    if (name.length > 16 || (name.length > 0 && name.length < 5)) throw new StatusError('wrongLength');
    if (this.state.selectionEnded === 'yes') throw new StatusError('functionNotSupported');
    const begins = (whole: Uint8Array): boolean => equalBytes(whole.slice(0, name.length), name);
    const matching: readonly Selected[] = [
      ...(begins(issuerSecurityDomainAid) ? (['domain'] as const) : []),
      ...[...this.#applications, ...this.#ownDirectories()].filter((each) => begins(each.name)),
    ];
    const at = matching.findIndex((each) => isSame(each, this.#selected));
    const next = command.p2 === 0x02 ? at + 1 : 0;
    const found = command.p2 === 0x02 && next === 0 ? undefined : matching[next];
    const isLocked = this.state.cardLifeCycle === 0x7f && found !== 'domain';
    if (found === undefined || isLocked) throw new StatusError('notFound');
    this.#endSession();
    this.#selected = found;
    return found === 'domain' ? done(issuerSecurityDomainFci()) : found.application.select();
  }

  /** The directory that the chip answers for itself once its payment application is personalised. */
  #ownDirectories(): readonly Selectable[] {
    const entry = directoryEntry(this.state);
    if (entry === undefined) return [];
    return [
      { name: contactEnvironment, application: new OwnContactDirectory(entry), personalised: undefined },
      { name: proximityEnvironment, application: new OwnProximityDirectory(entry), personalised: undefined },
    ];
  }

  #initializeUpdate(command: CardCommand): Uint8Array {
    needClass(command, 0x80);
    if ((command.cla & 0x04) !== 0) throw new StatusError('classNotSupported');
    this.#endSession();
    return this.#channel.initializeUpdate(command, this.#selectedAid());
  }

  #selectedAid(): Uint8Array {
    return this.#selected === 'domain' ? issuerSecurityDomainAid : this.#selected.name;
  }

  #installForPersonalization(command: CardCommand): void {
    const aid = installForPersonalization(command);
    const found = this.#applications.find(({ name }) => equalBytes(aid, name))?.personalised;
    if (found === undefined) throw new StatusError('referencedDataNotFound');
    if (found.application.lifeCycle !== 0x07) throw new StatusError('conditionsNotSatisfied');
    this.#personalisation = undefined;
    this.#forwardsTo = found;
  }

  #storeData(command: CardCommand, into: PersonalisedApplication): Uint8Array {
    const { counters } = this.state;
    this.#personalisation ??= new PersonalisationSession(into, counters, (data) =>
      this.#channel.decryptSensitive(data),
    );
    if (this.#personalisation.storeData(command) === 'personalised') this.#forwardsTo = undefined;
    return new Uint8Array();
  }

  #needChannel(): void {
    if (!this.#channel.isOpen) throw new StatusError('securityNotSatisfied');
  }

  #endSession(): void {
    this.#channel.close();
    this.#personalisation = undefined;
    this.#forwardsTo = undefined;
  }
}

function selectable(application: CardApplication, personalised: PersonalisedApplication): Selectable {
  return { name: fromHex(personalised.application.aid), application, personalised };
}

function isSame(one: Selected, other: Selected): boolean {
  return one === 'domain' || other === 'domain' ? one === other : equalBytes(one.name, other.name);
}

function done(data: Uint8Array): CardAnswer {
  return { data, sw: statusWords.ok };
}

function statusOnly(sw: number): Uint8Array {
  return Uint8Array.of(sw >> 8, sw & 255);
}
