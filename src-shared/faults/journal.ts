import type { FaultDescription } from './station-fault.ts';

/** Faults of the area journal. */
export const journalFaults = {} as const satisfies Record<string, FaultDescription>;
