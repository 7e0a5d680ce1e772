import { concatBytes } from '#shared/bytes/bytes.ts';
import type { ApplicationSurroundings } from './card-application.ts';
import { cryptogramKeyOf, cryptogramOf } from './card-cryptogram.ts';
import type { CardCommand } from './card-command.ts';
import type { CardKeyPair } from './card-key-pair.ts';
import { writeTlv } from './card-tlv.ts';
import { completeTransaction, firstCryptogram } from './card-action.ts';
import type { CardDecision } from './card-action.ts';
import { dynamicNumberField, sha1, signedDynamicData } from './dynamic-signature.ts';
import { lengthOfList, valuesOfList } from './element-list.ts';
import { issuerApplicationData } from './issuer-application-data.ts';
import type { PaymentData } from './payment-data.ts';
import { needWholeAnswer } from './payment-transaction.ts';
import type { CryptogramKind, Transaction } from './payment-transaction.ts';
import { formedAnswer } from './processing-options.ts';
import { StatusError } from './status-word.ts';

const kinds: Readonly<Record<number, CryptogramKind>> = { 0x00: 'aac', 0x40: 'tc', 0x80: 'arqc' };
const informationOf = { aac: 0x00, tc: 0x40, arqc: 0x80 } as const;

/** Numeric elements that Table CCD 3 takes: their nibbles are digits. EMV Book 3 v4.4 §4.3. */
const numericElements = [0x9f02, 0x9f03, 0x9f1a, 0x5f2a, 0x9a, 0x9c];

/** The most of a modulus that fits an answer with a signature, 256 bytes in all. EMV Book 2 v4.4 Annex D1.2. */
const longestModulus = 205;

/**
 * GENERATE AC, the first and, after a request cryptogram, the second one. Faults: 6A86 unknown request, 6985 out of order or without
 * what it needs, 6700 data not as long as the CDOL, 6A80 digits that are none. EMV Book 3 v4.4 §6.5.5, EMV Book 2 v4.4 §6.6.1, §8.1.
 */
export function generateCryptogram(
  data: PaymentData,
  transaction: Transaction | undefined,
  command: CardCommand,
  surroundings: ApplicationSurroundings,
): Uint8Array {
  const asked = kinds[command.p1 & 0xc0];
  if (asked === undefined || (command.p1 & 0x2f) !== 0 || command.p2 !== 0) throw new StatusError('wrongParameters');
  needWholeAnswer(command);
  if (transaction === undefined) throw new StatusError('conditionsNotSatisfied');
  const isSecond = transaction.first !== undefined;
  const isOver = transaction.second !== undefined || (isSecond && transaction.first?.kind !== 'arqc');
  const list = data.list(isSecond ? 0x8d : 0x8c);
  const masterKey = data.masterKey('cryptogram');
  if (isOver || list === undefined || masterKey === undefined || (isSecond && asked === 'arqc')) {
    throw new StatusError('conditionsNotSatisfied');
  }
  if (command.data.length !== lengthOfList(list)) throw new StatusError('wrongLength');
  const values = valuesOfList(list, command.data);
  if (numericElements.some((tag) => !isNumeric(values.get(tag)))) throw new StatusError('wrongData');
  const unpredictable = values.get(0x9f37);
  const signer = (command.p1 & 0x10) !== 0 && asked !== 'aac' ? signerOf(data, unpredictable) : undefined;
  const key = cryptogramKeyOf(masterKey, data.counter);
  const decision: CardDecision = isSecond
    ? completeTransaction(data, transaction, { asked, values, key, blockCard: surroundings.blockCard })
    : firstCryptogram(data, transaction, { asked, values });
  const signed = decision.kind === 'aac' ? undefined : signer;
  const { counter } = data;
  const { profile, form } = transaction.options;
  const combined = signed === undefined ? transaction.combinedAuthentication : 'done';
  const issuerData = issuerApplicationData(data, {
    transaction: { ...transaction, combinedAuthentication: combined },
    first: transaction.first?.kind ?? decision.kind,
    second: isSecond ? decision.kind : undefined,
    flags: decision.flagsShown,
    online: decision.online,
  });
  const cryptogram = cryptogramOf(key, values, { profile, counter, issuerData });
  const given: Given = { information: Uint8Array.of(informationOf[decision.kind]), counter, cryptogram, issuerData };
  const sent = [transaction.optionsValues, transaction.first?.values ?? new Uint8Array(), command.data];
  const answer =
    signed === undefined
      ? formedAnswer(form, [
          [0x9f27, given.information],
          [0x9f36, counter],
          [0x9f26, cryptogram],
          [0x9f10, issuerData],
        ])
      : signedAnswer(signed, given, {
          sent,
          unpredictable: unpredictable ?? new Uint8Array(),
          dynamicNumber: surroundings.random(8),
        });
  transaction.combinedAuthentication = combined;
  if (isSecond) transaction.second = decision.kind;
  else transaction.first = { kind: decision.kind, cryptogram, values: command.data };
  decision.remember();
  return answer;
}

interface Given {
  readonly information: Uint8Array;
  readonly counter: Uint8Array;
  readonly cryptogram: Uint8Array;
  readonly issuerData: Uint8Array;
}

/** The answer with a signature in place of the cryptogram. EMV Book 2 v4.4 §6.6.1 Tables 18 to 20. */
function signedAnswer(
  pair: CardKeyPair,
  { information, counter, cryptogram, issuerData }: Given,
  terminal: {
    /** Values of PDOL, CDOL1 and, for the second cryptogram, CDOL2. */
    readonly sent: readonly Uint8Array[];
    readonly unpredictable: Uint8Array;
    readonly dynamicNumber: Uint8Array;
  },
): Uint8Array {
  const head = concatBytes(writeTlv(0x9f27, information), writeTlv(0x9f36, counter));
  const tail = writeTlv(0x9f10, issuerData);
  const transactionHash = sha1(...terminal.sent, head, tail);
  const cardData = concatBytes(dynamicNumberField(terminal.dynamicNumber), information, cryptogram, transactionHash);
  return writeTlv(0x77, head, writeTlv(0x9f4b, signedDynamicData(pair, cardData, terminal.unpredictable)), tail);
}

/** The key that signs, where signing is possible at all: a key that fits the answer, and an unpredictable number in the list. */
function signerOf(data: PaymentData, unpredictable: Uint8Array | undefined): CardKeyPair {
  const pair = data.keyPair('82');
  const fits = pair !== undefined && pair.length <= longestModulus && pair.length >= 63;
  if (!fits || unpredictable?.length !== 4) throw new StatusError('conditionsNotSatisfied');
  return pair;
}

function isNumeric(value: Uint8Array | undefined): boolean {
  return value === undefined || value.every((byte) => byte >> 4 < 10 && (byte & 15) < 10);
}
