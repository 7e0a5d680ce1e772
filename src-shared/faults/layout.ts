import type { FaultDescription } from './station-fault.ts';

/** Faults of the area layout. */
export const layoutFaults = {} as const satisfies Record<string, FaultDescription>;
