import type { FaultDescription } from './station-fault.ts';

/** Faults of the area printer. */
export const printerFaults = {} as const satisfies Record<string, FaultDescription>;
