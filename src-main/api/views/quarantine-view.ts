import type { ChipTruth, QuarantinedCardView } from '#shared/contract/views/card-views.ts';
import { authenticationMarks } from '#shared/domain/dialogue.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import type { QuarantinedRow } from '../../journal/projections/attempts.ts';
import { searchEntries } from '../../journal/search.ts';
import type { Services } from '../services.ts';

/** One chip card in quarantine, with what its last attempt tells of it. */
export function quarantinedCardView(row: QuarantinedRow, services: Services): QuarantinedCardView {
  const { attempts, batches, destructions } = services.journal.projections;
  const product = services.product(batches.find(row.batch)?.product ?? '');
  const chip = product?.chip.kind === 'emv' ? product.chip : null;
  const destroyed = destructions.isDestroyed(row.attempt) === 'yes';
  return {
    chipSerial: row.chipSerial,
    atr: row.atr,
    attempt: row.attempt,
    batch: row.batch,
    order: row.order,
    issuer: row.issuer,
    lot: row.lot,
    line: row.line,
    disposition: row.disposition,
    decidedBy: row.decidedBy ?? '',
    fault: { code: row.reason ?? '', text: describeFault(faultOf(row, services)).text },
    step: row.step,
    lastMark: row.lastMark,
    since: row.endedAt ?? row.startedAt,
    truth: truthOf(row),
    blank:
      chip === null
        ? null
        : {
            application: chip.application,
            lifeCycle: chip.preflight.lifeCycle,
            keyVersion: chip.preflight.keyVersion,
          },
    place: destroyed
      ? 'destroyed'
      : row.disposition === 'missing'
        ? 'missing'
        : row.disposition === 'spoiled'
          ? 'taken-out'
          : 'reject-box',
    metAgain: attempts.metAgain(row.chipSerial, row.attempt),
  };
}

/** The fault with its details, where the journal holds them. */
function faultOf(row: QuarantinedRow, services: Services): Parameters<typeof describeFault>[0] {
  const query = { issuers: 'all', subject: row.attempt, kinds: ['line.fault', 'attempt.outcome'], limit: 50 } as const;
  for (const { payload } of searchEntries(services.journal.database, query).entries) {
    const told = payload as { code?: string; details?: object; outcome?: { code?: string; details?: object } };
    const fault = told.outcome ?? told;
    if (fault.code === row.reason) return { code: fault.code ?? '', details: { ...fault.details } };
  }
  return { code: row.reason ?? '', details: {} };
}

/** What the last mark and step say of the chip: nothing is taken for better than it may be. */
function truthOf({ lastMark, lastDone, step }: QuarantinedRow): ChipTruth {
  if (lastMark === null) return 'untouched';
  if (lastMark === authenticationMarks.begun) return 'tried';
  const made = ['verify-chip', 'release-chip', 'write-stripe', 'verify-stripe', 'print', 'eject'];
  if (
    lastDone === 'personalise' ||
    (lastDone !== null && made.includes(lastDone)) ||
    (step !== null && made.includes(step))
  )
    return 'made';
  return lastMark === authenticationMarks.done ? 'opened' : 'half-made';
}
