import type { AttemptId, BatchId, OrderId } from '#shared/domain/identifiers.ts';
import type { Disposition, StepName } from '#shared/journal-format/events/production-events.ts';
import { stepPlans, type StepPlan } from './job-steps.ts';
import { step } from './line-reducer.ts';
import type { Choice, Job, LineEffect, LineEvent, LineState, ProbeResult } from './line-state.ts';
import type { OpenAttempt } from './order-book.ts';
import { recoveredJob } from './recovered-job.ts';

/** Where one blank can lie. */
type Place = 'inside' | 'good-hopper' | 'reject-box';

/** What the journal holds of one attempt, by the rules of its projection. */
export interface AttemptRecord {
  readonly attempt: AttemptId;
  readonly order: OrderId;
  openStep: StepName | null;
  failedStep: StepName | null;
  lastDone: StepName | null;
  counters: { readonly cards: number; readonly panels: number } | null;
  dispositions: Disposition[];
  fedBlanks: number;
  /** `taken`: the machine could not be asked, and the person's word ended the attempt. */
  word: 'taken' | 'not-needed';
}

export const cardSteps: readonly StepPlan[] = (
  [
    'feed',
    'connect-chip',
    'preflight',
    'personalise',
    'verify-chip',
    'release-chip',
    'write-stripe',
    'verify-stripe',
    'print',
    'eject',
  ] as const
).map((name) => stepPlans[name]);

/** Faults by step, and whether the movement may have happened all the same. */
const movementFaults: Readonly<
  Record<'feed' | 'eject' | 'reject', readonly (readonly [string, 'no' | 'yes' | 'either'])[]>
> = {
  feed: [
    ['PRINTER-FEEDER-EMPTY', 'no'],
    ['PRINTER-RIBBON-OUT', 'no'],
    ['PRINTER-NO-CARD', 'no'],
    ['PRINTER-JAM', 'yes'],
    ['PRINTER-COVER-OPEN', 'either'],
    ['PRINTER-LINK-LOST', 'either'],
    ['PRINTER-GARBAGE', 'either'],
    ['PRODUCTION-DEADLINE', 'either'],
    ['PRODUCTION-UNEXPECTED', 'either'],
  ],
  eject: [
    ['PRINTER-HOPPER-FULL', 'no'],
    ['PRINTER-JAM', 'no'],
    ['PRINTER-COVER-OPEN', 'no'],
    ['PRINTER-LINK-LOST', 'either'],
    ['PRINTER-SILENT', 'either'],
    ['PRODUCTION-DEADLINE', 'either'],
    ['PRODUCTION-UNEXPECTED', 'either'],
  ],
  reject: [
    ['PRINTER-REJECT-FULL', 'no'],
    ['PRINTER-JAM', 'no'],
    ['PRINTER-LINK-LOST', 'either'],
    ['PRODUCTION-DEADLINE', 'either'],
  ],
};

const otherFaults = [
  'KEYS-CARD-CRYPTOGRAM',
  'PRODUCTION-PREFLIGHT',
  'PRODUCTION-CHIP-DIFFERS',
  'PRODUCTION-STRIPE-DIFFERS',
  'CARD-GONE',
  'CARD-STATUS',
  'ENCODER-LOST',
  'KEYS-HSM-LOST',
  'PRINTER-STRIPE-WRITE',
  'PRINTER-JAM',
  'PRINTER-RIBBON-OUT',
  'PRINTER-LINK-LOST',
  'PRODUCTION-DEADLINE',
  'SOMETHING-NEW',
];

/** A breach of what must hold whatever happens. */
export class Breach extends Error {}

/**
 * A line's surroundings as a model: a feeder, one place inside, two boxes, counters that never lie, an honest operator, and a journal.
 * `next(bound)` gives the chances; the reducer under test decides everything else.
 */
export class LineWorld {
  state: LineState = { kind: 'disconnected', job: null };
  readonly attempts: AttemptRecord[] = [];
  readonly boxes: Record<'good-hopper' | 'reject-box', (AttemptId | null)[]> = { 'good-hopper': [], 'reject-box': [] };
  /** The attempt whose blank is inside; null inside means a stranger's card. */
  inside: { readonly of: AttemptId | null } | null;
  fed = 0;
  panels = 0;
  mode: 'running' | 'stopped' = 'running';
  readonly states: string[] = [];
  readonly #next: (bound: number) => number;
  readonly #trouble: number;
  #queue: LineEvent[] = [];
  #counters: AttemptRecord['counters'] = null;
  #planned: (effect: LineEffect) => string | undefined = () => undefined;

  constructor(
    next: (bound: number) => number,
    options: { readonly trouble: number; readonly stranger: 'inside' | 'none' },
  ) {
    this.#next = next;
    this.#trouble = options.trouble;
    this.inside = options.stranger === 'inside' ? { of: null } : null;
  }

  #chance(percent: number): boolean {
    return this.#next(100) < percent;
  }

  /** Makes chosen steps fail by a code, without having moved the card. */
  planFaults(planned: (effect: LineEffect) => string | undefined): void {
    this.#planned = planned;
  }

  /** The operator gives this very answer. */
  say(choice: Choice): LineEvent {
    if (this.state.kind !== 'asking') throw new Breach('nobody was asked');
    return {
      kind: 'chosen',
      choice: choice === 'card-removed' ? this.#takeOut(this.state.job, ['card-removed']) : choice,
    };
  }

  record(attempt: AttemptId): AttemptRecord {
    const found = this.attempts.find((candidate) => candidate.attempt === attempt);
    if (found === undefined) throw new Breach('an effect speaks of an attempt that was never started');
    return found;
  }

  /** Feeds one event and performs what follows, until the line rests; may lose power at any point. */
  run(event: LineEvent, crashPercent: number): 'rests' | 'crashed' {
    this.#queue.push(event);
    for (let turn = 0; this.#queue.length > 0; turn++) {
      if (turn > 2000) throw new Breach('the line never rests');
      const next = this.#queue.shift();
      if (next === undefined) break;
      const { state, effects } = step(this.state, next);
      this.state = state;
      this.states.push(describeState(state));
      for (const effect of effects) {
        // What a person did to a card and could not say before the power failed, no journal can know: that one moment is left out.
        const wordOfMouth =
          next.kind === 'chosen' && (effect.kind === 'announce-choice' || effect.kind === 'commit-settled');
        if (!wordOfMouth && this.#chance(crashPercent)) return 'crashed';
        const answer = this.#perform(effect);
        if (answer === 'crashed') return 'crashed';
        if (answer !== null) this.#queue.push(answer);
      }
    }
    return 'rests';
  }

  /** The power comes back: the journal says what was open. */
  restart(): void {
    const [open, second] = this.attempts.filter(({ dispositions }) => dispositions.length === 0);
    if (second !== undefined) throw new Breach('two attempts are open on one line');
    const job = open === undefined ? null : recoveredJob(this.openAttempt(open));
    this.#counters = open?.counters ?? null;
    this.state = { kind: 'disconnected', job };
    this.#queue = [];
  }

  openAttempt(record: AttemptRecord): OpenAttempt {
    return {
      attempt: record.attempt,
      order: record.order,
      batch: 'b1' as BatchId,
      line: 'line-1' as OpenAttempt['line'],
      number: 1,
      openStep: record.openStep,
      failedStep: record.failedStep,
      lastDone: record.lastDone,
      planDigest: '',
      countersAtIntent: record.counters,
    };
  }

  /** An honest operator: what is said to be taken out is taken out, from wherever it lies. */
  answer(): LineEvent {
    if (this.state.kind !== 'asking') throw new Breach('nobody was asked');
    const { choices, job } = this.state;
    const choice = choices[this.#next(choices.length)] ?? 'retry';
    // In this world nothing vanishes: who looks for a card finds it.
    if (choice === 'card-removed' || choice === 'card-missing')
      return { kind: 'chosen', choice: this.#takeOut(job, choices) };
    return { kind: 'chosen', choice };
  }

  #takeOut(job: Job | null, choices: readonly Choice[]): Choice {
    if (this.inside !== null) {
      this.boxes['reject-box'].push(this.inside.of);
      this.inside = null;
      return 'card-removed';
    }
    const at = job === null ? -1 : this.boxes['good-hopper'].indexOf(job.attempt);
    if (at >= 0 && job !== null) {
      this.boxes['good-hopper'].splice(at, 1);
      this.boxes['reject-box'].push(job.attempt);
      return 'card-removed';
    }
    const wasFed = job !== null && this.record(job.attempt).fedBlanks > 0;
    // Nothing to be found anywhere: the operator says so only where the card did leave the feeder, or where nothing else is offered.
    return wasFed || choices.length === 1
      ? 'card-removed'
      : (choices.find((other) => other !== 'card-removed' && other !== 'card-missing') ?? 'retry');
  }

  #perform(effect: LineEffect): LineEvent | 'crashed' | null {
    switch (effect.kind) {
      case 'connect':
        return this.#chance(this.#trouble / 2)
          ? { kind: 'connect-failed', fault: { code: 'PRINTER-LINK-LOST', details: {} } }
          : { kind: 'connected' };
      case 'probe':
        if (!this.#chance(this.#trouble / 2)) return { kind: 'probed', result: this.probe() };
        if (this.state.kind === 'probing' && this.state.said === 'card-removed')
          this.record(effect.job.attempt).word = 'taken';
        return { kind: 'step-failed', fault: { code: 'PRINTER-SILENT', details: {} } };
      case 'claim':
        return this.#claim();
      case 'commit-intent':
        return this.#commitIntent(effect.job, effect.step);
      case 'perform':
        return this.#plannedFault(effect) ?? this.#act(effect.job, effect.step);
      case 'commit-outcome': {
        const record = this.record(effect.job.attempt);
        if (record.openStep !== null && record.openStep !== effect.step) throw new Breach('an outcome of another step');
        record.openStep = null;
        record.failedStep = effect.fault === null ? null : effect.step;
        if (effect.fault === null) record.lastDone = effect.step;
        return effect.fault === null ? { kind: 'outcome-committed' } : null;
      }
      case 'commit-settled': {
        const record = this.record(effect.job.attempt);
        if (record.openStep !== effect.step) throw new Breach('a step was settled that was not open');
        record.failedStep = record.openStep;
        record.openStep = null;
        return null;
      }
      case 'end':
        return this.#end(effect);
      case 'stop-batch':
        this.mode = 'stopped';
        return null;
      case 'announce-fault':
      case 'announce-choice':
        return null;
    }
  }

  probe(): ProbeResult {
    const card = this.#chance(this.#trouble / 4) ? 'unknown' : this.inside === null ? 'none' : 'inside';
    return {
      card,
      fedSinceIntent: this.#counters === null ? null : this.fed - this.#counters.cards,
      panelsSinceIntent: this.#counters === null ? null : this.panels - this.#counters.panels,
    };
  }

  #plannedFault(effect: LineEffect): LineEvent | undefined {
    const code = this.#planned(effect);
    return code === undefined ? undefined : { kind: 'step-failed', fault: { code, details: {} } };
  }

  #claim(): LineEvent {
    if (this.mode !== 'running') return { kind: 'nothing-to-claim' };
    if (this.#chance(this.#trouble / 4)) {
      return { kind: 'claim-failed', fault: { code: 'PRODUCTION-NO-BLANKS', details: {} } };
    }
    const order = (['o1', 'o2', 'o3'] as OrderId[]).find(
      (candidate) => !this.attempts.some((a) => a.order === candidate && a.dispositions.at(-1) === 'good'),
    );
    if (order === undefined) return { kind: 'nothing-to-claim' };
    const attempt = `a${this.attempts.length + 1}` as AttemptId;
    const empty = {
      openStep: null,
      failedStep: null,
      lastDone: null,
      counters: null,
      fedBlanks: 0,
      word: 'not-needed',
    } as const;
    this.attempts.push({ attempt, order, ...empty, dispositions: [] });
    this.#counters = null;
    return {
      kind: 'claimed',
      job: {
        attempt,
        order,
        batch: 'b1' as BatchId,
        steps: cardSteps,
        at: 0,
        intent: 'none',
        reconnects: 0,
        fate: { kind: 'make' },
        origin: 'claimed',
      },
    };
  }

  #commitIntent(job: Job, plan: StepPlan): LineEvent {
    const record = this.record(job.attempt);
    if (record.openStep !== null) throw new Breach('an intent while another is open');
    if (record.dispositions.length > 0) throw new Breach('an intent after the end');
    const counted = plan.name === 'feed' || plan.name === 'eject' || plan.name === 'reject';
    if (counted && this.#chance(this.#trouble / 2)) {
      return { kind: 'step-failed', fault: { code: 'PRINTER-LINK-LOST', details: {} } };
    }
    record.openStep = plan.name;
    record.failedStep = null;
    const now = { cards: this.fed, panels: this.panels };
    if (counted) this.#counters = record.counters = job.intent === 'failed' ? (this.#counters ?? now) : now;
    return { kind: 'intent-committed' };
  }

  #act(job: Job, { name }: StepPlan): LineEvent | 'crashed' {
    const record = this.record(job.attempt);
    if (record.openStep !== name) throw new Breach(`${name} was performed without its intent`);
    if (job.origin === 'recovered' && name !== 'reject') throw new Breach(`${name} of a recovered job was performed`);
    const failed = (code: string): LineEvent => ({ kind: 'step-failed', fault: { code, details: {} } });
    if (name !== 'feed' && name !== 'eject' && name !== 'reject') {
      if (this.inside?.of !== job.attempt) throw new Breach(`${name} was done to a card of another attempt`);
      const fault = otherFaults[this.#next(otherFaults.length)];
      return fault !== undefined && this.#chance(this.#trouble) ? failed(fault) : { kind: 'step-done' };
    }
    if (name === 'feed' && this.inside !== null) return failed('PRINTER-CARD-INSIDE');
    if (name !== 'feed' && this.inside === null) return failed('PRINTER-NO-CARD');
    if (!this.#chance(this.#trouble)) {
      this.#move(record, name);
      return { kind: 'step-done' };
    }
    const faults = movementFaults[name];
    const [code, moved] = faults[this.#next(faults.length)] ?? ['SOMETHING-NEW', 'either'];
    if (moved === 'yes' || (moved === 'either' && this.#chance(50))) this.#move(record, name);
    return this.#chance(5) ? 'crashed' : failed(code);
  }

  #move(record: AttemptRecord, name: 'feed' | 'eject' | 'reject'): void {
    if (name === 'feed') {
      this.fed++;
      record.fedBlanks++;
      this.inside = { of: record.attempt };
      return;
    }
    const place: Exclude<Place, 'inside'> = name === 'eject' ? 'good-hopper' : 'reject-box';
    if (name === 'eject') this.panels++;
    this.boxes[place].push(this.inside?.of ?? null);
    this.inside = null;
  }

  #end(effect: Extract<LineEffect, { kind: 'end' }>): LineEvent {
    const record = this.record(effect.job.attempt);
    if (record.dispositions.length > 0) throw new Breach('an attempt ended twice');
    const madeAlready = this.attempts.some((a) => a.order === record.order && a.dispositions.at(-1) === 'good');
    if (effect.disposition === 'good' && madeAlready) throw new Breach('two good cards of one order');
    record.dispositions.push(effect.disposition);
    record.openStep = null;
    return { kind: 'ended' };
  }
}

/** A state in a few words, for whole-sequence assertions. */
export function describeState(state: LineState): string {
  switch (state.kind) {
    case 'working':
      return `${state.job.steps[state.job.at]?.name ?? 'done'} ${state.stage}`;
    case 'asking':
      return `asking ${state.fault.code}: ${state.choices.join(', ')}`;
    case 'ending':
      return `ending, then ${state.afterwards}`;
    default:
      return state.kind;
  }
}
