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
  Transition,
} from './line-state.ts';
import { decide } from './recovery-policy.ts';
import { settle } from './settlement.ts';

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
  return begin(
    { ...job, steps: [stepPlans.reject], at: 0, intent: 'none', fate: { kind: 'reject', reason, afterwards } },
    before,
  );
}

function end(job: Job, ending: Ending, afterwards: Afterwards, before: readonly LineEffect[] = []): Transition {
  return { state: { kind: 'ending', job, afterwards }, effects: [...before, { kind: 'end', job, ...ending }] };
}

function ask(
  job: Job | null,
  fault: KnownFault,
  choices: readonly Choice[],
  during: Asking['during'],
  before: readonly LineEffect[] = [],
): Transition {
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
  const decision = decide(step.name, fault.code);
  const failed: LineEffect = { kind: 'commit-outcome', job, step: step.name, fault };
  const settledJob: Job = { ...job, intent: 'none' };
  switch (decision.kind) {
    case 'ask':
      return ask(settledJob, fault, decision.choices, 'step', [failed]);
    case 'reconnect':
      // No outcome is committed: what happened is not known until the machine has been asked.
      return {
        state: { kind: 'connecting', job },
        effects: [{ kind: 'announce-fault', fault, decision: 'reconnect', job }, { kind: 'connect' }],
      };
    case 'reject-card':
      return reject(settledJob, fault.code, decision.afterwards, [
        failed,
        { kind: 'announce-fault', fault, decision: `reject-card, ${decision.afterwards}`, job },
        ...stopBatch(decision.afterwards, fault),
      ]);
  }
}

function afterProbe(job: Job, result: ProbeResult): Transition {
  const settlement = settle(job, result);
  const known: readonly LineEffect[] =
    job.intent === 'open'
      ? [
          {
            kind: 'commit-settled',
            job,
            step: stepAt(job).name,
            by: 'probe',
            found: settlement.found,
            evidence: settlement.evidence,
          },
        ]
      : [];
  const settledJob: Job = { ...job, intent: 'none' };
  switch (settlement.kind) {
    case 'reject':
      return reject(settledJob, settlement.reason, settlement.afterwards, known);
    case 'end':
      return end(
        settledJob,
        { disposition: settlement.disposition, decidedBy: 'recovery', reason: settlement.reason },
        settlement.afterwards,
        known,
      );
    case 'ask':
      return ask(settledJob, settlement.fault, ['card-removed', 'retry'], 'connect', known);
  }
}

function chosen(state: Asking, choice: Choice): Transition {
  const { job, fault } = state;
  if (!state.choices.includes(choice)) return stay(state);
  const said: LineEffect = { kind: 'announce-choice', choice, job };
  const connectAgain: Transition = { state: { kind: 'connecting', job }, effects: [said, { kind: 'connect' }] };
  if (state.during === 'connect' && choice === 'retry') return connectAgain;
  if (job === null) {
    if (choice === 'stop-batch') return { state: { kind: 'idle' }, effects: [said, { kind: 'stop-batch', fault }] };
    return { state: { kind: 'claiming' }, effects: [said, { kind: 'claim' }] };
  }
  switch (choice) {
    case 'continue':
      return connectAgain;
    case 'retry':
      return begin(job, [said]);
    case 'card-removed':
      return end(job, { disposition: 'spoiled', decidedBy: 'operator', reason: fault.code }, 'go-on', [said]);
    case 'reject-card':
      return reject(job, fault.code, 'go-on', [said]);
    case 'stop-batch':
      return stepAt(job).name === 'feed'
        ? end(job, { disposition: 'returned', decidedBy: 'operator', reason: fault.code }, 'stop-batch', [
            said,
            { kind: 'stop-batch', fault },
          ])
        : reject(job, fault.code, 'stop-batch', [said, { kind: 'stop-batch', fault }]);
  }
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
    case 'ask':
      return ask(null, { code: 'PRODUCTION-CHECK-LINE', details: {} }, ['continue', 'stop-batch'], 'between-cards');
  }
}

/** The line's one rule book: state and event in, new state and effects out; no clock and no I/O. An event that the state does not know changes nothing. */
export function step(state: LineState, event: LineEvent): Transition {
  switch (state.kind) {
    case 'disconnected':
      return event.kind === 'connect-wanted'
        ? { state: { kind: 'connecting', job: state.job }, effects: [{ kind: 'connect' }] }
        : stay(state);
    case 'connecting':
      if (event.kind === 'connect-failed') return ask(state.job, event.fault, ['retry'], 'connect');
      if (event.kind !== 'connected') return stay(state);
      return state.job === null
        ? stay({ kind: 'idle' })
        : { state: { kind: 'probing', job: state.job }, effects: [{ kind: 'probe', job: state.job }] };
    case 'probing':
      if (event.kind === 'probed') return afterProbe(state.job, event.result);
      return event.kind === 'step-failed'
        ? ask(state.job, event.fault, ['retry', 'card-removed'], 'connect')
        : stay(state);
    case 'idle':
      if (event.kind === 'work-wanted') return { state: { kind: 'claiming' }, effects: [{ kind: 'claim' }] };
      return event.kind === 'connect-wanted'
        ? { state: { kind: 'connecting', job: null }, effects: [{ kind: 'connect' }] }
        : stay(state);
    case 'claiming':
      if (event.kind === 'claimed') return begin(event.job);
      if (event.kind === 'nothing-to-claim') return stay({ kind: 'idle' });
      return event.kind === 'claim-failed'
        ? ask(null, event.fault, ['retry', 'stop-batch'], 'between-cards')
        : stay(state);
    case 'working':
      return working(state, event);
    case 'ending':
      return event.kind === 'ended' ? afterEnd(state) : stay(state);
    case 'asking':
      return event.kind === 'chosen' ? chosen(state, event.choice) : stay(state);
  }
}
