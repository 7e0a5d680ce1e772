import type { FaultDescription } from './station-fault.ts';

/** Faults of the area station. */
export const stationFaults = {} as const satisfies Record<string, FaultDescription>;
