import { toHex } from '#shared/bytes/bytes.ts';
import { authenticationMarks } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { TraceLine } from '#shared/protocols/trace/trace-line.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import type { CardPrinter, PrintJob } from '../devices/printer/port.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { PreflightResult, PreparationPort, PreparedCard } from '../preparation/port.ts';
import type { Verdict, VerificationPort } from '../verification/port.ts';
import { ChipStation, type ChipPatience, type StationMachines } from './chip-station.ts';
import { runDialogue } from './dialogue-runner.ts';
import type { KeyTrial, OneTrial } from './key-trial.ts';

/** What the session announces while a step is under way. */
export interface SessionEvents {
  mark(name: string): void;
  /** The chip says who it is; PRODUCTION-CHIP-QUARANTINED when it was rejected in any batch, PRODUCTION-CHIP-TWICE when this one has met it before. */
  chipIdentified(chip: { readonly serial: string; readonly atr: string }): void;
  verified(verdict: Verdict): void;
  progress(share: number): void;
}

export interface LineMachines extends StationMachines {
  readonly printer: CardPrinter;
}

/** One card in one machine: performs the steps of its job, one method call a step, in the order of the job. */
export class CardSession {
  readonly #printer: CardPrinter;
  readonly #station: ChipStation;
  readonly #card: PreparedCard;
  readonly #print: PrintJob;
  readonly #preparation: PreparationPort;
  readonly #verification: VerificationPort;
  readonly #randomness: Randomness;
  readonly #keyTrial: KeyTrial;
  readonly #exchangeDeadline: number;
  readonly #events: SessionEvents;
  #trial: OneTrial | null = null;

  constructor(options: {
    readonly machines: LineMachines;
    readonly card: PreparedCard;
    /** The sides as they were packed and proven: these bytes go to the printer. */
    readonly print: PrintJob;
    readonly preparation: PreparationPort;
    readonly verification: VerificationPort;
    readonly randomness: Randomness;
    readonly clock: Clock;
    readonly keyTrial: KeyTrial;
    readonly patience: ChipPatience;
    readonly events: SessionEvents;
    readonly trace?: ((line: TraceLine) => void) | undefined;
  }) {
    const { machines, patience, clock, trace } = options;
    this.#printer = machines.printer;
    this.#station = new ChipStation({ machines, patience, clock, trace });
    this.#card = options.card;
    this.#print = options.print;
    this.#preparation = options.preparation;
    this.#verification = options.verification;
    this.#randomness = options.randomness;
    this.#keyTrial = options.keyTrial;
    this.#exchangeDeadline = patience.exchange;
    this.#events = options.events;
  }

  get card(): PreparedCard {
    return this.#card;
  }

  /** Whether a card of this line is, or may be, at its contact station. */
  get atStation(): 'none' | 'there' {
    return this.#station.card;
  }

  /** What a step must wait for before its own time begins to run. */
  async await(step: StepName, signal: AbortSignal): Promise<void> {
    const arrives = (step === 'feed' && this.#card.product.chip.kind !== 'none') || step === 'connect-chip';
    if (arrives) await this.#station.takeTurn(signal);
  }

  /** Performs one step; its effect on the card is the step's own (`job-steps.ts`). */
  async perform(step: Exclude<StepName, 'reject'>, signal: AbortSignal): Promise<void> {
    try {
      await this.#perform(step, signal);
      // From the feeder to the reader it is one movement.
      if (step !== 'feed') this.#station.endTurn();
    } catch (fault) {
      this.#station.endTurn();
      throw fault;
    }
  }

  #perform(step: Exclude<StepName, 'reject'>, signal: AbortSignal): Promise<void> {
    switch (step) {
      case 'feed':
        return this.#feed(signal);
      case 'connect-chip':
        return this.#station.connect(signal);
      case 'preflight':
        return this.#preflight(signal);
      case 'personalise':
        return this.#personalise(signal);
      case 'verify-chip':
        return this.#verifyChip(signal);
      case 'release-chip':
        return this.#releaseChip(signal);
      case 'write-stripe':
        return this.#printer.writeStripe(this.#card.tracks, signal);
      case 'verify-stripe':
        return this.#verifyStripe(signal);
      case 'print':
        return this.#printer.print(this.#print, (sent, total) => this.#events.progress(sent / total), signal);
      case 'eject':
        return this.#printer.eject(signal);
    }
  }

  /** Takes the power from the chip, whatever state it is in, and lets other lines go on. */
  async letGo(): Promise<void> {
    this.#station.endTurn();
    await this.#station.letGo();
  }

  async #feed(signal: AbortSignal): Promise<void> {
    const { product } = this.#card;
    const coercivity = product.stripe.kind === 'tracks' ? product.stripe.coercivity : null;
    await this.#printer.prepare({ ribbon: product.print.ribbon, coercivity }, signal);
    if (product.chip.kind === 'none') return this.#printer.feed('print', signal);
    await this.#station.expectCard(signal);
    await this.#printer.feed('contact', signal);
  }

  async #run<Result>(dialogue: Parameters<typeof runDialogue<Result>>[0], signal: AbortSignal): Promise<Result> {
    const { chip } = this.#card.product;
    return runDialogue(dialogue, {
      link: this.#station.link,
      keys: this.#preparation.channelKeys,
      randomness: this.#randomness,
      resolve: (reference) => this.#card.resolve(reference),
      mark: (name) => this.#mark(name, signal),
      exchangeDeadline: this.#exchangeDeadline,
      deadlines: chip.kind === 'none' ? undefined : chip.deadlines,
      signal,
    });
  }

  async #mark(name: string, signal: AbortSignal): Promise<void> {
    if (name === authenticationMarks.begun) this.#trial = await this.#keyTrial.begin(signal);
    this.#events.mark(name);
    if (name === authenticationMarks.done) this.#trial?.proved();
  }

  /** Nothing was tried on the chip yet: what does not fit, or broke off, is read once more from a cold start before it is believed. */
  async #preflight(signal: AbortSignal): Promise<void> {
    let result: PreflightResult | null = null;
    let broke: StationFault | null = null;
    try {
      result = await this.#readBlank(signal);
    } catch (fault) {
      const again = fault instanceof StationFault && /^(CARD-|ENCODER-LOST$)/.test(fault.code);
      if (!again) throw fault;
      broke = fault;
    }
    if (result === null || result.findings.length > 0) {
      await this.#station.reconnect(signal, broke);
      result = await this.#readBlank(signal);
    }
    const { atr } = this.#station.link;
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

  #readBlank(signal: AbortSignal): Promise<PreflightResult> {
    return this.#run(this.#preparation.preflight(this.#card.product, this.#station.link), signal);
  }

  async #personalise(signal: AbortSignal): Promise<void> {
    try {
      await this.#run(this.#preparation.personalise(this.#card), signal);
    } catch (fault) {
      this.#trial?.failed(fault);
      throw fault;
    }
  }

  async #verifyChip(signal: AbortSignal): Promise<void> {
    // A terminal meets the card cold: no channel, no selection, power taken and given anew. Another program may be quicker once.
    await this.#station.reconnect(signal, null);
    const verdict = await this.#run(this.#verification.proveChip(this.#card), signal);
    this.#judge(verdict, 'PRODUCTION-CHIP-DIFFERS');
  }

  async #releaseChip(signal: AbortSignal): Promise<void> {
    await this.#station.letGo();
    await this.#printer.move('print', signal);
    await this.#station.expectRemoval(signal);
  }

  async #verifyStripe(signal: AbortSignal): Promise<void> {
    const { stripe } = this.#card.product;
    const wanted = stripe.kind === 'tracks' ? stripe.tracks.map((row) => row.track) : [];
    const read = await this.#printer.readStripe(wanted, signal);
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
