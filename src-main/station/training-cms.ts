import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Logger } from '../platform/logger.ts';
import type { SyncService } from '../sync/sync-service.ts';
import { startProgram, type ChildProgram } from './child-program.ts';
import { programs } from './places.ts';

const run = promisify(execFile);
const issued = z.object({ code: z.string(), authorityFingerprint: z.string() });

/** Starts the reference CMS on its folder, on free ports of this machine. */
export function startTrainingCms(folder: string, logger: Logger, signal: AbortSignal): Promise<ChildProgram> {
  const own = ['--training', '--listen', '127.0.0.1:0', '--control', '127.0.0.1:0', '--until-stdin-ends'];
  return startProgram(
    { title: 'training CMS', path: programs.cms, arguments: ['serve', '--data', folder, ...own] },
    logger,
    signal,
  );
}

/** Enrols with the training CMS as a person would: a one-time code from its own command, and its authority's certificate. */
export async function enrolWithTrainingCms(options: {
  readonly sync: SyncService;
  readonly data: string;
  readonly station: string;
  /** Path of the authority's certificate. */
  readonly authority: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { sync, data, station, authority, signal } = options;
  const words = [programs.cms, 'enrolment-code', '--data', data, '--station', station, '--replace'];
  const { stdout } = await run(process.execPath, words, { signal }).catch((thrown: unknown) => {
    const said = z.object({ stderr: z.string() }).safeParse(thrown).data?.stderr ?? '';
    // Two people at the CMS give such a station its code: nobody enrols it by a start.
    throw said.includes('STATION-LOST') ? new StationFault('CMS-STATION-LOST', {}, thrown) : thrown;
  });
  const { code, authorityFingerprint } = issued.parse(JSON.parse(stdout));
  await sync.enrol(
    { code, authority: await readFile(authority, 'utf8'), authorityFingerprint },
    { kind: 'station' },
    signal,
  );
}
