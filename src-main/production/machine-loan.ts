import type { LineMachines } from './card-session.ts';
import type { LinePrinter } from './line-printer.ts';

/** A resting line's machine in other hands. */
export interface MachineLoan {
  readonly machines: LineMachines;
  readonly printer: LinePrinter;
  /** Aborts when the station stops. */
  readonly signal: AbortSignal;
}
