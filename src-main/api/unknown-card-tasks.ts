import type { LineView } from '#shared/contract/views/line-views.ts';
import type { PairingView } from '#shared/contract/views/pairing-view.ts';
import { mayDo, maySee } from '../access/rights.ts';
import type { PersonRow } from '../journal/projections/people.ts';
import type { Services } from './services.ts';

/** One thing at a line that waits for a person. */
export interface LineTask {
  readonly kind: 'unknown-card' | 'line-fault';
  readonly title: string;
  readonly detail: string;
  readonly route: string;
  readonly urgent: 'yes';
}

const route = '/run';
const urgent = 'yes';

/** Where a card may be, in words. */
const whereabouts = {
  'in-machine': 'is in the machine',
  unknown: 'may be in the machine',
  out: 'left the machine and is to be found',
} as const;

function named(order: string, maskedPan: string | null): string {
  return maskedPan === null ? `order ${order}` : `order ${order} (${maskedPan})`;
}

/** The task of one line: an unfinished card first, else what the line asks. */
export function lineTask(line: LineView): readonly LineTask[] {
  const { fault, card, title } = line;
  const kind = fault?.guide.card.kind;
  if (fault !== null && card !== null && (kind === 'in-machine' || kind === 'unknown' || kind === 'out')) {
    const detail = `The card of ${named(card.order, card.maskedPan)} ${whereabouts[kind]}. ${fault.guide.next}`;
    return [{ kind: 'unknown-card', title: `${title}: a card waits for you`, detail, route, urgent }];
  }
  if (fault !== null) return [{ kind: 'line-fault', title: `${title} needs you`, detail: fault.text, route, urgent }];
  if (card !== null && line.state === 'disconnected') {
    const detail = `The card of ${named(card.order, card.maskedPan)} may be in the machine: the printer is being asked. Leave it where it is.`;
    return [{ kind: 'unknown-card', title: `${title}: a card is unknown`, detail, route, urgent }];
  }
  return [];
}

/** Open attempts at lines that this station has no more: only a person can say where those cards are. */
function lostLineTasks(person: PersonRow, services: Services): readonly LineTask[] {
  const { production, journal } = services;
  const known = new Set<string>(production.lines.map(({ configuration }) => configuration.line));
  return journal.projections.attempts.open().flatMap((attempt): LineTask[] => {
    const order = journal.projections.orders.find(attempt.batch, attempt.order);
    if (known.has(attempt.line) || order === null || !maySee(person, order.issuer)) return [];
    const detail = `The card of ${named(attempt.order, order.maskedPan)} may be in the machine of ${attempt.line}, which this station no longer has. Enrol that line again, or call a supervisor.`;
    return [{ kind: 'unknown-card', title: `${attempt.line}: a card is unknown`, detail, route, urgent }];
  });
}

/** Lines whose pairing must be proven, or whose test card nobody has seen leave. */
export function pairingTask({ title, state }: PairingView): readonly LineTask[] {
  const rest = { route: '/devices', urgent } as const;
  if (state.kind === 'test-card') {
    const detail =
      'The test card of a pairing may be in the machine. Leave it where it is, and prove the pairing again.';
    return [{ kind: 'unknown-card', title: `${title}: a test card is unknown`, detail, ...rest }];
  }
  if (state.kind !== 'not-proven') return [];
  const detail = 'It makes no chip cards until a test card has proven its encoder. Prove the pairing.';
  return [{ kind: 'line-fault', title: `${title} is not paired`, detail, ...rest }];
}

/** What lines ask of this person, each card that is unknown or stuck in a machine as a task of its own. */
export function lineTasks(person: PersonRow, services: Services, lines: readonly LineView[]): readonly LineTask[] {
  if (!mayDo(person, 'run-production')) return [];
  return [
    ...lines.flatMap(lineTask),
    ...services.pairing.views().flatMap(pairingTask),
    ...lostLineTasks(person, services),
  ];
}
