import { stepPlans } from './job-steps.ts';
import type { Job } from './line-state.ts';
import type { OpenAttempt } from './order-book.ts';

/** Every step that a card may go through, in order: where an attempt stands can be told without its product. */
const anySteps = Object.values(stepPlans).filter((step) => step.name !== 'reject');

/** Rebuilds the job of an attempt that a stop or crash left open: which step was begun last, and whether its outcome is known. */
export function recoveredJob(attempt: OpenAttempt): Job {
  const begun = attempt.openStep ?? attempt.failedStep;
  const rejecting = begun === 'reject' || attempt.lastDone === 'reject';
  const steps = rejecting ? [stepPlans.reject] : anySteps;
  const indexOf = (name: string) => steps.findIndex((step) => step.name === name);
  const at = begun !== null ? indexOf(begun) : attempt.lastDone !== null ? indexOf(attempt.lastDone) + 1 : 0;
  return {
    attempt: attempt.attempt,
    order: attempt.order,
    batch: attempt.batch,
    steps,
    at: Math.max(at, 0),
    intent: attempt.openStep !== null ? 'open' : attempt.failedStep !== null ? 'failed' : 'none',
    reconnects: 0,
    fate: rejecting ? { kind: 'reject', reason: 'PRODUCTION-INTERRUPTED', afterwards: 'go-on' } : { kind: 'make' },
    origin: 'recovered',
  };
}
