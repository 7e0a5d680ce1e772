import { stepPlans, type StepPlan } from './job-steps.ts';
import type {
  Afterwards,
  Choice,
  Job,
  KnownFault,
  LineEffect,
  LineEvent,
  LineState,
  ProbeResult,
  Said,
  Transition,
  Word,
} from './line-state.ts';
import { choicesFor, namedRule, ruleFor } from './recovery-policy.ts';
import { settle, type Settlement } from './settlement.ts';

/** A link that fails again and again is a person's business. */
const mostReconnects = 2;

type Asking = Extract<LineState, { kind: 'asking' }>;
type Ending = Pick<Extract<LineEffect, { kind: 'end' }>, 'disposition' | 'decidedBy' | 'reason'>;

/** The step of a job that is under way or next; a RangeError when all are done. */
export function stepAt(job: Job): StepPlan {
  const step = job.steps[job.at];
  if (step === undefined) throw new RangeError('a job stands behind its last step');
  return step;
}

function stay(state: LineState): Transition {
  return { state, effects: [] };
}

function begin(job: Job, before: readonly LineEffect[] = []): Transition {
  return {
    state: { kind: 'working', job, stage: 'intent' },
    effects: [...before, { kind: 'commit-intent', job, step: stepAt(job) }],
  };
}

function reject(job: Job, reason: string, afterwards: Afterwards, before: readonly LineEffect[] = []): Transition {
  const fate = { kind: 'reject', reason, afterwards } as const;
  return begin({ ...job, steps: [stepPlans.reject], at: 0, intent: 'none', fate }, before);
}

function end(job: Job, ending: Ending, afterwards: Afterwards, before: readonly LineEffect[] = []): Transition {
  const { reason } = ending;
  return { state: { kind: 'ending', job, reason, afterwards }, effects: [...before, { kind: 'end', job, ...ending }] };
}

/** Asks the machine where the card is before anything is decided. */
function probe(job: Job, said: Said, before: readonly LineEffect[] = []): Transition {
  return { state: { kind: 'probing', job, said }, effects: [...before, { kind: 'probe', job }] };
}

/** Whether this attempt can have a card anywhere: none was fed before the first step was begun. */
function isUntouched(job: Job): boolean {
  return job.at === 0 && job.intent === 'none' && job.fate.kind === 'make';
}

/** Asks a person, with the choices of the policy's row; what no card is there for is not offered. */
function ask(
  job: Job | null,
  fault: KnownFault,
  during: Asking['during'],
  before: readonly LineEffect[] = [],
): Transition {
  const moment = during === 'step' && job !== null ? stepAt(job).name : during === 'step' ? 'before-card' : during;
  const choices = choicesFor(moment, fault.code).filter((choice) => job !== null || !isWord(choice));
  return {
    state: { kind: 'asking', job, fault, choices, during },
    effects: [...before, { kind: 'announce-fault', fault, decision: 'ask', job }],
  };
}

function stopBatch(decided: Afterwards, fault: KnownFault): readonly LineEffect[] {
  return decided === 'stop-batch' ? [{ kind: 'stop-batch', fault }] : [];
}

function afterFault(job: Job, fault: KnownFault): Transition {
  const step = stepAt(job);
  const { decision } = ruleFor(step.name, fault.code);
  const failed: LineEffect = { kind: 'commit-outcome', job, step: step.name, fault };
  const failedJob: Job = { ...job, intent: begunOf(job) };
  switch (decision.kind) {
    case 'ask':
      return ask(failedJob, fault, 'step', [failed]);
    case 'reconnect':
      // No outcome is committed: what happened is not known until the machine has been asked.
      if (job.reconnects >= mostReconnects) return ask(job, fault, 'connect');
      return {
        state: { kind: 'connecting', job: { ...job, reconnects: job.reconnects + 1 } },
        effects: [{ kind: 'announce-fault', fault, decision: 'reconnect', job }, { kind: 'connect' }],
      };
    case 'stop-batch':
      return reject(failedJob, fault.code, 'stop-batch', [failed, { kind: 'stop-batch', fault }]);
    case 'reject-card':
      return reject(failedJob, fault.code, decision.afterwards, [
        failed,
        { kind: 'announce-fault', fault, decision: `reject-card, ${decision.afterwards}`, job },
        ...stopBatch(decision.afterwards, fault),
      ]);
  }
}

/** What is now known of an open step, for the journal. */
function settled(
  job: Job,
  by: 'probe' | 'operator',
  found: Settlement['found'],
  evidence: string,
): readonly LineEffect[] {
  return job.intent === 'open' ? [{ kind: 'commit-settled', job, step: stepAt(job).name, by, found, evidence }] : [];
}

/** A movement is tried again where the machine says that it did not happen: a card still inside, a feeder that gave nothing. */
function mayTryAgain(job: Job, result: ProbeResult): boolean {
  if (job.origin !== 'claimed' || job.fate.kind !== 'make') return false;
  if (stepAt(job).name === 'feed') return result.card === 'none' && result.fedSinceIntent === 0;
  return result.card === 'inside';
}

function afterProbe(state: Extract<LineState, { kind: 'probing' }>, result: ProbeResult): Transition {
  const { job, said } = state;
  const settlement = settle(job, result);
  if (said === 'try-again' && mayTryAgain(job, result)) return begin(job);
  const known = settled(job, 'probe', settlement.found, settlement.evidence);
  const settledJob: Job = { ...job, intent: 'none' };
  switch (settlement.kind) {
    case 'reject':
      return reject(settledJob, settlement.reason, settlement.afterwards, known);
    case 'end': {
      const { disposition, reason, afterwards } = settlement;
      // A card that a person took out of the machine is good no more, whatever was done to it.
      if (isWord(said) && disposition !== 'returned') return goneByWord(job, said, reason);
      return end(settledJob, { disposition, decidedBy: 'recovery', reason }, afterwards, known);
    }
    case 'ask':
      // The person's word is taken where the machine sees no card of this attempt; else the step stays open until more is known.
      if (isWord(said) && result.card !== 'inside') return goneByWord(job, said, settlement.fault.code);
      return ask(job, settlement.fault, 'connect');
  }
}

/** Every step was done and in the journal when the station stopped: only the end is still to be written, and the machine has no say in it. */
function finish(job: Job): Transition {
  const settlement = settle(job, { card: 'unknown', fedSinceIntent: null, panelsSinceIntent: null });
  if (settlement.kind !== 'end') return { state: { kind: 'connecting', job }, effects: [{ kind: 'connect' }] };
  const { disposition, reason } = settlement;
  return end(job, { disposition, decidedBy: 'recovery', reason }, 'reconnect');
}

/** The person's word for the journal, before the machine is asked: a restart must not take the card for an ejected one. */
function told(job: Job, word: Word): readonly LineEffect[] {
  const evidence = word === 'card-removed' ? 'the operator took the card out' : 'the operator cannot find the card';
  return settled(job, 'operator', 'unknown', evidence);
}

function isWord(said: Said | Choice): said is Word {
  return said === 'card-removed' || said === 'card-missing';
}

/** A step that was begun stays begun when it is no longer open. */
function begunOf(job: Job): Job['intent'] {
  return job.intent === 'open' ? 'failed' : job.intent;
}

/** Ends an attempt whose card a person took out, or cannot find. */
function goneByWord(job: Job, word: Word, reason: string, before: readonly LineEffect[] = []): Transition {
  const known = [...before, ...told(job, word)];
  const settledJob: Job = { ...job, intent: 'none' };
  if (isUntouched(job)) {
    const ending = { disposition: 'returned', decidedBy: 'operator', reason: 'PRODUCTION-NOT-FED' } as const;
    return end(settledJob, ending, 'reconnect', known);
  }
  const disposition = word === 'card-removed' ? 'spoiled' : 'missing';
  return end(settledJob, { disposition, decidedBy: 'operator', reason }, 'reconnect', known);
}

function chosen(state: Asking, choice: Choice): Transition {
  const { fault, during } = state;
  if (!state.choices.includes(choice)) return stay(state);
  // A person has looked: the link may be tried as often as before.
  const job = state.job === null ? null : { ...state.job, reconnects: 0 };
  const said: LineEffect = { kind: 'announce-choice', choice, job };
  const stop: LineEffect = { kind: 'stop-batch', fault };
  const connectAgain: Transition = { state: { kind: 'connecting', job }, effects: [said, { kind: 'connect' }] };
  if (during === 'connect' && choice === 'retry') return connectAgain;
  if (job === null) {
    if (choice === 'stop-batch') return { state: { kind: 'idle' }, effects: [said, stop] };
    return { state: { kind: 'claiming' }, effects: [said, { kind: 'claim' }] };
  }
  const { name } = stepAt(job);
  switch (choice) {
    case 'continue':
      return connectAgain;
    case 'retry':
      // Whether the card has moved all the same, the machine knows better.
      return name === 'eject' || (name === 'feed' && job.intent === 'failed')
        ? probe(job, 'try-again', [said])
        : begin(job, [said]);
    case 'card-removed':
    case 'card-missing':
      // Whether a blank left the feeder at all, the machine knows better.
      return during === 'connect' || name === 'feed'
        ? probe({ ...job, intent: begunOf(job) }, choice, [said, ...told(job, choice)])
        : goneByWord(job, choice, fault.code, [said]);
    case 'reject-card':
      return name === 'feed' ? probe(job, 'nothing', [said]) : reject(job, fault.code, 'go-on', [said]);
    case 'stop-batch':
      return name === 'feed'
        ? probe(job, 'nothing', [said, stop])
        : reject(job, fault.code, 'stop-batch', [said, stop]);
  }
}

/** The next card cannot be begun: nothing is in the machine. */
function cannotBegin(fault: KnownFault): Transition {
  if (ruleFor('before-card', fault.code).decision.kind !== 'stop-batch') return ask(null, fault, 'before-card');
  const stopped: LineEffect = { kind: 'announce-fault', fault, decision: 'stop-batch', job: null };
  return { state: { kind: 'idle' }, effects: [stopped, { kind: 'stop-batch', fault }] };
}

function afterOutcome(job: Job): Transition {
  const next: Job = { ...job, at: job.at + 1, intent: 'none' };
  if (next.at < next.steps.length) return begin(next);
  if (next.fate.kind === 'make')
    return end(next, { disposition: 'good', decidedBy: 'engine', reason: 'as-planned' }, 'go-on');
  const decidedBy = next.origin === 'recovered' ? 'recovery' : 'engine';
  return end(next, { disposition: 'rejected', decidedBy, reason: next.fate.reason }, next.fate.afterwards);
}

function working(state: Extract<LineState, { kind: 'working' }>, event: LineEvent): Transition {
  switch (event.kind) {
    case 'intent-committed': {
      const job: Job = { ...state.job, intent: 'open' };
      return {
        state: { kind: 'working', job, stage: 'acting' },
        effects: [{ kind: 'perform', job, step: stepAt(job) }],
      };
    }
    case 'step-done':
      return {
        state: { ...state, stage: 'outcome' },
        effects: [{ kind: 'commit-outcome', job: state.job, step: stepAt(state.job).name, fault: null }],
      };
    case 'step-failed':
      // Before the intent was committed nothing was done: the same decision holds, with nothing open.
      return afterFault(state.job, event.fault);
    case 'outcome-committed':
      return state.stage === 'outcome' ? afterOutcome(state.job) : stay(state);
    default:
      return stay(state);
  }
}

function afterEnd(state: Extract<LineState, { kind: 'ending' }>): Transition {
  switch (state.afterwards) {
    case 'go-on':
      return { state: { kind: 'claiming' }, effects: [{ kind: 'claim' }] };
    case 'stop-batch':
      return stay({ kind: 'idle' });
    case 'reconnect':
      return { state: { kind: 'connecting', job: null }, effects: [{ kind: 'connect' }] };
    case 'ask': {
      const code = namedRule('after-card', state.reason) === undefined ? 'PRODUCTION-CHECK-LINE' : state.reason;
      return ask(null, { code, details: {} }, 'after-card');
    }
  }
}

/** The line's one rule book: state and event in, new state and effects out; no clock and no I/O. An event that the state does not know changes nothing. */
export function step(state: LineState, event: LineEvent): Transition {
  switch (state.kind) {
    case 'disconnected':
      if (event.kind === 'connect-wanted' && state.job !== null && state.job.at >= state.job.steps.length) {
        return finish(state.job);
      }
      return event.kind === 'connect-wanted'
        ? { state: { kind: 'connecting', job: state.job }, effects: [{ kind: 'connect' }] }
        : stay(state);
    case 'connecting':
      if (event.kind === 'connect-failed') {
        return ask(state.job, event.fault, 'connect');
      }
      if (event.kind !== 'connected') return stay(state);
      // A line that comes back while a batch runs helps at once.
      if (state.job === null) return { state: { kind: 'claiming' }, effects: [{ kind: 'claim' }] };
      return probe(state.job, 'nothing');
    case 'probing':
      if (event.kind === 'probed') return afterProbe(state, event.result);
      if (event.kind !== 'step-failed') return stay(state);
      // A machine that cannot be asked: the person's word ends the attempt, or a person is asked.
      return isWord(state.said)
        ? goneByWord(state.job, state.said, event.fault.code)
        : ask(state.job, event.fault, 'connect');
    case 'idle':
      if (event.kind === 'work-wanted') return { state: { kind: 'claiming' }, effects: [{ kind: 'claim' }] };
      return event.kind === 'connect-wanted'
        ? { state: { kind: 'connecting', job: null }, effects: [{ kind: 'connect' }] }
        : stay(state);
    case 'claiming':
      if (event.kind === 'claimed') return begin(event.job);
      if (event.kind === 'nothing-to-claim') return stay({ kind: 'idle' });
      if (event.kind !== 'claim-failed') return stay(state);
      return cannotBegin(event.fault);
    case 'working':
      return working(state, event);
    case 'ending':
      return event.kind === 'ended' ? afterEnd(state) : stay(state);
    case 'asking':
      return event.kind === 'chosen' ? chosen(state, event.choice) : stay(state);
  }
}
