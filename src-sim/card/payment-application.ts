import { fromHex } from '#shared/bytes/bytes.ts';
import type { ApplicationSurroundings, CardAnswer } from './card-application.ts';
import { needClass } from './card-command.ts';
import type { CardCommand } from './card-command.ts';
import { readTlvs, writeTlv } from './card-tlv.ts';
import type { ApplicationState } from './chip-state.ts';
import { dynamicNumberField, signedDynamicData } from './dynamic-signature.ts';
import { lengthOfList } from './element-list.ts';
import { generateCryptogram } from './generate-cryptogram.ts';
import { externalAuthenticate } from './issuer-authentication.ts';
import { hasPin } from './issuer-application-data.ts';
import { isScriptCommand, performScript } from './issuer-script.ts';
import { verifyPin } from './offline-pin.ts';
import { PaymentData } from './payment-data.ts';
import { needWholeAnswer, newTransaction } from './payment-transaction.ts';
import type { Transaction } from './payment-transaction.ts';
import { formedAnswer } from './processing-options.ts';
import { RecordApplication } from './record-application.ts';
import { StatusError, statusWords } from './status-word.ts';

/** The longest modulus whose signature fits an answer of format 2. EMV Book 2 v4.4 Annex D1.2.2. */
const longestModulus = 249;

/**
 * The payment application as a terminal meets it on one side of the chip, after the Common Core Definitions of EMV 4.4.
 * A refused command changes nothing, except that a wrong PIN costs a try and a failed script is remembered.
 */
export class PaymentApplication extends RecordApplication {
  readonly #surroundings: ApplicationSurroundings;
  readonly #data: PaymentData;
  #transaction: Transaction | undefined;
  /** The number of GET CHALLENGE, valid for the next command only. EMV Book 3 v4.4 §6.5.6.1. */
  #challenge: Uint8Array | undefined;

  constructor(application: ApplicationState, surroundings: ApplicationSurroundings) {
    super(application);
    this.#surroundings = surroundings;
    this.#data = new PaymentData(application, surroundings.side);
  }

  /** The answer to SELECT, 6283 where the application is blocked, and the begin of a new transaction. EMV Book 1 v4.4 §11.3.4, §11.3.5. */
  override select(): CardAnswer {
    this.#transaction = undefined;
    this.#challenge = undefined;
    const template = this.#data.sided('9102', '9103') ?? writeTlv(0xa5);
    const blocked = this.#data.isPersonalised && this.#data.state.flags.includes('blocked');
    return {
      data: writeTlv(0x6f, writeTlv(0x84, fromHex(this.application.aid)), template),
      sw: blocked ? statusWords.selectedInvalidated : statusWords.ok,
    };
  }

  override ownsSecureMessaging(command: CardCommand): boolean {
    return isScriptCommand(command);
  }

  override perform(command: CardCommand): Uint8Array {
    const challenge = this.#challenge;
    this.#challenge = undefined;
    if (isScriptCommand(command)) {
      performScript(this.#data, this.#transaction, command, this.#surroundings);
      return new Uint8Array();
    }
    switch (command.ins) {
      case 0xa8:
        needClass(command, 0x80);
        return this.#getProcessingOptions(command);
      case 0xae:
        needClass(command, 0x80);
        return generateCryptogram(this.#data, this.#transaction, command, this.#surroundings);
      case 0xca:
        needClass(command, 0x80);
        return this.#getData(command);
      case 0x84:
        needClass(command, 0x00);
        return this.#getChallenge(command);
      case 0x88:
        needClass(command, 0x00);
        return this.#internalAuthenticate(command);
      case 0x82:
        needClass(command, 0x00);
        externalAuthenticate(this.#data, this.#transaction, command);
        return new Uint8Array();
      case 0x20:
        needClass(command, 0x00);
        verifyPin(this.#data, this.#transaction, command, challenge);
        return new Uint8Array();
      default:
        return super.perform(command);
    }
  }

  /**
   * GET PROCESSING OPTIONS, once a selection: AIP and AFL of the side in the form in which they were personalised; counts the transaction.
   * Data that are not exactly as long as the PDOL says are refused. EMV Book 3 v4.4 §6.5.8.
   */
  #getProcessingOptions(command: CardCommand): Uint8Array {
    if (command.p1 !== 0 || command.p2 !== 0) throw new StatusError('wrongParameters');
    needWholeAnswer(command);
    const { options } = this.#data;
    if (options === undefined || this.#transaction !== undefined) throw new StatusError('conditionsNotSatisfied');
    const objects = readTlvs(command.data);
    const [list] = objects ?? [];
    if (objects?.length !== 1 || list?.tag !== 0x83) throw new StatusError('wrongData');
    if (list.value.length !== lengthOfList(this.#data.optionsList)) throw new StatusError('wrongLength');
    const { application } = this;
    if (application.transactionCounter >= 0xffff) throw new StatusError('conditionsNotSatisfied');
    application.transactionCounter++;
    this.#transaction = newTransaction(options, list.value, this.#data.state);
    return formedAnswer(options.form, [
      [0x82, options.profile],
      [0x94, options.locator],
    ]);
  }

  /** GET DATA: counters of the card and the objects of groupings 9115 to 911F. EMV Book 3 v4.4 §6.5.7. */
  #getData(command: CardCommand): Uint8Array {
    if (command.data.length > 0) throw new StatusError('wrongLength');
    if (!this.#data.isPersonalised) throw new StatusError('referencedDataNotFound');
    const tag = command.p1 === 0 ? command.p2 : (command.p1 << 8) | command.p2;
    const { lastOnlineCounter, pinTries } = this.#data.state;
    if (tag === 0x9f36) return writeTlv(tag, this.#data.counter);
    if (tag === 0x9f13) return writeTlv(tag, Uint8Array.of(lastOnlineCounter >> 8, lastOnlineCounter & 255));
    if (tag === 0x9f17 && hasPin(this.#data)) return writeTlv(tag, Uint8Array.of(pinTries));
    const object = this.#data.dataObject(tag);
    if (object === undefined) throw new StatusError('referencedDataNotFound');
    return object.whole;
  }

  /** GET CHALLENGE: eight bytes, valid for the next command. EMV Book 3 v4.4 §6.5.6. */
  #getChallenge(command: CardCommand): Uint8Array {
    if (command.p1 !== 0 || command.p2 !== 0) throw new StatusError('wrongParameters');
    if (command.data.length > 0 || command.le === undefined || command.le < 8) throw new StatusError('wrongLength');
    if (!this.#data.isPersonalised) throw new StatusError('conditionsNotSatisfied');
    this.#challenge = this.#surroundings.random(8);
    return this.#challenge;
  }

  /**
   * INTERNAL AUTHENTICATE between processing options and the first cryptogram: signs a fresh dynamic number and the data of the DDOL, which
   * are four bytes where the card has no DDOL. EMV Book 3 v4.4 §6.5.9, EMV Book 2 v4.4 §6.5.1.
   */
  #internalAuthenticate(command: CardCommand): Uint8Array {
    if (command.p1 !== 0 || command.p2 !== 0) throw new StatusError('wrongParameters');
    needWholeAnswer(command);
    const pair = this.#data.keyPair('82');
    const transaction = this.#transaction;
    if (transaction === undefined || transaction.first !== undefined || pair === undefined) {
      throw new StatusError('conditionsNotSatisfied');
    }
    if (pair.length > longestModulus) throw new StatusError('conditionsNotSatisfied');
    const list = this.#data.list(0x9f49);
    if (command.data.length !== (list === undefined ? 4 : lengthOfList(list))) throw new StatusError('wrongLength');
    const dynamicNumber = dynamicNumberField(this.#surroundings.random(8));
    const signature = signedDynamicData(pair, dynamicNumber, command.data);
    transaction.dynamicAuthentication = 'done';
    return formedAnswer(transaction.options.form, [[0x9f4b, signature]]);
  }
}
