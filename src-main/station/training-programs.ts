import type { Logger } from '../platform/logger.ts';
import type { ChildProgram } from './child-program.ts';
import type { Configuration } from './configuration.ts';
import type { Ending } from './ending.ts';
import type { Places } from './places.ts';
import { startTrainingCms } from './training-cms.ts';
import { startTrainingMachines, type TrainingMachines } from './training-machines.ts';

/** Starts what the training mode needs beside the station, each null where the configuration names another; they end with the station. */
export function startTrainingPrograms(options: {
  readonly configuration: Configuration;
  readonly places: Places;
  readonly logger: Logger;
  readonly ending: Ending;
  readonly signal: AbortSignal;
}): {
  readonly cmsProgram: Promise<ChildProgram> | null;
  readonly trainingMachines: Promise<TrainingMachines> | null;
} {
  const { configuration, places, logger, ending, signal } = options;
  const { cms, machines } = configuration;
  const cmsProgram = cms.kind === 'training' ? startTrainingCms(places.cms, logger, signal) : null;
  const trainingMachines =
    machines.kind === 'training' ? startTrainingMachines(places.devices, machines.speed, logger, signal) : null;
  cmsProgram?.catch(() => undefined);
  trainingMachines?.catch(() => undefined);
  ending.add(async () => (await cmsProgram?.catch(() => null))?.end());
  ending.add(async () => (await trainingMachines?.catch(() => null))?.end());
  return { cmsProgram, trainingMachines };
}
