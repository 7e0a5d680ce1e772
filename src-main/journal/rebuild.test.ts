import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstStart } from './first-start.fixture.ts';
import { BatchHistory, twoBatches } from './history.fixture.ts';
import { keyHistory } from './key-history.fixture.ts';
import { stockHistory } from './stock-history.fixture.ts';
import { openJournal, SoftwareKeys, testFolder } from './journal.fixture.ts';
import type { Journal } from './journal.ts';
import { rebuildProjections } from './rebuild.ts';
import { searchEntries } from './search.ts';

const keys = new SoftwareKeys();
const signal = AbortSignal.timeout(60_000);

function allRows(journal: Journal): Record<string, unknown> {
  const { database, projections } = journal;
  return Object.fromEntries(
    projections.tables.map((table) => [table, database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()]),
  );
}

function withHistory(): Journal {
  const journal = openJournal();
  journal.append(...firstStart(keys.jwk));
  for (const event of [...twoBatches(), ...stockHistory(), ...keyHistory()]) journal.append(event);
  return journal;
}

describe('rebuild', () => {
  it('comes to the same rows from the entries alone', async () => {
    const journal = withHistory();
    const before = allRows(journal);
    const { entries, tables } = await rebuildProjections(journal, signal);
    expect(entries).toBe(journal.head().sequence);
    expect(tables.filter(({ differing }) => differing > 0)).toEqual([]);
    expect(tables.find(({ table }) => table === 'orders')).toEqual({ table: 'orders', rows: 9, differing: 0 });
    expect(tables.filter(({ rows }) => rows === 0).map(({ table }) => table)).toEqual([
      'checkpoints',
      'verifications',
      'passes',
    ]);
    expect(allRows(journal)).toEqual(before);
  });

  it('mends what was altered, row for row, and says how much', async () => {
    const journal = withHistory();
    const before = allRows(journal);
    journal.database.exec(`UPDATE orders SET state = 'made' WHERE batch = 'b2' AND idx < 3;
      DELETE FROM people WHERE person = 'olga';
      INSERT INTO people VALUES ('eve', 'Eve', '["supervisor"]', '"all"', 'test', '', NULL, NULL);
      DELETE FROM blanks;`);
    const { tables } = await rebuildProjections(journal, signal);
    expect(tables.filter(({ differing }) => differing > 0).map(({ table, differing }) => [table, differing])).toEqual([
      ['people', 1],
      ['orders', 2],
      ['blanks', 5],
    ]);
    expect(allRows(journal)).toEqual(before);
  });

  it('leaves content alone and the journal able to go on', async () => {
    const journal = withHistory();
    journal.appendWith(() => {
      journal.sealedRecords.putKey('b2', new Uint8Array([1]));
      journal.sealedRecords.insert('b2', [{ index: 0, order: 'o', bytes: new Uint8Array([2]) }]);
    });
    const running = rebuildProjections(journal, signal);
    const batch = new BatchHistory('b2', 'southbank', 5, [3]);
    journal.append(batch.ended(1, 1, 'spoiled'), ...batch.goodCard(1, 2));
    expect((await running).tables.every(({ differing }) => differing === 0)).toBe(true);
    expect(journal.sealedRecords.count('b2')).toBe(1);
    expect(journal.projections.batches.view('b2')?.orders.made).toBe(2);
  });

  it('happens by itself when the tables are of another form', () => {
    const file = join(testFolder(), 'journal.db');
    const journal = openJournal(file);
    journal.append(...firstStart(keys.jwk), ...twoBatches());
    const before = allRows(journal);
    journal.database.exec(
      "UPDATE projection_form SET form = 'older'; DROP TABLE looks; ALTER TABLE orders ADD COLUMN colour TEXT",
    );
    journal.close();
    expect(allRows(openJournal(file))).toEqual(before);
  });
});

describe('in = out', () => {
  const orders = 4;
  const act = fc.record({
    what: fc.constantFrom(
      'start',
      'good',
      'rejected',
      'spoiled',
      'test',
      'returned',
      'missing',
      'look-bad',
      'look-good',
      'again',
    ),
    order: fc.nat({ max: orders - 1 }),
    line: fc.constantFrom('line-1', 'line-2'),
  } as const);

  it(
    'holds after every sequence of events that the journal takes, and a rebuild agrees',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
          const journal = openJournal();
          const batch = new BatchHistory('p', 'northbank', orders);
          const events = firstStart(keys.jwk).map((event) =>
            event.kind === 'lot.received' ? { ...event, payload: { ...event.payload, count: 12 } } : event,
          );
          journal.append(...events, ...batch.received(), ...batch.accepted(), ...batch.released());
          const last = new Map<number, number>();
          let taken = 0;
          for (const { what, order, line } of acts) {
            const number = last.get(order) ?? 0;
            const attempt = (): void => {
              if (what === 'start') journal.append(batch.started(order, number + 1, line));
              else if (what === 'again') journal.append(batch.started(order, number, line));
              else if (what === 'good') journal.append(batch.ended(order, number, what), batch.made(order, number));
              else if (what === 'look-good')
                journal.append(batch.lookAsked(order, number), batch.lookDecided(order, number, 'good'));
              else if (what === 'look-bad') {
                journal.append(
                  batch.lookAsked(order, number),
                  batch.lookDecided(order, number, 'bad'),
                  batch.ended(order, number, 'rejected', 'look'),
                );
              } else journal.append(batch.ended(order, number, what));
            };
            try {
              attempt();
              taken++;
              if (what === 'start') last.set(order, number + 1);
            } catch (thrown) {
              expect(String(thrown)).toMatch(/JOURNAL-(IMPOSSIBLE|TWO-GOOD|LOT-EMPTY|PAYLOAD)/);
            }
            const blanks = journal.projections.stock.balance('p');
            const { good, rejected, spoiled, test, returned, missing, inMachine, fed } = blanks;
            expect(good + rejected + spoiled + test + returned + missing + inMachine).toBe(fed);
            const lot = journal.projections.stock.findLot('lot-1');
            expect([lot?.remaining, (lot?.remaining ?? -1) >= 0]).toEqual([12 - fed + returned, true]);
            expect(journal.projections.orders.counts('p').made).toBe(good);
            expect(journal.projections.attempts.open()).toHaveLength(inMachine);
            expect(journal.projections.attempts.ofBatch('p', { limit: 100, offset: 0 })).toHaveLength(fed);
          }
          expect(taken).toBeLessThanOrEqual(acts.length);
          const { tables } = await rebuildProjections(journal, signal);
          expect(tables.filter(({ differing }) => differing > 0)).toEqual([]);
          journal.close();
        }),
        { numRuns: 60, seed: 20260302 },
      );
    },
  );
});

describe('search', () => {
  it('finds by kind, subject, person, time, text and issuer, newest first, page by page', () => {
    const journal = withHistory();
    const find = (query: Partial<Parameters<typeof searchEntries>[1]>) =>
      searchEntries(journal.database, { issuers: 'all', limit: 500, ...query });
    const all = find({});
    expect(all.total).toEqual({ kind: 'exactly', count: journal.head().sequence });
    expect(all.entries.map(({ header }) => header.sequence)).toEqual(
      all.entries.map((_, at) => journal.head().sequence - at),
    );
    expect(find({ kinds: ['look.asked', 'look.decided'] }).entries.map(({ header }) => header.kind)).toEqual([
      'look.decided',
      'look.asked',
    ]);
    expect(find({ subject: 'at-b1-o0-1' }).total.count).toBe(14);
    expect(find({ person: 'simon' }).entries.map(({ header }) => header.kind)).toEqual(['approval.given']);
    expect(find({ text: 'SCRATCH' }).entries.map(({ header }) => header.kind)).toEqual(['look.decided']);
    expect(find({ text: '100%' }).total.count).toBe(0);
    const middle = all.entries[50]?.header.time ?? '';
    expect(find({ since: middle }).total.count + find({ until: middle }).total.count).toBe(journal.head().sequence);
    const north = find({ issuers: ['northbank'] });
    expect(new Set(north.entries.map(({ header }) => header.issuer))).toEqual(new Set(['northbank']));
    expect(find({ issuers: [] }).total.count).toBe(0);
    const pages: number[] = [];
    for (let before: number | undefined; ;) {
      const page = find(before === undefined ? { limit: 30 } : { limit: 30, before });
      pages.push(...page.entries.map(({ header }) => header.sequence));
      if (page.next === null) break;
      before = page.next;
    }
    expect(pages).toEqual(all.entries.map(({ header }) => header.sequence));
    expect(find({ limit: 5, offset: 10 }).entries).toEqual(all.entries.slice(10, 15));
  });
});
