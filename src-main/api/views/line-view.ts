import type { LineChoice, LineView, ProductionView, RecoveryGuideView } from '#shared/contract/views/line-views.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { maySee } from '../../access/rights.ts';
import type { PersonRow } from '../../journal/projections/people.ts';
import type { Choice, LineState } from '../../production/line-state.ts';
import { recoveryGuide } from '../../production/recovery-guide.ts';
import type { ProductionService } from '../../production/production-service.ts';
import { grantNow } from './batch-view.ts';
import { issuerOnLine } from '../issuer-on-line.ts';
import type { Services } from '../services.ts';

type Line = ProductionService['lines'][number];

const labels: Readonly<Record<Choice, string>> = {
  retry: 'Try again',
  'reject-card': 'Reject this card',
  'stop-batch': 'Stop the batch',
  continue: 'Go on',
  'card-removed': 'I took the card out',
  'card-missing': 'I cannot find the card',
};

function stateOf(state: LineState, mode: 'running' | 'paused' | 'stopped' | null): LineView['state'] {
  switch (state.kind) {
    case 'disconnected':
    case 'connecting':
    case 'probing':
      return 'disconnected';
    case 'idle':
    case 'claiming':
      return mode === 'paused' ? 'paused' : 'idle';
    case 'working':
    case 'ending':
      return mode === 'running' ? 'working' : 'finishing';
    case 'asking':
      return 'waiting-for-operator';
  }
}

function median(values: readonly number[]): number | null {
  if (values.length < 3) return null;
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

function faultOf(state: LineState, since: string): LineView['fault'] {
  if (state.kind !== 'asking') return null;
  const choices: LineChoice[] = state.choices.map((choice, at) => ({
    choice,
    label: labels[choice],
    primary: at === 0,
  }));
  const guide = recoveryGuide(state);
  const told: RecoveryGuideView = { ...guide, certain: [...guide.certain], uncertain: [...guide.uncertain] };
  return { code: state.fault.code, ...describeFault(state.fault), since, choices, guide: told };
}

function stepOf(state: LineState): StepName | null {
  if (!('job' in state) || state.job === null) return null;
  return state.job.steps[Math.min(state.job.at, state.job.steps.length - 1)]?.name ?? null;
}

/** Blanks that a line may still feed; not told while the lot is being counted. */
function blanksLeft(lot: string | null, line: string, services: Services): number | null {
  const { counts, holdings } = services.journal.projections;
  if (lot === null) return 0;
  return counts.running().some(({ item }) => item === lot) ? null : holdings.feedable(lot, line);
}

/** One line, live. The order in the machine is masked; a person of other issuers sees that the line is busy and no more. */
export function lineView(line: Line, person: PersonRow, services: Services): LineView {
  const { configuration, runner } = line;
  const { state, measures, lastStatus } = runner;
  const { production, journal } = services;
  const row = journal.projections.lines.findLine(configuration.line);
  const loaded = row?.lot ?? null;
  const lot = loaded === null ? null : journal.projections.stock.findLot(loaded);
  const job = 'job' in state ? state.job : null;
  const order = job === null ? null : journal.projections.orders.find(job.batch, job.order);
  const visible = order !== null && maySee(person, order.issuer);
  const step = stepOf(state);
  return {
    line: configuration.line,
    title: configuration.title,
    printer: {
      serial: configuration.printerSerial,
      model: measures.model,
      link: configuration.link,
      connected: measures.connected === 'yes',
    },
    reader:
      configuration.reader === null
        ? null
        : {
            serial: configuration.reader.serial,
            name: configuration.reader.name,
            state: step !== null && state.kind === 'working' ? 'in use' : 'ready',
          },
    supplies: {
      ribbon: lastStatus?.ribbon.kind ?? 'unknown',
      ribbonRemaining: lastStatus?.ribbon.remaining ?? null,
      feeder: lastStatus?.feeder ?? 'unknown',
      lot: lot?.lot ?? null,
      blanksLeft: blanksLeft(lot?.lot ?? null, configuration.line, services),
    },
    state: stateOf(state, production.currentBatch?.mode ?? null),
    batch: visible && job !== null ? job.batch : null,
    card:
      job === null || !visible || step === null
        ? null
        : {
            attempt: job.attempt,
            order: job.order,
            maskedPan: order.maskedPan,
            step,
            stepProgress: measures.progress,
            stepSince: new Date(measures.stepSince).toISOString(),
            hasPicture: measures.card !== null,
          },
    fault: maySee(person, issuerOnLine(configuration.line, services))
      ? faultOf(state, row?.fault?.time ?? new Date(measures.stepSince).toISOString())
      : null,
    made: measures.made,
    rejected: measures.rejected,
    millisecondsPerCard: median(measures.durations),
  };
}

/** Why the lines wait for the key store, the HSM's memory of the journal or the CMS, in words for a person; null when they do not. */
function waitOf(batch: string, services: Services): NonNullable<ProductionView['batch']>['waits'] {
  const register = services.register.state();
  const remembered = register.state === 'behind' ? register.fault : null;
  const fault = services.keyStore.state().fault ?? remembered ?? services.sync.waits(batch);
  return fault === null ? null : { code: fault.code, ...describeFault(fault) };
}

/** All lines and the batch on them, as one person may see it. */
export function productionView(person: PersonRow, services: Services, now: Date): ProductionView {
  const { production, journal, changes } = services;
  const lines = production.lines.map((line) => lineView(line, person, services));
  const current = production.currentBatch;
  const facts = current === null ? null : journal.projections.batches.view(current.batch);
  const visible = facts !== null && facts.issuer !== null && maySee(person, facts.issuer);
  const remaining = facts === null ? 0 : facts.orders.ready + facts.orders.unmade + facts.orders['in-production'];
  const working = lines.filter((line) => line.millisecondsPerCard !== null && line.state === 'working');
  const perSecond = working.reduce(
    (sum, line) => sum + 1000 / (line.millisecondsPerCard ?? Number.POSITIVE_INFINITY),
    0,
  );
  return {
    revision: changes.revision,
    lines,
    batch:
      facts === null || !visible
        ? null
        : {
            batch: facts.batch,
            state: current?.mode === 'paused' ? 'paused' : facts.state,
            total: facts.count ?? 0,
            made: facts.orders.made,
            rejected: facts.blanks.rejected + facts.blanks.spoiled,
            held: facts.orders.held,
            remaining,
            finishes:
              perSecond > 0 && remaining > 0
                ? new Date(now.getTime() + (remaining / perSecond) * 1000).toISOString()
                : null,
            grant: grantNow(facts.batch, services),
            waits: waitOf(facts.batch, services),
          },
  };
}
