import { existsSync } from 'node:fs';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { CmsCopy } from '../backup/cms-copy.ts';
import type { Logger } from '../platform/logger.ts';
import { CmsClient } from '../sync/cms-client.ts';
import { readEnrolment } from '../sync/enrolment-files.ts';
import { readyText } from './child-program.ts';
import type { Configuration } from './configuration.ts';
import type { Ending } from './ending.ts';
import { startTrainingCms } from './training-cms.ts';

/** States of a batch at the CMS in which no card of it was ever let be begun. */
const ungranted: ReadonlySet<string> = new Set(['available', 'leased']);

/** Connects to the CMS's copy of the journal, by the enrolment that lies in a folder; null where the station never was enrolled. */
export async function openCmsCopy(options: {
  readonly configuration: Configuration;
  readonly enrolment: string;
  /** Folder of the training CMS. */
  readonly trainingCms: string;
  readonly logger: Logger;
  readonly ending: Ending;
  readonly signal: AbortSignal;
}): Promise<CmsCopy | null> {
  const { configuration, enrolment, trainingCms, logger, ending, signal } = options;
  const stored = readEnrolment(enrolment);
  if (stored === null || configuration.cms.kind === 'none') return null;
  let url: string;
  if (configuration.cms.kind === 'remote') url = configuration.cms.url;
  else {
    // Starting it on an empty folder would make another CMS.
    if (!existsSync(trainingCms)) throw new StationFault('CMS-UNREACHABLE', { reason: 'its folder cms is not there' });
    const program = await startTrainingCms(trainingCms, logger, signal);
    ending.add(() => program.end());
    url = readyText(program, 'url');
  }
  const { authority, certificate, tlsKey } = stored;
  const client = new CmsClient(url, { authority, client: { certificate, key: tlsKey } });
  ending.add(() => client.close());
  return {
    // Not a word of news: a restored CMS would take it for all that this station has to tell.
    head: (acknowledged, limit) => client.eventsHead({ acknowledged }, limit),
    entries: (range, limit) => client.entries(range, limit),
    granted: async (batch, limit) => {
      try {
        const { state, reconciling } = await client.batchState(batch, limit);
        return reconciling === undefined && ungranted.has(state) ? 'no' : 'yes';
      } catch (thrown) {
        // A CMS that does not know the batch, or answers a lost station nothing, cannot say that no card of it was made.
        if (isFault(thrown, 'CMS-BATCH-NOT-AVAILABLE') || isFault(thrown, 'CMS-STATION-LOST')) return 'yes';
        throw thrown;
      }
    },
  };
}
