import type { FaultDescription } from './station-fault.ts';

/** Faults of the area intake. */
export const intakeFaults = {} as const satisfies Record<string, FaultDescription>;
