import { expect, test } from 'vitest';
import { cardNumberRefused, reason, remark } from './call-inputs.ts';
import { approvalsCalls } from './approvals-calls.ts';
import { looksCalls } from './looks-calls.ts';
import { remakeCalls } from './remake-calls.ts';
import { stockCalls } from './stock-calls.ts';

const pan = '4111111111111111';
const holding = [
  pan,
  `card ${pan} was bent`,
  '4111 1111 1111 1111',
  '4111-1111-1111-1111',
  '4111 \u2013 1111\u00a01111 - 1111',
  'order 12 4111 1111 1111 1111 3 times',
  '6304000000000000000',
  '4222222222222',
];

test.each(holding)('a remark with a card number is refused in words: %s', (text) => {
  const found = remark.safeParse(text);
  expect(found.error?.issues.map(({ message }) => message)).toEqual([
    `${cardNumberRefused.text} ${cardNumberRefused.next}`,
  ]);
  expect(reason.safeParse(text).success).toBe(false);
});

test.each([
  '',
  'grey streak',
  'lot 411111 delivered 2026-03-02',
  '4111111111111112',
  '411111111111',
  '1111, DN 4711 0815',
])('a remark without one is taken: %s', (text) => {
  expect(remark.parse(` ${text} `)).toBe(text);
});

const decision = { approval: 'ap', approver: 'sara', password: 'x', statementDigest: '' } as const;
const use = { lot: 'l', line: 'line-1', count: 1, purpose: 'other', fedBy: 'hand' } as const;
const look = { attempt: 'at', result: 'good', reasonCode: 'as-proof' } as const;
const pack = { lot: 'l', from: 'vault', to: 'out', count: 1 } as const;

test.each([
  ['looks.decide', looksCalls.decide, { ...look, remark: pan }],
  ['remake.request', remakeCalls.request, { batch: 'b', order: 'o', reasonCode: 'not-made', remark: pan }],
  ['remake.recall', remakeCalls.recall, { attempt: 'at', reasonCode: 'print-faint', remark: pan }],
  ['approvals.decide', approvalsCalls.decide, { ...decision, verdict: { kind: 'refuse', reason: pan } }],
  ['stock.useForTest', stockCalls.useForTest, { ...use, remark: pan }],
  ['stock.requestTestUse', stockCalls.requestTestUse, { ...use, remark: pan }],
  ['stock.requestMove', stockCalls.requestMove, { packs: [pack], reason: pan }],
  ['stock.abandonCount', stockCalls.abandonCount, { count: 'cn', reason: pan }],
  ['stock.requestCountDifference', stockCalls.requestCountDifference, { count: 'cn', reason: pan }],
  ['stock.requestDayClose', stockCalls.requestDayClose, { reason: pan }],
] as const)('no free text of %s carries a card number', async (_name, call, input) => {
  const checked = await call['~orpc'].inputSchema?.['~standard'].validate(input);
  expect(checked?.issues?.map(({ message }) => message)).toEqual([
    `${cardNumberRefused.text} ${cardNumberRefused.next}`,
  ]);
});
