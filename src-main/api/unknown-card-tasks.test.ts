import { expect, test } from 'vitest';
import type { LineView } from '#shared/contract/views/line-views.ts';
import { lineTask, pairingTask } from './unknown-card-tasks.ts';

const quiet: LineView = {
  line: 'line-1',
  title: 'Line 1',
  printer: { serial: 'EV-1', model: '', link: 'network', connected: true },
  reader: null,
  supplies: null,
  state: 'idle',
  batch: null,
  card: null,
  fault: null,
  made: 0,
  rejected: 0,
  millisecondsPerCard: null,
};
const card: NonNullable<LineView['card']> = {
  attempt: 'at-1',
  order: 'nb-1',
  maskedPan: '990001******0017',
  step: 'print',
  stepProgress: null,
  stepSince: '2026-03-02T12:00:00.000Z',
  hasPicture: true,
};

function asks(kind: NonNullable<LineView['fault']>['guide']['card']['kind']): NonNullable<LineView['fault']> {
  return {
    code: 'PRINTER-JAM',
    text: 'A card is stuck in the printer.',
    next: 'Open the cover.',
    since: '2026-03-02T12:00:01.000Z',
    choices: [{ choice: 'card-removed', label: 'I took the card out', primary: true }],
    guide: {
      rule: 'jam',
      happened: 'The card is stuck in the printer.',
      certain: [],
      uncertain: [],
      next: 'Open the cover, take the card out.',
      place: 'print-head',
      card: { kind, order: 'nb-1', attempt: 'at-1' },
    },
  };
}

test.each([
  ['a line that works waits for nobody', { ...quiet, state: 'working' as const, card }, []],
  ['a card in a line that asks', { ...quiet, card, fault: asks('in-machine') }, ['unknown-card']],
  ['a card to be found', { ...quiet, card, fault: asks('out') }, ['unknown-card']],
  ['a card in a machine that cannot be reached', { ...quiet, state: 'disconnected' as const, card }, ['unknown-card']],
  ['a question without a card', { ...quiet, fault: asks('no-card') }, ['line-fault']],
  ['a card that belongs to no order', { ...quiet, card, fault: asks('other-card') }, ['line-fault']],
  // The order of another issuer is not told, the line's question is.
  ['a card that this person may not see', { ...quiet, fault: asks('in-machine') }, ['line-fault']],
])('%s', (_what, line, kinds) => {
  expect(lineTask(line).map(({ kind }) => kind)).toEqual(kinds);
});

test('says which order, where the card is and what to do, and leads to the run screen', () => {
  expect(lineTask({ ...quiet, card, fault: asks('in-machine') })).toEqual([
    {
      kind: 'unknown-card',
      title: 'Line 1: a card waits for you',
      detail: 'The card of order nb-1 (990001******0017) is in the machine. Open the cover, take the card out.',
      route: '/run',
      urgent: 'yes',
    },
  ]);
});

test('a line that is not paired is a task for the Devices screen, and so is a test card that nobody has seen leave', () => {
  const line = { line: 'line-1', title: 'Line 1', printer: 'EV-1', reader: 'R-1' } as const;
  const told = (
    [
      { kind: 'proven', time: '2026-03-02T12:00:00.000Z' },
      { kind: 'no-reader' },
      { kind: 'not-proven' },
      { kind: 'test-card', since: '2026-03-02T12:00:00.000Z' },
    ] as const
  ).map((state) => pairingTask({ ...line, state }).map(({ kind, title, route }) => [kind, title, route]));
  expect(told).toEqual([
    [],
    [],
    [['line-fault', 'Line 1 is not paired', '/devices']],
    [['unknown-card', 'Line 1: a test card is unknown', '/devices']],
  ]);
});
