import type { AttemptView, BatchState, BatchView, OrderState, RecordView } from '#shared/contract/views/batch-views.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { mayDo } from '../../access/rights.ts';
import type { AttemptRow } from '../../journal/projections/attempts.ts';
import type { BatchView as BatchFacts } from '../../journal/projections/batches.ts';
import type { OrderRow, OrderState as StoredOrderState } from '../../journal/projections/orders.ts';
import type { PersonRow } from '../../journal/projections/people.ts';
import type { Act } from '#shared/domain/roles.ts';
import type { Services } from '../services.ts';

type Command = BatchView['commands'][number];

/** Which commands a state allows (DESIGN 6.9): the buttons read this table, and the services refuse anything else. */
const commandsOf: Readonly<Record<BatchState, readonly Command[]>> = {
  leased: [],
  receiving: [],
  ready: ['request-release'],
  refused: [],
  'release-requested': [],
  released: ['start'],
  running: ['pause'],
  paused: ['resume'],
  stopped: ['resume'],
  made: ['request-close'],
  lost: ['request-close'],
  'close-requested': [],
  closed: ['report'],
};

const actOf: Readonly<Record<Command, Act>> = {
  'request-release': 'request-release',
  start: 'run-production',
  pause: 'run-production',
  resume: 'run-production',
  'request-close': 'request-close',
  report: 'see-balance',
};

/** The state for a person: a batch that ran when the station stopped waits for somebody to go on, as a paused one does. */
function stateNow(facts: BatchFacts, services: Services): BatchState {
  const current = services.production.currentBatch;
  const waitsAfterRestart = facts.state === 'running' && current?.batch === facts.batch && current.mode === 'paused';
  return waitsAfterRestart ? 'paused' : facts.state;
}

function commands(facts: BatchFacts, person: PersonRow, services: Services): readonly Command[] {
  const state = stateNow(facts, services);
  const remains = facts.orders.ready + facts.orders.unmade > 0;
  const possible: readonly Command[] =
    (state === 'made' && remains) || (state === 'stopped' && facts.blanks.inMachine === 0)
      ? ['resume', 'request-close']
      : commandsOf[state];
  return possible.filter((command) => mayDo(person, actOf[command]));
}

function trouble(facts: BatchFacts): BatchView['trouble'] {
  if (facts.reason !== null && facts.state === 'lost') {
    const { text: why } = describeFault({ code: facts.reason, details: {} });
    return { code: facts.reason, ...describeFault({ code: 'CMS-BATCH-LOST', details: { batch: facts.batch, why } }) };
  }
  if (facts.returnedFrom !== null && facts.state !== 'closed' && facts.state !== 'stopped') {
    return { code: 'CMS-ORDERS-RETURNED', ...describeFault({ code: 'CMS-ORDERS-RETURNED', details: {} }) };
  }
  if (facts.reason === null || (facts.state !== 'refused' && facts.state !== 'stopped')) return null;
  return { code: facts.reason, ...describeFault({ code: facts.reason, details: { batch: facts.batch } }) };
}

/** What the newest start grant of a batch still allows. */
export function grantNow(batch: string, services: Services): BatchView['grant'] {
  const left = services.sync.left(batch);
  return left === null ? null : { cardsLeft: left.cards, secondsLeft: left.seconds };
}

/** A batch as lists and headers show it to one person. */
export function batchView(facts: BatchFacts, person: PersonRow, services: Services): BatchView {
  const product = facts.product === null ? null : services.product(facts.product);
  return {
    batch: facts.batch,
    issuer: facts.issuer ?? '',
    issuerTitle: facts.issuer === null ? '' : services.issuerTitle(facts.issuer),
    product: facts.product ?? '',
    productTitle: product?.title ?? facts.product ?? '',
    state: stateNow(facts, services),
    priority: facts.priority ?? 'normal',
    due: facts.due ?? '',
    environment: facts.environment ?? 'test',
    counts: {
      total: facts.count ?? 0,
      ready: facts.orders.ready + facts.orders.unmade,
      held: facts.orders.held,
      made: facts.orders.made,
      inMachine: facts.blanks.inMachine,
      rejected: facts.blanks.rejected + facts.blanks.spoiled,
      looksOutstanding: facts.looksOutstanding,
    },
    approval:
      facts.state === 'close-requested' || facts.state === 'closed' ? facts.closeApproval : facts.releaseApproval,
    commands: [...commands(facts, person, services)],
    trouble: trouble(facts),
    grant: grantNow(facts.batch, services),
    updated: facts.changedAt,
  };
}

const shownState: Readonly<Record<StoredOrderState, OrderState>> = {
  held: 'held',
  ready: 'ready',
  'in-production': 'in-production',
  made: 'made',
  unmade: 'not-made',
};

export const storedState: Readonly<Record<OrderState, StoredOrderState>> = {
  held: 'held',
  ready: 'ready',
  'in-production': 'in-production',
  made: 'made',
  'not-made': 'unmade',
};

export function recordView(row: OrderRow): RecordView {
  return {
    index: row.index,
    order: row.order,
    maskedPan: row.maskedPan,
    state: shownState[row.state],
    attempts: row.attempts,
    findings: [...row.findings],
  };
}

export function attemptView(row: AttemptRow, maskedPan: string | null): AttemptView {
  return {
    attempt: row.attempt,
    order: row.order,
    batch: row.batch,
    number: row.number,
    line: row.line,
    maskedPan,
    chipSerial: row.chipSerial,
    step: row.step ?? 'feed',
    disposition: row.disposition,
    reason: row.reason,
    replaces: row.replaces,
    started: row.startedAt,
    ended: row.endedAt,
  };
}
