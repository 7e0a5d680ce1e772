import { StationFault } from '#shared/faults/station-fault.ts';
import type { LineId } from '#shared/domain/identifiers.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { Disposition, StepName } from '#shared/journal-format/events/production-events.ts';
import { AttemptJournal } from './attempt-journal.ts';
import type { PrinterStatus } from '../devices/printer/port.ts';
import { Deadline } from '../platform/deadline.ts';
import type { PreparedCard } from '../preparation/port.ts';
import type { Verdict } from '../verification/port.ts';
import type { SignedPass } from '#shared/journal-format/pass-certificate.ts';
import type { BatchRun, Claim } from './batch-run.ts';
import { CardSession, type LineMachines } from './card-session.ts';
import { proverOf } from './prove-sides.ts';
import { requireEmptyReader } from './chip-station.ts';
import { knownFault } from './known-fault.ts';
import { LinePrinter } from './line-printer.ts';
import type { LineOptions } from './line-options.ts';
import { step } from './line-reducer.ts';
import type { Choice, Job, KnownFault, LineEffect, LineEvent, LineState } from './line-state.ts';
import type { OpenAttempt } from './order-book.ts';
import { requireUnusedChip } from './unused-chip.ts';
import type { StepPlan } from './job-steps.ts';
import type { MachineLoan } from './machine-loan.ts';

/** What a screen may know of the card in the machine beyond the state. */
export interface LineMeasures {
  readonly stepSince: number;
  readonly progress: number | null;
  readonly card: PreparedCard | null;
  readonly made: number;
  readonly rejected: number;
  /** Durations of the last good cards, milliseconds, newest last. */
  readonly durations: readonly number[];
  readonly connected: 'yes' | 'no';
  /** Empty until the printer has said it. */
  readonly model: string;
}

/** The one runner: performs the reducer's effects and feeds the events back, one at a time (DESIGN 6). */
export class LineRunner {
  readonly #options: LineOptions;
  readonly #queue: LineEvent[] = [];
  readonly #stop = new AbortController();
  readonly #record: AttemptJournal;
  readonly #printer: LinePrinter;
  #state: LineState;
  #turning: Promise<void> | null = null;
  #session: CardSession | null = null;
  #chooser: JournalActor = { kind: 'station' };
  readonly #recovered: OpenAttempt | null;
  #intentCounters: { readonly cards: number; readonly panels: number } | null = null;
  #started = 0;
  #stepSince = 0;
  #progress: number | null = null;
  #made = 0;
  #rejected = 0;
  #durations: number[] = [];

  constructor(options: LineOptions, recovered: { readonly job: Job; readonly attempt: OpenAttempt } | null) {
    this.#options = options;
    this.#record = new AttemptJournal(options);
    this.#printer = new LinePrinter({
      printer: options.machines.printer,
      serial: options.printerSerial,
      clock: options.clock,
      patience: options.connectPatience,
    });
    this.#state = { kind: 'disconnected', job: recovered?.job ?? null };
    this.#recovered = recovered?.attempt ?? null;
  }

  get line(): LineId {
    return this.#options.line;
  }

  get machines(): LineMachines {
    return this.#options.machines;
  }

  get state(): LineState {
    return this.#state;
  }

  get measures(): LineMeasures {
    return {
      stepSince: this.#stepSince,
      progress: this.#progress,
      card: this.#session?.card ?? null,
      made: this.#made,
      rejected: this.#rejected,
      durations: this.#durations,
      connected: this.#printer.connected,
      model: this.#printer.model,
    };
  }

  get lastStatus(): PrinterStatus | null {
    return this.#printer.lastStatus;
  }

  /** Whether a card is, or may be, in this line's machine: an order's, or a test card. */
  get holdsCard(): 'yes' | 'no' {
    return this.#options.book.pairing(this.line).testCard !== null ? 'yes' : this.holdsOrder;
  }

  /** Whether an order's card is, or may be, in the machine. */
  get holdsOrder(): 'yes' | 'no' {
    return this.#state.kind === 'working' ||
      this.#state.kind === 'ending' ||
      ('job' in this.#state && this.#state.job !== null)
      ? 'yes'
      : 'no';
  }

  /** Whether a card of this line is, or may be, at its contact station now. */
  get atStation(): 'none' | 'there' {
    if (this.holdsCard === 'no') return 'none';
    return this.#session?.atStation ?? 'there';
  }

  /** Opens the link and settles what a crash left open. */
  connect(): void {
    this.#feed({ kind: 'connect-wanted' });
  }

  /** There may be an order to claim. */
  work(): void {
    this.#feed({ kind: 'work-wanted' });
  }

  /** A person answers; PRODUCTION-NOT-ASKED when the line does not ask this. */
  choose(choice: Choice, person: JournalActor): void {
    if (this.#state.kind !== 'asking' || !this.#state.choices.includes(choice)) {
      throw new StationFault('PRODUCTION-NOT-ASKED', { line: this.#options.line, choice });
    }
    this.#chooser = person;
    this.#options.currentRun()?.trust(this.#options.line);
    this.#feed({ kind: 'chosen', choice });
  }

  /**
   * Lends the machine of a resting line for a card that is no order's; the line does nothing else meanwhile.
   *
   * PAIRING-LINE-BUSY, PAIRING-LINE-ASKS, and what the borrower throws.
   */
  async lend<Result>(use: (loan: MachineLoan) => Promise<Result>): Promise<Result> {
    const { line, machines } = this.#options;
    if (this.#state.kind === 'asking') throw new StationFault('PAIRING-LINE-ASKS', { line });
    if (this.#state.kind !== 'idle' || this.#turning !== null) throw new StationFault('PAIRING-LINE-BUSY', { line });
    const used = use({ machines, printer: this.#printer, signal: this.#stop.signal });
    const back = used.then(
      () => undefined,
      () => undefined,
    );
    this.#turning = back
      .then(() => this.#turn())
      .finally(() => {
        this.#turning = null;
        this.#options.changed();
      });
    return used;
  }

  /** Resolves when the line rests: idle, asking or disconnected. */
  async settled(): Promise<void> {
    while (this.#turning !== null) await this.#turning;
  }

  /** Ends what is under way; the card stays where it is and the journal knows its last intent. */
  async close(): Promise<void> {
    this.#stop.abort(new StationFault('STATION-STOPPING'));
    await this.settled();
    await this.#session?.letGo();
    await this.#options.machines.printer.close();
    await this.#options.machines.reader?.close();
  }

  #feed(event: LineEvent): void {
    this.#queue.push(event);
    this.#turning ??= this.#turn().finally(() => {
      this.#turning = null;
    });
  }

  async #turn(): Promise<void> {
    try {
      for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
        if (this.#stop.signal.aborted) return;
        const { state, effects } = step(this.#state, event);
        this.#state = state;
        if (state.kind === 'working' && state.stage === 'intent') this.#stepBegins();
        this.#options.changed();
        for (const effect of effects) {
          const next = await this.#perform(effect);
          if (this.#stop.signal.aborted) return;
          if (next !== null) this.#queue.push(next);
        }
      }
    } catch (fault) {
      this.#queue.length = 0;
      if (!this.#stop.signal.aborted) this.#options.fatal(fault);
    }
  }

  /** A screen that learns of a step learns its own time with it. */
  #stepBegins(): void {
    this.#stepSince = this.#options.clock.now().getTime();
    this.#progress = null;
  }

  async #perform(effect: LineEffect): Promise<LineEvent | null> {
    switch (effect.kind) {
      case 'connect':
        return this.#connect();
      case 'probe':
        return this.#probe(effect.job);
      case 'claim':
        return this.#claim();
      case 'commit-intent':
        return this.#commitIntent(effect.job, effect.step);
      case 'perform':
        return this.#performStep(effect.job, effect.step);
      case 'commit-outcome':
        this.#record.outcome(effect.job, effect.step, effect.fault);
        return effect.fault === null ? { kind: 'outcome-committed' } : null;
      case 'commit-settled':
        this.#record.write(effect.job, 'attempt.settled', {
          step: effect.step,
          by: effect.by,
          found: effect.found,
          evidence: effect.evidence,
        });
        return null;
      case 'end':
        return this.#end(effect);
      case 'announce-fault':
        this.#record.announce(effect.job, 'line.fault', {
          code: effect.fault.code,
          details: { ...effect.fault.details },
          decision: effect.decision,
        });
        return null;
      case 'announce-choice':
        this.#record.announce(effect.job, 'line.resumed', { choice: effect.choice }, this.#chooser);
        return null;
      case 'stop-batch':
        this.#options.stopBatch(effect.fault);
        return null;
    }
  }

  async #connect(): Promise<LineEvent> {
    await this.#session?.letGo();
    try {
      await this.#printer.connect(this.#stop.signal);
      return { kind: 'connected' };
    } catch (thrown) {
      return { kind: 'connect-failed', fault: knownFault(thrown) };
    }
  }

  async #probe(job: Job): Promise<LineEvent> {
    try {
      const status = await this.#printer.statusOfOwn(this.#stop.signal);
      const before = job.origin === 'recovered' ? (this.#recovered?.countersAtIntent ?? null) : this.#intentCounters;
      return {
        kind: 'probed',
        result: {
          card: status.card === 'unknown' ? 'unknown' : status.card === 'none' ? 'none' : 'inside',
          fedSinceIntent: before === null ? null : status.counters.cards - before.cards,
          panelsSinceIntent: before === null ? null : status.counters.panels - before.panels,
        },
      };
    } catch (thrown) {
      return { kind: 'step-failed', fault: knownFault(thrown) };
    }
  }

  async #claim(): Promise<LineEvent> {
    await this.#forgetCard();
    const run = this.#options.currentRun();
    if (run === null) return { kind: 'nothing-to-claim' };
    try {
      const { machines, line, clock, patience } = this.#options;
      const look = { patience: patience.empty, clock, signal: this.#stop.signal };
      if (run.chip !== 'none' && run.wants(line) === 'yes') await requireEmptyReader(machines.reader, look);
      const claim = await run.claim(line, proverOf(this.#options), this.#stop.signal);
      if (claim === null) return { kind: 'nothing-to-claim' };
      this.#started = this.#options.clock.monotonic();
      this.#session = this.#sessionFor(claim, run);
      return { kind: 'claimed', job: claim.job };
    } catch (thrown) {
      return { kind: 'claim-failed', fault: knownFault(thrown) };
    }
  }

  #sessionFor({ job, card, print }: Claim, run: BatchRun): CardSession {
    const { machines, preparation, verification, randomness, clock, patience, book, traces } = this.#options;
    return new CardSession({
      machines,
      card,
      print,
      preparation,
      verification,
      randomness,
      clock,
      patience,
      keyTrial: run.keyTrial,
      trace: traces.begin(job.attempt),
      events: {
        mark: (name) => this.#record.write(job, 'attempt.mark', { name }),
        chipIdentified: (chip) => {
          this.#record.write(job, 'attempt.chip-identified', { chipSerial: chip.serial, atr: chip.atr });
          requireUnusedChip(book, job, chip.serial);
        },
        verified: (verdict: Verdict) => {
          this.#record.verified(job, verdict);
        },
        progress: (share) => {
          this.#progress = share;
          this.#options.changed();
        },
      },
    });
  }

  async #commitIntent(job: Job, plan: StepPlan): Promise<LineEvent> {
    try {
      const wanted: readonly StepName[] = ['feed', 'eject', 'reject'];
      const now = wanted.includes(plan.name) ? (await this.#printer.status(this.#stop.signal)).counters : null;
      // A step that is tried again is counted from its first try: the machine may have done it then.
      const counters = now !== null && job.intent === 'failed' ? (this.#intentCounters ?? now) : now;
      if (counters !== null) this.#intentCounters = counters;
      this.#record.write(job, 'attempt.intent', { step: plan.name, effect: plan.effect, counters });
      return { kind: 'intent-committed' };
    } catch (thrown) {
      return { kind: 'step-failed', fault: knownFault(thrown) };
    }
  }

  async #performStep(job: Job, plan: StepPlan): Promise<LineEvent> {
    try {
      if (plan.name === 'reject') {
        using limit = new Deadline(plan.deadline, this.#stop.signal);
        await this.#session?.letGo();
        await this.#options.machines.printer.reject(limit.signal);
      } else {
        if (this.#session === null) throw new StationFault('PRODUCTION-NO-PLAN', { attempt: job.attempt });
        await this.#session.await(plan.name, this.#stop.signal);
        using limit = new Deadline(plan.deadline, this.#stop.signal);
        await this.#session.perform(plan.name, limit.signal);
      }
      return { kind: 'step-done' };
    } catch (thrown) {
      return { kind: 'step-failed', fault: knownFault(thrown) };
    }
  }

  async #end(effect: Extract<LineEffect, { kind: 'end' }>): Promise<LineEvent> {
    const { job, disposition, decidedBy, reason } = effect;
    const pass = disposition === 'good' ? await this.#passFor(job) : null;
    this.#record.ended(job, { disposition, decidedBy, reason, pass }, this.#options.currentRun());
    this.#count(disposition, job);
    await this.#forgetCard();
    return { kind: 'ended' };
  }

  /** Waits for the keys as long as it takes: until then the card is not good, and the journal knows what was done to it. */
  #passFor(job: Job): Promise<SignedPass> {
    const { passes } = this.#options;
    const waits = (fault: KnownFault): void =>
      this.#record.announce(job, 'line.fault', {
        ...fault,
        details: { ...fault.details },
        decision: 'wait for the keys',
      });
    return passes.issue(job.attempt, waits, this.#stop.signal);
  }

  #count(disposition: Disposition, job: Job): void {
    if (disposition === 'good') {
      this.#made += 1;
      if (job.origin === 'claimed')
        this.#durations = [...this.#durations, this.#options.clock.monotonic() - this.#started].slice(-9);
    } else if (disposition !== 'returned') {
      this.#rejected += 1;
    }
  }

  async #forgetCard(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#progress = null;
    await session?.letGo();
    session?.card.dispose();
  }
}
