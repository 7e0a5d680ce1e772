import { expect, test } from 'vitest';
import type { BatchId, LineId } from '#shared/domain/identifiers.ts';
import { firstStart } from '../journal/first-start.fixture.ts';
import { BatchHistory } from '../journal/history.fixture.ts';
import { openJournal } from '../journal/journal.fixture.ts';
import { systemRandomness } from '../platform/randomness.ts';
import type { PreparationPort, PreparedCard } from '../preparation/port.ts';
import { BatchRun, type ProvePrint } from './batch-run.ts';
import { JournalOrderBook } from './journal-order-book.ts';
import { readyKeyStore } from './ready-key-store.fixture.ts';

const line = 'line-1' as LineId;

/** A print job that shows what the order says. */
const asSent: ProvePrint = () =>
  Promise.resolve({
    job: { commands: [] },
    verdict: {
      part: 'print',
      verdict: 'same',
      findings: [],
      readDigest: '11'.repeat(32),
      transactionCounter: null,
      checks: [],
    },
  });

/** A released batch on one line, whose register and cards the test speaks of. */
function releasedRun() {
  const journal = openJournal();
  const history = new BatchHistory('b1', 'northbank', 3);
  journal.append(...firstStart({ x: '', y: '' }), ...history.received(), ...history.accepted(), ...history.released());
  const book = new JournalOrderBook(journal);
  const told: { disposed: number; register: 'kept' | 'late' | 'behind'; prepared: () => void } = {
    disposed: 0,
    register: 'kept',
    prepared: () => undefined,
  };
  const batch = book.batch('b1' as BatchId);
  if (batch === null) throw new Error('no batch');
  const card = {
    plan: { planDigest: '00'.repeat(32) },
    product: { stock: { blank: 'emv' }, chip: { kind: 'none' }, stripe: { kind: 'none' } },
    dispose: () => told.disposed++,
  } as unknown as PreparedCard;
  const run = new BatchRun({
    batch,
    book,
    journal,
    preparation: {
      prepare: () => {
        told.prepared();
        return Promise.resolve(card);
      },
      readyAhead: () => undefined,
    } as unknown as PreparationPort,
    lease: { grantFor: () => ({ grant: 'grant-1' }) },
    register: { state: () => ({ state: told.register }) },
    keyStore: readyKeyStore,
    randomness: systemRandomness,
    lookEvery: 100,
    chip: 'none',
    mode: 'running',
  });
  run.useLines([line]);
  return { journal, run, told };
}

test('feeds no blank from a lot that is being counted there, and begins the card once the count is over', async () => {
  const { journal, run, told } = releasedRun();
  const by = { actor: { kind: 'person', person: 'olga' }, issuer: null } as const;
  const subjects = { count: 'cn-1' };
  journal.append({ ...by, kind: 'count.opened', subjects, payload: { place: 'line/line-1', item: 'lot-1' } });
  const before = journal.head();
  const { signal } = new AbortController();
  await expect(run.claim(line, asSent, signal)).rejects.toMatchObject({
    code: 'STOCK-COUNT-OPEN',
    details: { lot: 'lot-1' },
  });
  expect([journal.head(), told.disposed]).toEqual([before, 1]);
  journal.append({ ...by, kind: 'count.abandoned', subjects, payload: { reason: 'the run goes on' } });
  expect((await run.claim(line, asSent, signal))?.job.order).toBe('b1-o0');
});

test('begins no card while the HSM is behind the journal, and the next one once it is in step', async () => {
  const { journal, run, told } = releasedRun();
  const { signal } = new AbortController();
  told.register = 'behind';
  const before = journal.head();
  expect([await run.claim(line, asSent, signal), run.wants(line), journal.head()]).toEqual([null, 'no', before]);
  // It fell behind while the card was drawn: the attempt is not begun, and the card's data are forgotten.
  told.register = 'late';
  told.prepared = () => (told.register = 'behind');
  expect([await run.claim(line, asSent, signal), told.disposed, journal.head()]).toEqual([null, 1, before]);
  told.prepared = () => undefined;
  told.register = 'kept';
  expect(run.wants(line)).toBe('yes');
  expect((await run.claim(line, asSent, signal))?.job.order).toBe('b1-o0');
});
