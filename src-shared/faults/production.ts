import type { FaultDescription } from './station-fault.ts';

/** Faults of the area production. */
export const productionFaults = {} as const satisfies Record<string, FaultDescription>;
