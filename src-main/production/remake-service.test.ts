import { beforeEach, expect, test } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import type { ApprovalId, BatchId, OrderId, PersonId } from '#shared/domain/identifiers.ts';
import { Approvals, type Signer } from '../approvals/approvals.ts';
import { BatchHistory } from '../journal/history.fixture.ts';
import { firstStart } from '../journal/first-start.fixture.ts';
import { openJournal } from '../journal/journal.fixture.ts';
import type { Journal } from '../journal/journal.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { JournalOrderBook } from './journal-order-book.ts';
import { LooksService } from './looks-service.ts';
import { RemakeService } from './remake-service.ts';

const olga = 'olga' as PersonId;
const people: readonly Signer[] = [
  { person: 'olga', roles: ['operator'], issuers: 'all' },
  { person: 'oleg', roles: ['operator'], issuers: 'all' },
  { person: 'sara', roles: ['supervisor'], issuers: 'all' },
];
const history = new BatchHistory('b1', 'northbank', 3, [2]);
const good = history.attemptId(0, 1);
const wish = { batch: 'b1', order: 'b1-o0', reasonCode: 'print-faint', remark: '', person: olga } as const;

let journal: Journal;
let approvals: Approvals;
let remake: RemakeService;

beforeEach(() => {
  journal = openJournal();
  journal.append(...firstStart({ x: '', y: '' }), ...history.received(), ...history.accepted(), ...history.released());
  journal.append(...history.goodCard(0, 1));
  const find = (person: string) => people.find((one) => one.person === person) ?? null;
  approvals = new Approvals({
    journal,
    rows: journal.projections.approvals,
    prove: async (name) => {
      const person = find(name);
      return person === null ? { kind: 'refused', reason: 'unknown' } : { kind: 'known', person };
    },
    signer: find,
    station: 'cw-01',
    clock: systemClock,
    randomness: systemRandomness,
  });
  remake = new RemakeService({ journal, approvals });
});

const order = (index = 0) => journal.projections.orders.find('b1', `b1-o${index}`);
const kindsSince = (sequence: number) => journal.read(sequence + 1, 100).map(({ header }) => header.kind);
const fault = (code: string): unknown => expect.objectContaining({ code });

async function sign(approval: ApprovalId, approver: string): Promise<void> {
  await approvals.decide({
    approval,
    approver: approver as PersonId,
    password: new Secret(''),
    statementDigest: journal.projections.approvals.find(approval)?.statementDigest ?? '',
    verdict: { kind: 'approve' },
  });
}

test('a good card that is recalled is rejected, and its order waits for two people', () => {
  const before = journal.head().sequence;
  remake.recall(good, 'print-faint', 'grey streak', 'olga');
  expect(kindsSince(before)).toEqual(['attempt.recalled', 'attempt.ended', 'order.held']);
  expect(journal.projections.attempts.find(good)).toMatchObject({ disposition: 'rejected', decidedBy: 'operator' });
  expect(order()).toMatchObject({ state: 'held', heldReason: 'REMAKE-CARD-RECALLED' });
  const book = new JournalOrderBook(journal);
  expect(book.readyOrders('b1' as BatchId, 10)).toEqual(['b1-o1']);
  expect(remake.waiting('b1').map(({ lost, approval }) => [lost.map(({ attempt }) => attempt), approval])).toEqual([
    [[good], null],
  ]);
});

test('a look decided bad holds the order in the same way', () => {
  journal.append(history.lookAsked(0, 1));
  new LooksService(journal).decide({
    attempt: good,
    result: 'bad',
    reasonCode: 'surface-damage',
    remark: '',
    person: 'olga',
  });
  expect(order()).toMatchObject({ state: 'held', heldReason: 'REMAKE-CARD-RECALLED' });
});

test('a recall decides an outstanding look', () => {
  journal.append(history.lookAsked(0, 1));
  remake.recall(good, 'chip-damage', '', 'olga');
  expect(journal.projections.looks.outstandingOf('b1')).toBe(0);
});

test('two people let the order be made again, once; the next card names the one that it replaces', async () => {
  remake.recall(good, 'print-faint', '', 'olga');
  const approval = remake.request(wish);
  expect(remake.waiting('b1')[0]?.approval).toBe(approval);
  expect(() => remake.carryOut(approval, { batch: 'b1', order: 'b1-o0' })).toThrow(fault('APPROVAL-NOT-GIVEN'));
  await expect(sign(approval, 'olga')).rejects.toThrow(fault('APPROVAL-OWN-REQUEST'));
  await expect(sign(approval, 'oleg')).rejects.toThrow(fault('ACCESS-NO-RIGHT'));
  await sign(approval, 'sara');
  remake.carryOut(approval, { batch: 'b1', order: 'b1-o0', attempt: good });
  expect(order()).toMatchObject({ state: 'unmade', heldReason: null });
  expect(() => remake.carryOut(approval, { batch: 'b1', order: 'b1-o0' })).toThrow(fault('REMAKE-NOT-HELD'));
  const book = new JournalOrderBook(journal);
  expect(book.readyOrders('b1' as BatchId, 10)).toEqual(['b1-o1', 'b1-o0']);
  expect(book.lostCards('b1' as BatchId, 'b1-o0' as OrderId)).toEqual([
    { attempt: good, chipSerial: 'chip-b1-0-1', disposition: 'rejected', reason: 'print-faint' },
  ]);
});

test('a signature for one set of lost cards is worth nothing once another card was lost', async () => {
  remake.recall(good, 'print-faint', '', 'olga');
  const first = remake.request(wish);
  await sign(first, 'sara');
  remake.carryOut(first, { batch: 'b1', order: 'b1-o0' });
  journal.append(...history.goodCard(0, 2));
  remake.recall(history.attemptId(0, 2), 'print-lines', '', 'olga');
  const before = journal.head();
  expect(() => remake.carryOut(first, { batch: 'b1', order: 'b1-o0' })).toThrow(fault('APPROVAL-OTHER-SUBJECT'));
  expect(journal.head()).toEqual(before);
});

test('refuses by name and changes nothing', () => {
  journal.append(history.started(1, 1));
  const before = journal.head();
  const refused: readonly (readonly [string, () => unknown])[] = [
    ['REMAKE-STILL-GOOD', () => remake.request(wish)],
    ['REMAKE-CARD-UNKNOWN', () => remake.request({ ...wish, order: 'b1-o1' })],
    ['REMAKE-NOT-HELD', () => remake.request({ ...wish, order: 'b1-o2' })],
    ['REMAKE-NOT-HELD', () => remake.request({ ...wish, order: 'b1-o9' })],
    ['REMAKE-NOT-GOOD', () => remake.recall(history.attemptId(1, 1), 'print-faint', '', 'olga')],
    ['REMAKE-NOT-GOOD', () => remake.recall('at-nowhere', 'print-faint', '', 'olga')],
    ['REMAKE-REASON', () => remake.recall(good, 'other', '  ', 'olga')],
  ];
  for (const [code, act] of refused) expect(act, code).toThrow(fault(code));
  expect(journal.head()).toEqual(before);
});

test('nothing changes once the close was asked for', () => {
  remake.recall(good, 'print-faint', '', 'olga');
  journal.append(...history.closed({ fed: 1, good: 0, rejected: 1, spoiled: 0 }).slice(0, 3));
  expect(() => remake.request(wish)).toThrow(fault('REMAKE-BATCH-CLOSED'));
});

test('a signed remake that cannot be done any more is withdrawn, not done by itself later', async () => {
  remake.recall(good, 'print-faint', '', 'olga');
  const approval = remake.request(wish);
  await sign(approval, 'sara');
  journal.append(...history.closed({ fed: 1, good: 0, rejected: 1, spoiled: 0 }).slice(0, 3));
  const carryOut = () => remake.carryOut(approval, { batch: 'b1', order: 'b1-o0' });
  expect(carryOut).toThrow(fault('REMAKE-BATCH-CLOSED'));
  expect(journal.projections.approvals.find(approval)?.state).toBe('withdrawn');
});
