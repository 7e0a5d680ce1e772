import { expect, test } from 'vitest';
import { CardTraces } from './card-traces.ts';

const line = { command: '00A4040000', answer: '9000', milliseconds: 1 };

test('the last cards are remembered, each with so many exchanges and no more', () => {
  const traces = new CardTraces();
  for (let card = 0; card < 30; card++) traces.begin(`attempt-${card}`)(line);
  expect([5, 6, 29].map((card) => traces.of(`attempt-${card}`))).toEqual([null, [line], [line]]);
  const told = traces.begin('long');
  for (let exchange = 0; exchange < 6000; exchange++) told(line);
  expect(traces.of('long')).toHaveLength(5000);
});
