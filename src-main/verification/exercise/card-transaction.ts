import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { ProofTransaction } from '#shared/domain/chip-proof.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus, type ResponseApdu } from '#shared/protocols/apdu/response-apdu.ts';
import { getProcessingOptions, selectPaymentApplication } from '#shared/protocols/emv/application-commands.ts';
import { parseApplicationControl } from '#shared/protocols/emv/application-selection.ts';
import { parseCryptogramAnswer } from '#shared/protocols/emv/cryptogram-answer.ts';
import { externalAuthenticate, generateAc, type CryptogramType } from '#shared/protocols/emv/cryptogram-commands.ts';
import { fillDataObjectList } from '#shared/protocols/emv/fill-data-object-list.ts';
import { scriptCommand, scriptMacInput, type ScriptCommandName } from '#shared/protocols/emv/issuer-scripts.ts';
import { parseProcessingOptions } from '#shared/protocols/emv/processing-options.ts';
import type { DolEntry } from '#shared/protocols/tlv/data-object-list.ts';
import type { AskedCryptogram } from '../chip-reading.ts';
import { terminalData } from '../terminal-data.ts';

/** Names of the issuer's keys for a test card, and the card's own lists. */
export interface ExercisedCard {
  readonly application: string;
  readonly cardKeys: { readonly imkAc: string; readonly imkSmi: string; readonly imkSmc: string };
  readonly option: 'A' | 'B';
  readonly transaction: ProofTransaction;
  readonly firstList: readonly DolEntry[];
  readonly secondList: readonly DolEntry[];
}

/** Approves, and changes nothing else: bit 8 of byte 2. EMV Book 3 v4.4 Annex C10, Table CCD 11. */
const approves = fromHex('00800000');
/** 8A of an approved transaction, two characters. */
const approved = fromHex('3030');

/** Sends one command and hands over what came, whatever its status word. */
export function* send(command: CommandApdu, label: string): Dialogue<ResponseApdu> {
  return decodeResponse(yield { kind: 'exchange', command: encodeCommand(command), label });
}

/** One transaction of a test card, from its selection on. Changes the card as its commands say. EMV Book 3 v4.4 §10. */
export class CardTransaction {
  readonly #card: ExercisedCard;
  interchangeProfile: Uint8Array = new Uint8Array(0);
  #first: { readonly cryptogram: Uint8Array; readonly transactionCounter: Uint8Array } | null = null;

  constructor(card: ExercisedCard) {
    this.#card = card;
  }

  /** SELECT and GET PROCESSING OPTIONS; the status word of SELECT says whether the application is blocked (6283). EMV Book 1 v4.4 §11.3.5. */
  *begin(): Dialogue<number> {
    const { application, transaction } = this.#card;
    const selected = yield* send(selectPaymentApplication(fromHex(application)), 'SELECT the application');
    const { pdol } = parseApplicationControl(expectStatus(selected, 'SELECT the application', [0x9000, 0x6283]));
    const filled = fillDataObjectList(pdol, terminalData(transaction));
    const answer = yield* send(getProcessingOptions(filled), 'GET PROCESSING OPTIONS');
    this.interchangeProfile = parseProcessingOptions(expectStatus(answer, 'GET PROCESSING OPTIONS')).interchangeProfile;
    return selected.statusWord;
  }

  /** The first GENERATE AC, without a signature. EMV Book 3 v4.4 §6.5.5. */
  *first(type: CryptogramType): Dialogue<AskedCryptogram> {
    const asked = yield* this.#generate(type, this.#card.firstList, new Map(), 'GENERATE AC');
    const { proof, transactionCounter } = asked.answer;
    if (proof.kind === 'cryptogram') this.#first = { cryptogram: proof.cryptogram, transactionCounter };
    return asked;
  }

  /** The issuer approves by EXTERNAL AUTHENTICATE; its status word. EMV Book 3 v4.4 §6.5.4. */
  *approve(): Dialogue<number> {
    const { imkAc } = this.#card.cardKeys;
    const { cryptogram, transactionCounter } = this.#requireFirst();
    const answer = yield {
      kind: 'response-cryptogram',
      imkAc,
      option: this.#card.option,
      transactionCounter,
      cryptogram,
      cardStatusUpdate: approves,
    };
    const said = yield* send(externalAuthenticate(concatBytes(answer, approves)), 'EXTERNAL AUTHENTICATE');
    return said.statusWord;
  }

  /** The second GENERATE AC asks a TC, the issuer having approved. EMV Book 3 v4.4 §10.11. */
  *second(): Dialogue<AskedCryptogram> {
    return yield* this.#generate('tc', this.#card.secondList, new Map([[0x8a, approved]]), 'the second GENERATE AC');
  }

  /** A script command, with its MAC or with one that is wrong in its last bit; its status word. EMV Book 2 v4.4 §9.2. */
  *script(name: ScriptCommandName, data: Uint8Array, mac: 'right' | 'wrong'): Dialogue<number> {
    const { cryptogram, transactionCounter } = this.#requireFirst();
    const { option, cardKeys } = this.#card;
    const input = scriptMacInput(name, data, { cryptogram, transactionCounter });
    const right = yield { kind: 'script-mac', imkSmi: cardKeys.imkSmi, option, cryptogram, data: input };
    const sent = mac === 'right' ? right : right.map((byte, at) => (at === right.length - 1 ? byte ^ 1 : byte));
    const answer = yield* send(scriptCommand(name, data, sent), `script: ${name}`);
    return answer.statusWord;
  }

  /** A new PIN block enciphered for a script of this transaction. EMV Book 2 v4.4 §9.3. */
  *encipher(block: Uint8Array): Dialogue<Uint8Array> {
    const { option, cardKeys } = this.#card;
    const { cryptogram } = this.#requireFirst();
    return yield { kind: 'script-encipher', imkSmc: cardKeys.imkSmc, option, cryptogram, data: block };
  }

  *#generate(
    type: CryptogramType,
    list: readonly DolEntry[],
    more: ReadonlyMap<number, Uint8Array>,
    label: string,
  ): Dialogue<AskedCryptogram> {
    const filled = fillDataObjectList(list, new Map([...terminalData(this.#card.transaction), ...more]));
    const answer = yield* send(generateAc(type, 'none', filled), label);
    return { list, filled, answer: parseCryptogramAnswer(expectStatus(answer, label)) };
  }

  #requireFirst(): { readonly cryptogram: Uint8Array; readonly transactionCounter: Uint8Array } {
    if (this.#first !== null) return this.#first;
    const reason = 'it gave no cryptogram that the issuer could answer';
    throw new StationFault('CARD-ANSWER', { command: 'GENERATE AC', reason });
  }
}
