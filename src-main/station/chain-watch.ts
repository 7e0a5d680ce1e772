import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { readHeadRegister } from '../journal/chain-head-register.ts';
import { IdleVerification } from '../journal/idle-verification.ts';
import type { Journal } from '../journal/journal.ts';
import { verifyJournal } from '../journal/verify.ts';
import type { BootLog } from '../keys/boot-log.ts';
import type { Logger } from '../platform/logger.ts';
import { systemTimers } from '../platform/timers.ts';
import type { ProductionService } from '../production/production-service.ts';
import type { Core } from './core.ts';
import type { Ending } from './ending.ts';

/** Milliseconds for which the HSM is waited for at the beginning of a pass. */
const registerDeadline = 10_000;

/**
 * Verifies the chain while nothing is made. A break is put into the boot log, so that no later start takes the chain for whole because its
 * last entries are, and ends the station.
 */
export function watchChain(parts: {
  readonly core: Pick<Core, 'journal' | 'keys' | 'bootLog'>;
  readonly production: Pick<ProductionService, 'atRest'>;
  readonly logger: Logger;
  readonly ending: Ending;
  readonly fatal: (fault: unknown) => void;
}): IdleVerification {
  const { core, production, logger, ending, fatal } = parts;
  const { journal, keys, bootLog } = core;
  const watch = new IdleVerification({
    journal,
    timers: systemTimers,
    idle: () => production.atRest,
    headRegister: () => readHeadRegister(keys, AbortSignal.timeout(registerDeadline)),
    onBroken: (fault) => {
      bootLog.append('chain-broken', { code: fault.code, ...fault.details });
      fatal(fault);
    },
    onFault: (fault) =>
      logger.warn(
        { what: 'idle verification', fault: fault instanceof Error ? fault.message : String(fault) },
        'fault',
      ),
  });
  ending.add(() => watch.stop());
  return watch;
}

/** After a break that was found while the station ran, a start verifies every entry and not only the last ones. JOURNAL-BROKEN. */
export async function checkSuspectedChain(
  parts: { readonly journal: Journal; readonly bootLog: BootLog; readonly headRegister: ChainHead | null },
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { journal, bootLog, headRegister } = parts;
  const last = bootLog.read().findLast(({ kind }) => kind === 'chain-broken' || kind === 'chain-whole');
  if (last?.kind !== 'chain-broken') return;
  progress('Verifying every entry of the journal');
  const { findings, entries } = await verifyJournal(journal, { headRegister, maxFindings: 1, signal });
  const [finding] = findings;
  if (finding !== undefined)
    throw new StationFault('JOURNAL-BROKEN', { sequence: finding.sequence, what: finding.text });
  bootLog.append('chain-whole', { entries });
}
