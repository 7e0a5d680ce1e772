import { concatBytes } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { chipApplications, type ChipApplication } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { expectStatus } from '#shared/protocols/apdu/response-apdu.ts';
import { formatStatus } from '#shared/protocols/apdu/status-word.ts';
import { getApplicationData } from '#shared/protocols/emv/application-commands.ts';
import { cryptogramCodes, type CryptogramType } from '#shared/protocols/emv/cryptogram-commands.ts';
import { getChallenge, plainPinBlock, verifyPin } from '#shared/protocols/emv/issuer-scripts.ts';
import { parseDol } from '#shared/protocols/tlv/data-object-list.ts';
import { parseTlv } from '#shared/protocols/tlv/ber-tlv.ts';
import { nodeRsa } from '../../platform/node-rsa.ts';
import { ChipReading, type AskedCryptogram } from '../chip-reading.ts';
import type { ProofSubject } from '../port.ts';
import { proveCryptogram } from '../prove-cryptogram.ts';
import { readChip } from '../read-chip.ts';
import { CardTransaction, send, type ExercisedCard } from './card-transaction.ts';
import { ExerciseSteps, type ExerciseStep } from './exercise-steps.ts';

const ok = 0x9000;
const applicationBlocked = 0x6283;
/** VERIFY of a PIN that is blocked: in this transaction, or before it. EMV Book 3 v4.4 §6.5.12.5. */
const pinBlocked: readonly number[] = [0x6983, 0x6984];
const messagingWrong = 0x6988;
const noMoreScripts = 0x6985;
const none = new Uint8Array(0);

/** What the dialogue takes of a prepared card beside what a proof takes. */
export type ExerciseSubject = ProofSubject & {
  readonly plan: {
    readonly chip:
      | { readonly kind: 'none' }
      | {
          readonly kind: 'emv';
          readonly station: {
            readonly cardKeys: ExercisedCard['cardKeys'];
            readonly derivation: 'A' | 'B';
          } | null;
        };
  };
};

/**
 * Tries on a test card what is never tried on a customer's: PIN tries down to blocking and back by script, a PIN set by script, plain and enciphered, the application
 * blocked and unblocked, a script with a wrong MAC, and whole transactions with the issuer's answer. The card is of no use to anybody afterwards.
 * CARD-EXERCISE for any card but one of the test environment whose keys the station derives; CARD-STATUS, CARD-ANSWER where the card breaks off.
 * EMV Book 2 v4.4 §7, §9, Book 3 v4.4 §6.5, §10.
 */
export function* exerciseTestCard(card: ExerciseSubject): Dialogue<readonly ExerciseStep[]> {
  const { application, own } = requireTestCard(card);
  const reading = new ChipReading();
  yield* readChip(
    { ...application, proof: { ...application.proof, sequence: ['select', 'get-processing-options', 'read-records'] } },
    reading,
  );
  const listOf = (tag: number) => parseDol(reading.find(tag)[0]?.value ?? none);
  const exercised: ExercisedCard = { ...own, firstList: listOf(0x8c), secondList: listOf(0x8d) };
  const steps = new ExerciseSteps();
  const pin = Uint8Array.from(yield { kind: 'random', length: 4 }, (byte) => byte % 10);
  const run = new Exercise(card, exercised, steps);
  const tries = yield* run.triesLeft();
  yield* run.approved(tries === null ? null : { pin, tries });
  yield* run.blocked(tries === null ? null : { pin, tries });
  yield* run.afterwards(tries === null ? null : { pin, tries });
  return steps.all;
}

/** The card as the exercise needs it; CARD-EXERCISE where it is none for tests, or its keys are not known here. */
export function requireTestCard(card: ExerciseSubject): {
  readonly application: ChipApplication;
  readonly own: Omit<ExercisedCard, 'firstList' | 'secondList'>;
} {
  const refuse = (reason: string): never => {
    throw new StationFault('CARD-EXERCISE', { reason });
  };
  const { product, plan } = card;
  if (product.environment !== 'test') return refuse('the product is not of the test environment');
  if (product.chip.kind === 'none' || plan.chip.kind === 'none') return refuse('the product has no chip');
  if (plan.chip.station === null) return refuse('the station does not know the keys of this card');
  const [application] = chipApplications(product.chip);
  const { transaction } = application.proof;
  if (transaction === undefined) return refuse('the product names no transaction');
  const { cardKeys, derivation: option } = plan.chip.station;
  return { application, own: { application: application.application, cardKeys, option, transaction } };
}

/** The PIN that the exercise sets, and how many tries the card gives. */
interface TestPin {
  readonly pin: Uint8Array;
  readonly tries: number;
}

/** The three transactions of an exercise. */
class Exercise {
  readonly #subject: ExerciseSubject;
  readonly #card: ExercisedCard;
  readonly #steps: ExerciseSteps;

  constructor(subject: ExerciseSubject, card: ExercisedCard, steps: ExerciseSteps) {
    this.#subject = subject;
    this.#card = card;
    this.#steps = steps;
  }

  /** Tries left by GET DATA; null where the card has no PIN. EMV Book 3 v4.4 §6.5.7. */
  *triesLeft(): Dialogue<number | null> {
    const answer = yield* send(getApplicationData(0x9f17), 'GET DATA, PIN tries');
    if (answer.statusWord !== ok) return null;
    return parseTlv(expectStatus(answer, 'GET DATA, PIN tries')).value[0] ?? null;
  }

  /** A wrong PIN costs one try, an online transaction is approved, and its script sets a PIN. */
  *approved(test: TestPin | null): Dialogue<void> {
    const transaction = new CardTransaction(this.#card);
    yield* transaction.begin();
    if (test !== null) {
      yield* this.#verify(wrongPin(test), 0x63c0 | (test.tries - 1), 'a wrong PIN');
      yield* this.#countTries('tries after a wrong PIN', test.tries - 1);
    }
    yield* this.#cryptogram(transaction, yield* transaction.first('arqc'), 'arqc', 'online transaction');
    if (test !== null) {
      const block = yield* transaction.encipher(plainPinBlock(test.pin));
      this.#script('a PIN set by script', yield* transaction.script('pin-change', block, 'right'), ok);
      yield* this.#countTries('tries after a PIN was set', test.tries);
    }
    this.#status('the issuer approves', 'EMV Book 3 v4.4 §6.5.4', yield* transaction.approve(), ok);
    yield* this.#cryptogram(transaction, yield* transaction.second(), 'tc', 'approved transaction');
  }

  /** The PIN is right, then wrong until it is blocked; scripts unblock it and block the application, which then approves nothing. */
  *blocked(test: TestPin | null): Dialogue<void> {
    const transaction = new CardTransaction(this.#card);
    yield* transaction.begin();
    if (test !== null) {
      yield* this.#verify(test.pin, ok, 'the PIN that was set');
      yield* this.#encipheredPin(test.pin);
      for (let left = test.tries - 1; left >= 0; left--) {
        yield* this.#verify(wrongPin(test), 0x63c0 | left, `a wrong PIN, ${String(left)} tries left`);
      }
      const answer = yield* send(verifyPin('plain', plainPinBlock(test.pin)), 'VERIFY of a blocked PIN');
      const text = `the right PIN of a blocked card is answered by ${formatStatus(answer.statusWord)}`;
      const refused = pinBlocked.includes(answer.statusWord);
      this.#steps.note('blocked PIN', 'EMV Book 3 v4.4 §6.5.12', refused, text);
      yield* this.#countTries('tries of a blocked PIN', 0);
    }
    yield* this.#cryptogram(transaction, yield* transaction.first('arqc'), 'arqc', 'online transaction');
    if (test !== null) {
      this.#script('PIN unblocked by script', yield* transaction.script('pin-unblock', none, 'right'), ok);
      yield* this.#countTries('tries after unblocking', test.tries);
    }
    this.#script('application blocked by script', yield* transaction.script('application-block', none, 'right'), ok);
    yield* transaction.approve();
    yield* this.#cryptogram(transaction, yield* transaction.second(), 'aac', 'transaction of a blocked application');
    this.#script('application unblocked', yield* transaction.script('application-unblock', none, 'right'), ok);
  }

  /** The application is found again, the PIN is right again, and a script with a wrong MAC does nothing and ends the scripts. */
  *afterwards(test: TestPin | null): Dialogue<void> {
    const transaction = new CardTransaction(this.#card);
    const found = yield* transaction.begin();
    const text = found === applicationBlocked ? 'it is still blocked' : `SELECT answers ${formatStatus(found)}`;
    this.#steps.note('unblocked application', 'EMV Book 1 v4.4 §11.3', found === ok, text);
    if (test !== null) yield* this.#verify(test.pin, ok, 'the PIN after unblocking');
    yield* this.#cryptogram(transaction, yield* transaction.first('arqc'), 'arqc', 'online transaction');
    const wrong = yield* transaction.script('application-block', none, 'wrong');
    this.#script('a script with a wrong MAC', wrong, messagingWrong);
    const next = yield* transaction.script('application-block', none, 'right');
    this.#script('a script after it', next, noMoreScripts);
    yield* transaction.approve();
    yield* this.#cryptogram(transaction, yield* transaction.second(), 'tc', 'approved transaction');
  }

  *#verify(pin: Uint8Array, expected: number, name: string): Dialogue<void> {
    const answer = yield* send(verifyPin('plain', plainPinBlock(pin)), `VERIFY, ${name}`);
    this.#status(name, 'EMV Book 3 v4.4 §6.5.12', answer.statusWord, expected);
  }

  /** Only of a card with a key for it: header, block, the card's own number and padding under its public key. EMV Book 2 v4.4 §7.1, §7.2. */
  *#encipheredPin(pin: Uint8Array): Dialogue<void> {
    const { chip } = this.#subject.product;
    if (chip.kind === 'none' || chip.preparation.kind === 'container' || chip.preparation.pinKey === undefined) return;
    const modulus = this.#subject.resolve('card:pin-modulus');
    const exponent = this.#subject.resolve('card:pin-exponent');
    const challenge = expectStatus(yield* send(getChallenge, 'GET CHALLENGE'), 'GET CHALLENGE');
    const padding = yield { kind: 'random', length: modulus.length - 17 };
    const block = concatBytes(Uint8Array.of(0x7f), plainPinBlock(pin), challenge, padding);
    const answer = yield* send(verifyPin('enciphered', nodeRsa.rsaRaw(modulus, exponent, block)), 'VERIFY, enciphered');
    this.#status('the PIN enciphered', 'EMV Book 2 v4.4 §7.2', answer.statusWord, ok);
  }

  *#countTries(name: string, expected: number): Dialogue<void> {
    const left = yield* this.triesLeft();
    this.#steps.note(
      name,
      'EMV Book 3 v4.4 §6.5.7',
      left === expected,
      `${String(left)} tries, ${String(expected)} wanted`,
    );
  }

  *#cryptogram(
    { interchangeProfile }: CardTransaction,
    asked: AskedCryptogram,
    wanted: CryptogramType,
    name: string,
  ): Dialogue<void> {
    const { information, proof } = asked.answer;
    const kind = (information & 0xc0) === cryptogramCodes[wanted];
    const cryptogram = proof.kind === 'cryptogram' ? proof.cryptogram : none;
    const findings =
      cryptogram.length === 0 ? [] : yield* proveCryptogram({ interchangeProfile }, asked, cryptogram, this.#subject);
    const text = !kind
      ? `it is no ${wanted.toUpperCase()}`
      : (findings[0]?.text ?? `the ${wanted.toUpperCase()} is the one that the issuer’s key gives`);
    this.#steps.note(name, 'EMV Book 2 v4.4 §8.1', kind && findings.length === 0 && cryptogram.length > 0, text);
  }

  #script(name: string, statusWord: number, expected: number): void {
    this.#status(name, 'EMV Book 2 v4.4 §9.2', statusWord, expected);
  }

  #status(name: string, clause: string, statusWord: number, expected: number): void {
    const wanted = statusWord === expected ? '' : ` instead of ${formatStatus(expected)}`;
    this.#steps.note(name, clause, statusWord === expected, `the card answers ${formatStatus(statusWord)}${wanted}`);
  }
}

/** Differs from the PIN that was set, and is longer than any that a card was given: 12 digits. */
function wrongPin({ pin }: TestPin): Uint8Array {
  return Uint8Array.from({ length: 12 }, (_, at) => ((pin[at % pin.length] ?? 0) + 1) % 10);
}
