import type { FaultDescription } from './station-fault.ts';

/** Faults of the area access. */
export const accessFaults = {} as const satisfies Record<string, FaultDescription>;
