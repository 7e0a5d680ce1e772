import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { utf8 } from '#shared/bytes/bytes.ts';
import { Secret } from '#shared/bytes/secret.ts';
import { Journal } from '../journal/journal.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { acceptRecords, examineRecords, type Examination, type OpenRecord } from './examine-records.ts';
import { KnownOrders } from './known-orders.ts';
import { PendingClaims } from './pending-claims.ts';

function openJournal(): Journal {
  const folder = mkdtempSync(join(tmpdir(), 'cardwright-known-'));
  const journal = Journal.open({
    file: join(folder, 'journal.db'),
    key: new Secret(new Uint8Array(32).fill(7)),
    whenMissing: 'create',
    station: 'cw-01',
    headRegister: null,
    clock: systemClock,
    randomness: systemRandomness,
    onFatal: () => undefined,
    onSubscriberFault: () => undefined,
  });
  onTestFinished(() => {
    journal.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return journal;
}

const codes = (found: readonly { readonly code: string }[]) => found.map(({ code }) => code);

it('finds a card that a batch pulled at the same time has claimed, before either is in the journal', () => {
  const journal = openJournal();
  const pending = new PendingClaims();
  const one = new KnownOrders(journal, 'northbank', 'batch-1', pending);
  const two = new KnownOrders(journal, 'northbank', 'batch-2', pending);
  const other = new KnownOrders(journal, 'mercato', 'batch-3', pending);
  one.claim({ order: 'order-1', cardDigest: 'aa' });
  expect(two.check({ order: 'order-2', cardDigest: 'aa' })).toMatchObject([
    { code: 'INTAKE-DUPLICATE-CARD', text: expect.stringContaining('batch batch-1') as string },
  ]);
  expect(codes(two.check({ order: 'order-1', cardDigest: null }))).toEqual(['INTAKE-ORDER-TWICE']);
  expect(other.check({ order: 'order-1', cardDigest: 'aa' })).toEqual([]);
  // A batch that was committed, or given up, leaves the claims of the others alone.
  two.claim({ order: 'order-3', cardDigest: 'bb' });
  one.committed();
  expect(one.check({ order: 'order-3', cardDigest: 'aa' }).length).toBe(1);
  expect(two.check({ order: 'order-1', cardDigest: 'aa' })).toEqual([]);
});

it('keeps the id of an unreadable record out of the journal when it might be a card number', async () => {
  const journal = openJournal();
  const examination = {
    rules: {} as Examination['rules'],
    known: new KnownOrders(journal, 'northbank', 'batch-1', new PendingClaims()),
    layoutFit: null,
    digest: async () => [],
  };
  const ids = ['9900010000000004', '9900-0100-0000-0004', 'NB-2026-000017'];
  const open = ids.map((orderId, index): OpenRecord => ({
    index,
    plaintext: utf8(JSON.stringify({ version: 1, orderId, unknown: 'member' })),
    sealed: { index, bytes: new Uint8Array(28) },
  }));
  const { signal } = new AbortController();
  async function* records() {
    yield open;
  }
  const accepted = [];
  for await (const slice of examineRecords(records(), examination, signal)) {
    accepted.push(...(await acceptRecords(slice, examination, signal)));
  }
  expect(accepted.map(({ order }) => order)).toEqual(['record-0', 'record-1', 'NB-2026-000017']);
});
