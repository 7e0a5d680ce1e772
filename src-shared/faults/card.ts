import type { FaultDescription } from './station-fault.ts';

/** Faults of the area card. */
export const cardFaults = {} as const satisfies Record<string, FaultDescription>;
