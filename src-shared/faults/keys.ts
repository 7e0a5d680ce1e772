import type { FaultDescription } from './station-fault.ts';

/** Faults of the area keys. */
export const keyFaults = {} as const satisfies Record<string, FaultDescription>;
