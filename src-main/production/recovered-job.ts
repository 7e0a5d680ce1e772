import type { Product } from '#shared/domain/product.ts';
import { stepPlans, stepsOf } from './job-steps.ts';
import type { Job } from './line-state.ts';
import type { OpenAttempt } from './order-book.ts';

/** Rebuilds the job of an attempt that a stop or crash left open: which step was begun last, and whether its outcome is known. */
export function recoveredJob(attempt: OpenAttempt, product: Product): Job {
  const rejecting = attempt.openStep === 'reject' || attempt.lastDone === 'reject';
  const steps = rejecting ? [stepPlans.reject] : stepsOf(product);
  const indexOf = (name: string) => steps.findIndex((step) => step.name === name);
  const at =
    attempt.openStep !== null
      ? indexOf(attempt.openStep)
      : attempt.lastDone !== null
        ? indexOf(attempt.lastDone) + 1
        : 0;
  return {
    attempt: attempt.attempt,
    order: attempt.order,
    batch: attempt.batch,
    steps,
    at: Math.max(at, 0),
    intent: attempt.openStep === null ? 'none' : 'open',
    fate: rejecting ? { kind: 'reject', reason: 'PRODUCTION-INTERRUPTED', afterwards: 'go-on' } : { kind: 'make' },
    origin: 'recovered',
  };
}
