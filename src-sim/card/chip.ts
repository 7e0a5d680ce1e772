import { randomBytes } from 'node:crypto';
import { ascii, concatBytes, equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import { parseCommand } from './card-command.ts';
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
import { contactDirectory, PaymentApplication, proximityDirectory } from './payment-application.ts';
import { loyaltyRules, paymentRules, PersonalisationSession } from './personalisation-session.ts';
import type { ApplicationRules } from './personalisation-session.ts';
import { RecordApplication } from './record-application.ts';
import { Scp03CardChannel } from './scp03-card-channel.ts';
import { StatusError, statusWords } from './status-word.ts';

/** Answer to reset: T=1, as strict terminals accept it. ISO/IEC 7816-3 §8.2, EMV Book 1 v4.4 §8.3. */
export const answerToReset = fromHex('3BE000008131FE45EB');

const contactEnvironment = ascii('1PAY.SYS.DDF01');
const proximityEnvironment = ascii('2PAY.SYS.DDF01');

type Selected = 'domain' | 'application' | 'loyalty' | 'contact-directory' | 'proximity-directory';

/** An application of the chip that STORE DATA may go to. */
interface PersonalisedApplication {
  readonly application: ApplicationState;
  readonly rules: ApplicationRules;
}

/** What a chip is given besides its memory. */
export interface ChipSurroundings {
  /** Card challenges where they are not pseudo-random. */
  readonly random?: (length: number) => Uint8Array;
  /** Changes every byte of the keys, so that the chip holds others than it should. */
  readonly keyMask?: number;
}

/**
 * One chip as a pure object: bytes in, bytes out. `state` is all it keeps without power; it is changed in place,
 * before the answer is returned. Every command is answered by a status word, whatever it holds.
 */
export class Chip {
  readonly state: ChipState;
  readonly #channel: Scp03CardChannel;
  readonly #application: PaymentApplication;
  readonly #loyalty: RecordApplication | undefined;
  #selected: Selected = 'domain';
  #personalisation: PersonalisationSession | undefined;
  /** Set by INSTALL [for personalization]: STORE DATA to the domain goes to this application. */
  #forwardsTo: PersonalisedApplication | undefined;

  constructor(state: ChipState, surroundings: ChipSurroundings = {}) {
    this.state = state;
    this.#channel = new Scp03CardChannel(state, surroundings.random ?? randomBytes, surroundings.keyMask ?? 0);
    this.#application = new PaymentApplication(state.application);
    this.#loyalty = state.loyalty === undefined ? undefined : new RecordApplication(state.loyalty);
  }

  /** Loses all that is volatile and returns the answer to reset; the security domain is selected. */
  reset(): Uint8Array {
    this.#endSession();
    this.#application.select();
    this.#selected = 'domain';
    return answerToReset;
  }

  /** Performs one command; the answer is data and status word. */
  exchange(bytes: Uint8Array): Uint8Array {
    const command = parseCommand(bytes);
    if (command === undefined) return statusOnly(statusWords.wrongLength);
    try {
      const data = this.#perform(command);
      const isProtected = this.#channel.protectsAnswers && (command.cla & 0x04) !== 0 && command.ins !== 0x82;
      const answer = isProtected ? this.#channel.wrapAnswer(data, statusWords.ok) : data;
      // A MAC must reach the host even where it sent no Le; plain data without Le are not asked for.
      if (!isProtected && command.le === undefined && data.length > 0) {
        return statusOnly(command.ins === 0xe6 ? statusWords.ok : statusWords.wrongLength);
      }
      if (command.le !== undefined && answer.length > command.le) {
        return statusOnly(answer.length < 256 ? statusWords.wrongLe | answer.length : statusWords.wrongLength);
      }
      return concatBytes(answer, Uint8Array.of(0x90, 0x00));
    } catch (refusal) {
      if (refusal instanceof StatusError) return statusOnly(refusal.sw);
      throw refusal;
    }
  }

  #perform(command: CardCommand): Uint8Array {
    const { cla, ins } = command;
    if (cla === 0xff || (cla & 0x60) !== 0) throw new StatusError('classNotSupported');
    if ((cla & 0x10) !== 0) throw new StatusError('chainingNotSupported');
    if ((cla & 0x03) !== 0) throw new StatusError('channelNotSupported');
    if ((cla & 0x08) !== 0) throw new StatusError('classNotSupported');
    if (this.state.cardLifeCycle === 0xff) return this.#terminated(command);
    if (ins === 0xa4) return this.#select(command);
    if (this.#selected === 'contact-directory' || this.#selected === 'proximity-directory') {
      return this.#readDirectory(command);
    }
    if (ins === 0x50) return this.#initializeUpdate(command);
    if (ins === 0x82) {
      needClass(command, 0x80);
      this.#channel.externalAuthenticate(command);
      return new Uint8Array();
    }
    const plain = this.#channel.unwrap(command);
    if (this.#selected === 'domain') return this.#domain(plain);
    return this.#selected === 'loyalty' ? this.#membership(plain) : this.#payment(plain);
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

  #payment(command: CardCommand): Uint8Array {
    switch (command.ins) {
      case 0xe2:
        needClass(command, 0x80);
        this.#needChannel();
        return this.#storeData(command, this.#paymentToPersonalise());
      case 0xa8:
        needClass(command, 0x80);
        return this.#application.getProcessingOptions(command);
      case 0xca:
        needClass(command, 0x80);
        return this.#application.getData(command);
      case 0xb2:
        needClass(command, 0x00);
        return this.#application.readRecord(command);
      default:
        throw new StatusError('instructionNotSupported');
    }
  }

  #membership(command: CardCommand): Uint8Array {
    const { loyalty } = this.state;
    if (this.#loyalty === undefined || loyalty === undefined) throw new StatusError('conditionsNotSatisfied');
    switch (command.ins) {
      case 0xe2:
        needClass(command, 0x80);
        this.#needChannel();
        return this.#storeData(command, { application: loyalty, rules: loyaltyRules });
      case 0xb2:
        needClass(command, 0x00);
        return this.#loyalty.readRecord(command);
      default:
        throw new StatusError('instructionNotSupported');
    }
  }

  #paymentToPersonalise(): PersonalisedApplication {
    return { application: this.state.application, rules: paymentRules };
  }

  /** SELECT by name, whole or its first bytes, first or next occurrence. GPC_SPE_034 v2.3.1 §11.9, EMV Book 1 v4.4 §11.3. */
  #select(command: CardCommand): Uint8Array {
    needClass(command, 0x00);
    if (command.p1 !== 0x04 || (command.p2 !== 0x00 && command.p2 !== 0x02)) throw new StatusError('wrongParameters');
    const name = command.data;
    if (name.length > 16 || (name.length > 0 && name.length < 5)) throw new StatusError('wrongLength');
    const entry = directoryEntry(this.state);
    const names: readonly (readonly [Selected, Uint8Array])[] = [
      ['domain', issuerSecurityDomainAid],
      ['application', fromHex(this.state.application.aid)],
      ...(this.state.loyalty === undefined ? [] : ([['loyalty', fromHex(this.state.loyalty.aid)]] as const)),
      ...(entry === undefined ? [] : ([['contact-directory', contactEnvironment]] as const)),
      ...(entry === undefined ? [] : ([['proximity-directory', proximityEnvironment]] as const)),
    ];
    const matching = names
      .filter(([, each]) => equalBytes(each.slice(0, name.length), name))
      .map(([selected]) => selected);
    const next = command.p2 === 0x02 ? matching.indexOf(this.#selected) + 1 : 0;
    const found = command.p2 === 0x02 && next === 0 ? undefined : matching[next];
    const isLocked = this.state.cardLifeCycle === 0x7f && found !== 'domain';
    if (found === undefined || isLocked) throw new StatusError('notFound');
    this.#endSession();
    this.#selected = found;
    switch (found) {
      case 'domain':
        return issuerSecurityDomainFci();
      case 'application':
        return this.#application.select();
      case 'loyalty':
        return this.#loyalty?.select() ?? new Uint8Array();
      case 'contact-directory':
        return contactDirectory(contactEnvironment, entry ?? new Uint8Array()).fci;
      case 'proximity-directory':
        return proximityDirectory(proximityEnvironment, entry ?? new Uint8Array());
    }
  }

  #readDirectory(command: CardCommand): Uint8Array {
    if (command.ins !== 0xb2 || this.#selected !== 'contact-directory')
      throw new StatusError('instructionNotSupported');
    needClass(command, 0x00);
    if ((command.p2 & 0x07) !== 0x04 || command.p1 === 0) throw new StatusError('wrongParameters');
    if (command.p2 >> 3 !== 1) throw new StatusError('notFound');
    const entry = directoryEntry(this.state);
    if (command.p1 !== 1 || entry === undefined) throw new StatusError('recordNotFound');
    return contactDirectory(contactEnvironment, entry).record;
  }

  #initializeUpdate(command: CardCommand): Uint8Array {
    needClass(command, 0x80);
    if ((command.cla & 0x04) !== 0) throw new StatusError('classNotSupported');
    this.#endSession();
    return this.#channel.initializeUpdate(command, this.#selectedAid());
  }

  #selectedAid(): Uint8Array {
    const { application, loyalty } = this.state;
    if (this.#selected === 'application') return fromHex(application.aid);
    return this.#selected === 'loyalty' && loyalty !== undefined ? fromHex(loyalty.aid) : issuerSecurityDomainAid;
  }

  #installForPersonalization(command: CardCommand): void {
    const aid = installForPersonalization(command);
    const { loyalty } = this.state;
    const found = [
      this.#paymentToPersonalise(),
      ...(loyalty === undefined ? [] : [{ application: loyalty, rules: loyaltyRules }]),
    ].find(({ application }) => equalBytes(aid, fromHex(application.aid)));
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

/** Refuses another kind of class byte: 80 for GlobalPlatform's and EMV's own commands, 00 for those of ISO. */
function needClass(command: CardCommand, kind: 0x00 | 0x80): void {
  if ((command.cla & 0x80) !== kind) throw new StatusError('classNotSupported');
}

function statusOnly(sw: number): Uint8Array {
  return Uint8Array.of(sw >> 8, sw & 255);
}
