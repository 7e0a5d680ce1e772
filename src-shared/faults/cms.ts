import type { FaultDescription } from './station-fault.ts';

/** Faults of the area cms. */
export const cmsFaults = {} as const satisfies Record<string, FaultDescription>;
