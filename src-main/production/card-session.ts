import { toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import type { CardLink, CardReader } from '../devices/encoder/port.ts';
import type { CardPrinter } from '../devices/printer/port.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { PreparationPort, PreparedCard } from '../preparation/port.ts';
import type { Verdict, VerificationPort } from '../verification/port.ts';
import { runDialogue } from './dialogue-runner.ts';

/** What the session announces while a step is under way. */
export interface SessionEvents {
  mark(name: string): void;
  /** The chip says who it is; PRODUCTION-CHIP-TWICE when the batch has met it before. */
  chipIdentified(chip: { readonly serial: string; readonly atr: string }): void;
  verified(verdict: Verdict): void;
  progress(share: number): void;
}

export interface LineMachines {
  readonly printer: CardPrinter;
  /** The encoder paired with this printer; null on a line without one. */
  readonly reader: CardReader | null;
  /** Readers that should be empty now: those of lines that have no card at their station. */
  idleReaders(): readonly CardReader[];
}

const exchangeDeadline = 20_000;
const insertionDeadline = 10_000;

/** One card in one machine: performs the steps of its job, one method call a step, in the order of the job. */
export class CardSession {
  readonly #machines: LineMachines;
  readonly #card: PreparedCard;
  readonly #preparation: PreparationPort;
  readonly #verification: VerificationPort;
  readonly #randomness: Randomness;
  readonly #events: SessionEvents;
  #link: CardLink | null = null;

  constructor(options: {
    readonly machines: LineMachines;
    readonly card: PreparedCard;
    readonly preparation: PreparationPort;
    readonly verification: VerificationPort;
    readonly randomness: Randomness;
    readonly events: SessionEvents;
  }) {
    this.#machines = options.machines;
    this.#card = options.card;
    this.#preparation = options.preparation;
    this.#verification = options.verification;
    this.#randomness = options.randomness;
    this.#events = options.events;
  }

  get card(): PreparedCard {
    return this.#card;
  }

  /** Performs one step; its effect on the card is the step's own (`job-steps.ts`). */
  async perform(step: Exclude<StepName, 'reject'>, signal: AbortSignal): Promise<void> {
    const { printer } = this.#machines;
    switch (step) {
      case 'feed':
        return this.#feed(signal);
      case 'connect-chip':
        return this.#connectChip(signal);
      case 'preflight':
        return this.#preflight(signal);
      case 'personalise':
        return this.#run(this.#preparation.personalise(this.#card), signal);
      case 'verify-chip':
        return this.#verifyChip(signal);
      case 'release-chip':
        return this.#releaseChip(signal);
      case 'write-stripe':
        return printer.writeStripe(this.#card.tracks, signal);
      case 'verify-stripe':
        return this.#verifyStripe(signal);
      case 'print':
        return printer.print(this.#card.sides, (sent, total) => this.#events.progress(sent / total), signal);
      case 'eject':
        return printer.eject(signal);
    }
  }

  /** Takes the power from the chip, whatever state it is in. */
  async letGo(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    await link?.close();
  }

  async #feed(signal: AbortSignal): Promise<void> {
    const { product } = this.#card;
    const coercivity = product.stripe.kind === 'tracks' ? product.stripe.coercivity : null;
    await this.#machines.printer.prepare({ ribbon: product.print.ribbon, coercivity }, signal);
    await this.#machines.printer.feed(product.chip.kind === 'none' ? 'print' : 'contact', signal);
  }

  #pairedReader(): CardReader {
    const { reader } = this.#machines;
    if (reader === null) throw new StationFault('PRODUCTION-NO-READER');
    return reader;
  }

  async #connectChip(signal: AbortSignal): Promise<void> {
    const reader = this.#pairedReader();
    try {
      await reader.waitForCard({ deadline: insertionDeadline, signal });
    } catch (fault) {
      await this.#refuseCardElsewhere(signal);
      throw fault;
    }
    await this.#refuseCardElsewhere(signal);
    this.#link = await reader.connect(signal);
  }

  /** The card must have come to the paired reader and to no other: a swapped cable would personalise another line's card. */
  async #refuseCardElsewhere(signal: AbortSignal): Promise<void> {
    for (const other of this.#machines.idleReaders()) {
      const state = await other.state(signal);
      if (state.kind === 'card' || state.kind === 'mute-card') {
        throw new StationFault('PRODUCTION-WRONG-READER', { expected: this.#pairedReader().name, found: other.name });
      }
    }
  }

  #openLink(): CardLink {
    if (this.#link === null) throw new StationFault('CARD-GONE');
    return this.#link;
  }

  async #run<Result>(dialogue: Parameters<typeof runDialogue<Result>>[0], signal: AbortSignal): Promise<Result> {
    return runDialogue(dialogue, {
      link: this.#openLink(),
      keys: this.#preparation.channelKeys,
      randomness: this.#randomness,
      resolve: (reference) => this.#card.resolve(reference),
      mark: (name) => this.#events.mark(name),
      exchangeDeadline,
      signal,
    });
  }

  async #preflight(signal: AbortSignal): Promise<void> {
    const { atr } = this.#openLink();
    const result = await this.#run(this.#preparation.preflight(this.#card.product, atr), signal);
    if (result.chipSerial !== null) this.#events.chipIdentified({ serial: result.chipSerial, atr: toHex(atr) });
    const [first] = result.findings;
    if (first !== undefined) {
      throw new StationFault('PRODUCTION-PREFLIGHT', {
        item: first.item,
        text: first.text,
        findings: result.findings.length,
      });
    }
  }

  async #verifyChip(signal: AbortSignal): Promise<void> {
    // A terminal meets the card cold: no channel, no selection, power taken and given anew.
    await this.letGo();
    this.#link = await this.#pairedReader().connect(signal);
    const verdict = await this.#run(this.#verification.proveChip(this.#card), signal);
    this.#judge(verdict, 'PRODUCTION-CHIP-DIFFERS');
  }

  async #releaseChip(signal: AbortSignal): Promise<void> {
    await this.letGo();
    await this.#machines.printer.move('print', signal);
    await this.#pairedReader().waitForRemoval({ deadline: insertionDeadline, signal });
  }

  async #verifyStripe(signal: AbortSignal): Promise<void> {
    const { stripe } = this.#card.product;
    const wanted = stripe.kind === 'tracks' ? stripe.tracks.map((row) => row.track) : [];
    const read = await this.#machines.printer.readStripe(wanted, signal);
    this.#judge(this.#verification.proveStripe(this.#card, read), 'PRODUCTION-STRIPE-DIFFERS');
  }

  #judge(verdict: Verdict, code: string): void {
    this.#events.verified(verdict);
    if (verdict.verdict === 'differs') {
      const [first] = verdict.findings;
      throw new StationFault(code, {
        item: first?.item ?? '',
        text: first?.text ?? '',
        findings: verdict.findings.length,
      });
    }
  }
}
