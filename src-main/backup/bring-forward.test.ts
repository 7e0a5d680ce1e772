import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointBytes } from '#shared/journal-format/checkpoint.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { genesisHash, type JournalEntry } from '#shared/journal-format/entry.ts';
import { firstStart } from '../journal/first-start.fixture.ts';
import { BatchHistory, twoBatches } from '../journal/history.fixture.ts';
import { Journal } from '../journal/journal.ts';
import { journalOptions, openJournal, SoftwareKeys, testFolder, testStation } from '../journal/journal.fixture.ts';
import type { NewEvent } from '../journal/port.ts';
import { rebuildProjections } from '../journal/rebuild.ts';
import { bringForward } from './bring-forward.ts';
import type { CmsCopy } from './cms-copy.ts';
import { holdOrders } from './hold-orders.ts';

const signal = AbortSignal.timeout(60_000);
const about = { actor: { kind: 'station' }, issuer: null, subjects: {} } as const;
const quiet = (): void => undefined;

/** A CMS that holds a journal up to an entry, as it keeps it; `change` spoils an entry on its way back. */
function copyOf(
  journal: Journal,
  upTo: number,
  granted: 'yes' | 'no' = 'yes',
  change = (entry: JournalEntry): JournalEntry => entry,
): CmsCopy {
  const head: ChainHead = { sequence: upTo, entryHash: journal.entries.find(upTo)?.entryHash ?? genesisHash };
  return {
    head: () => Promise.resolve(head),
    entries: ({ from, count }) =>
      Promise.resolve(journal.read(from, Math.min(count, upTo - from + 1)).map((entry) => change(entry))),
    granted: () => Promise.resolve(granted),
  };
}

/** A journal with two batches, and a copy of it as it was in between. */
function journals(at: number): { readonly truth: Journal; readonly older: Journal } {
  const folder = testFolder();
  const truth = openJournal(join(folder, 'truth.db'));
  const events = [...firstStart(new SoftwareKeys().jwk), ...twoBatches()];
  truth.append(...events.slice(0, at));
  truth.copyTo(join(folder, 'older.db'));
  truth.append(...events.slice(at));
  return { truth, older: openJournal(join(folder, 'older.db'), { whenMissing: 'refuse' }) };
}

describe('a journal from an older backup', () => {
  it.each([30, 45, 90])('set back to entry %i comes to the same head and the same state', async (at) => {
    const { truth, older } = journals(at);
    const head = truth.head();
    const forward = await bringForward(older, copyOf(truth, head.sequence), head, signal, quiet);
    expect([forward.lost, forward.from.sequence, older.head()]).toEqual([0, at, head]);
    expect(older.projections.batches.list({ issuers: 'all' })).toEqual(
      truth.projections.batches.list({ issuers: 'all' }),
    );
    const { tables } = await rebuildProjections(older, signal);
    expect(tables.filter(({ differing }) => differing > 0)).toEqual([]);
  });

  it('says how many entries are lost, up to what the HSM remembers', async () => {
    const { truth, older } = journals(40);
    const registered = truth.head();
    const forward = await bringForward(older, copyOf(truth, registered.sequence - 7), registered, signal, quiet);
    expect([forward.lost, older.head().sequence]).toEqual([7, registered.sequence - 7]);
    expect((await bringForward(journals(40).older, null, registered, signal, quiet)).lost).toBe(
      registered.sequence - 40,
    );
  });

  it('says what it has on the word of the CMS alone, and takes no checkpoint that this station did not sign', async () => {
    const folder = testFolder();
    const keys = new SoftwareKeys();
    const truth = openJournal(join(folder, 'truth.db'));
    truth.append(...firstStart(keys.jwk));
    truth.copyTo(join(folder, 'older.db'));
    const entry = (payload: { readonly reason: string }): NewEvent => ({ ...about, kind: 'station.stopped', payload });
    truth.append(entry({ reason: 'one' }), entry({ reason: 'two' }));
    const registered = truth.head();
    truth.append(entry({ reason: 'three' }));
    const covered = truth.head();
    const checkpoint = async (signer: SoftwareKeys): Promise<void> => {
      const signature = Buffer.from(await signer.sign(checkpointBytes(testStation, covered))).toString('base64url');
      truth.append({ ...about, kind: 'journal.checkpoint', payload: { ...covered, signature } });
    };
    await checkpoint(keys);
    const older = () => {
      copyFileSync(join(folder, 'older.db'), join(folder, 'copy.db'));
      return Journal.open(journalOptions(join(folder, 'copy.db'), { whenMissing: 'refuse' }));
    };
    const unproven = async (upTo: number): Promise<number> => {
      const journal = older();
      const forward = await bringForward(journal, copyOf(truth, upTo), registered, signal, quiet);
      journal.close();
      return forward.unproven;
    };
    // Up to the HSM's head nothing; beyond it what no checkpoint covers.
    expect([await unproven(registered.sequence), await unproven(covered.sequence)]).toEqual([0, 1]);
    expect(await unproven(covered.sequence + 1)).toBe(1);
    await checkpoint(new SoftwareKeys());
    const journal = older();
    await expect(
      bringForward(journal, copyOf(truth, truth.head().sequence), registered, signal, quiet),
    ).rejects.toMatchObject({ code: 'JOURNAL-COPY-BROKEN', details: { sequence: covered.sequence + 2 } });
    journal.close();
  });

  it('forgets the passwords that were set since', async () => {
    const folder = testFolder();
    const truth = openJournal(join(folder, 'truth.db'));
    const events = firstStart(new SoftwareKeys().jwk);
    truth.append(...events.slice(0, 3));
    truth.copyTo(join(folder, 'older.db'));
    truth.append(...events.slice(3));
    const older = openJournal(join(folder, 'older.db'));
    const forward = await bringForward(older, copyOf(truth, truth.head().sequence), null, signal, quiet);
    expect(forward.withoutPassword).toEqual(['ada', 'olga', 'oscar', 'sara', 'simon']);
  });

  it('takes nothing that does not continue it, nothing withheld, and nothing of another history', async () => {
    const { truth, older } = journals(40);
    const head = truth.head();
    const before = older.head();
    const spoilt = async (change: (entry: JournalEntry) => JournalEntry) =>
      bringForward(older, copyOf(truth, head.sequence, 'yes', change), head, signal, quiet).then(
        () => 'taken',
        (thrown: { code: string }) => thrown.code,
      );
    const at = (sequence: number, with_: (entry: JournalEntry) => JournalEntry) => (entry: JournalEntry) =>
      entry.header.sequence === sequence ? with_(entry) : entry;
    expect(await spoilt(at(50, (entry) => ({ ...entry, payload: { other: 1 } })))).toBe('JOURNAL-COPY-BROKEN');
    expect(
      await spoilt(at(41, (entry) => ({ ...entry, header: { ...entry.header, time: '2026-03-02T11:00:00.000Z' } }))),
    ).toBe('JOURNAL-COPY-BROKEN');
    expect(await spoilt(at(60, (entry) => ({ ...entry, salt: null, payload: null })))).toBe('JOURNAL-COPY-WITHHELD');
    expect(older.head()).toEqual(before);

    older.append({
      kind: 'station.stopped',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { reason: 'x' },
    });
    expect(await spoilt((entry) => entry)).toBe('JOURNAL-COPY-BROKEN');
    const other = { sequence: 41, entryHash: 'ab'.repeat(32) };
    await expect(bringForward(older, null, other, signal, quiet)).rejects.toMatchObject({ code: 'JOURNAL-DIVERGED' });
    await expect(bringForward(older, copyOf(truth, 41), null, signal, quiet)).rejects.toMatchObject({
      code: 'JOURNAL-DIVERGED',
    });
  });
});

describe('orders after a restore', () => {
  const held = (events: readonly { readonly kind: string; readonly payload: unknown }[]) =>
    events.map(({ kind, payload }) => `${kind} ${(payload as { reason: string }).reason}`);

  it('are held where a card may exist that nobody recorded, and a card in a machine is missing', async () => {
    const truth = openJournal();
    truth.append(...firstStart(new SoftwareKeys().jwk));
    const batch = new BatchHistory('b1', 'northbank', 3);
    truth.append(...batch.received(), ...batch.accepted(), ...batch.released());
    truth.append(...batch.goodCard(0, 1), batch.started(1, 1));
    truth.appendWith(() => {
      truth.sealedRecords.putKey('b1', new Uint8Array(8));
      truth.sealedRecords.insert(
        'b1',
        batch.orders.map((order, index) => ({ index, order, bytes: new Uint8Array(8) })),
      );
    });
    expect((await holdOrders(truth, 0, null, signal)).events).toEqual([]);
    const holding = await holdOrders(truth, 3, copyOf(truth, 1), signal);
    expect(held(holding.events)).toEqual([
      'attempt.ended BACKUP-CARD-MAY-EXIST',
      'order.held BACKUP-CARD-MAY-EXIST',
      'order.held BACKUP-CARD-MAY-EXIST',
    ]);
    truth.append(...holding.events);
    expect(truth.projections.orders.counts('b1')).toMatchObject({ made: 1, held: 2, ready: 0, 'in-production': 0 });
    expect(truth.projections.orders.startable('b1', 10, 3)).toEqual([]);
    truth.append(...batch.closed({ fed: 2, good: 1, rejected: 0, spoiled: 0 }).slice(0, -2));
    expect(truth.projections.batches.find('b1')?.state).toBe('closed');
  });

  it('of a batch that the CMS never let be begun are not held, unless their records are gone', async () => {
    const truth = openJournal();
    truth.append(...firstStart(new SoftwareKeys().jwk));
    const batch = new BatchHistory('b1', 'northbank', 2);
    truth.append(...batch.received(), ...batch.accepted());
    const gone = await holdOrders(truth, 5, copyOf(truth, 1, 'no'), signal);
    expect(held(gone.events)).toEqual(['order.held BACKUP-RECORDS-LOST', 'order.held BACKUP-RECORDS-LOST']);
    truth.appendWith(() => {
      truth.sealedRecords.putKey('b1', new Uint8Array(8));
      truth.sealedRecords.insert(
        'b1',
        batch.orders.map((order, index) => ({ index, order, bytes: new Uint8Array(8) })),
      );
    });
    expect((await holdOrders(truth, 5, copyOf(truth, 1, 'no'), signal)).orders).toBe(0);
    expect((await holdOrders(truth, 5, copyOf(truth, 1, 'yes'), signal)).orders).toBe(2);
  });
});
