import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { batchId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { CmsProcess } from '../sync/cms-process.fixture.ts';
import { faultOf, IntakeStation, never, operator, softHsmModule } from './intake-station.fixture.ts';

let cms: CmsProcess;
const small = batchId.parse('nb-debit-0001');

beforeAll(async () => {
  cms = await CmsProcess.start();
});
afterAll(() => cms.end());

async function enrolled(name: string, more: Parameters<typeof IntakeStation.enrolled>[1] = {}): Promise<IntakeStation> {
  const station = await IntakeStation.enrolled(cms, { station: name, ...more });
  onTestFinished(() => station.end());
  return station;
}

/** A pull that stops by itself after a number of records. */
async function pullUntil(station: IntakeStation, batch: string, records: number): Promise<unknown> {
  const controller = new AbortController();
  const pull = station.intake.pull(batchId.parse(batch), operator, controller.signal);
  const watch = setInterval(() => {
    if (station.intake.progress().some(({ received }) => received >= records)) controller.abort(new Error('stopped'));
  }, 1);
  try {
    return await pull;
  } catch (thrown) {
    return thrown;
  } finally {
    clearInterval(watch);
  }
}

describe('intake', () => {
  it('pulls a batch: leased, received, records, ready; progress ends; the list shows it no more', async () => {
    const station = await enrolled('in-01');
    expect((await station.intake.available(never)).map(({ id }) => id)).toEqual([
      'nb-debit-0001',
      'mc-club-0001',
      'mc-gift-0001',
      'nb-dda-0001',
      'nb-debit-bad',
      'nb-cda-0001',
      'nb-dual-0001',
      'nb-debit-0500',
    ]);
    const from = station.journal.head().sequence + 1;
    const pull = station.intake.pull(small, operator, never);
    expect(await faultOf(station.intake.pull(small, operator, never))).toBe('INTAKE-BUSY');
    await pull;
    const kinds = station.kinds(from).filter((kind) => !kind.startsWith('sync.'));
    expect(kinds).toEqual(['batch.leased', 'key.made', 'batch.received', 'batch.records-accepted', 'batch.ready']);
    expect(station.intake.progress()).toEqual([]);
    expect((await station.intake.available(never)).map(({ id }) => id)).not.toContain(small);
    expect(station.journal.projections.batches.view(small)).toMatchObject({
      state: 'ready',
      issuer: 'northbank',
      product: 'emv-debit@1',
      panDigestKeyVersion: 1,
      wrappingKey: `batch-wrapping/${small}`,
      orders: { ready: 5, held: 0 },
    });
    const [first] = station.journal.projections.orders.page(small, {}, { limit: 1, offset: 0 }).rows;
    expect(first?.maskedPan).toMatch(/^9900\d\d•{6}\d{4}$/);
    expect(first?.cardDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('that is broken off leaves nothing and can be pulled again', async () => {
    const station = await enrolled('in-02');
    const batch = await cms.make('loyalty-stripe@1', 3_000);
    const keys = await station.keyNames();
    expect(await pullUntil(station, batch, 1_000)).toBeInstanceOf(Error);
    expect(station.journal.sealedRecords.count(batch)).toBe(0);
    expect(station.journal.projections.orders.page(batch, {}, { limit: 1, offset: 0 }).total).toBe(0);
    expect(await station.keyNames()).toEqual(keys);
    expect(station.journal.projections.batches.find(batch)?.state).toBe('leased');
    expect(await cms.control({ state: { batch } })).toMatchObject({ state: 'available' });
    await station.intake.pull(batchId.parse(batch), operator, never);
    expect(station.journal.projections.batches.view(batch)).toMatchObject({ state: 'ready', orders: { ready: 3_000 } });
  });

  it('that a crash broke off is removed at the next start, keys and all', async () => {
    const station = await enrolled('in-03');
    const batch = await cms.make('loyalty-stripe@1', 3_000);
    const keys = await station.keyNames();
    const pull = station.intake.pull(batchId.parse(batch), operator, never).catch(() => undefined);
    while (!station.intake.progress().some(({ received }) => received >= 1_000)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await station.crash();
    await pull;
    await station.start('refuse');
    expect(station.journal.projections.batches.find(batch)?.state).toBe('leased');
    expect(station.kinds().slice(-2)).toEqual(['batch.intake-abandoned', 'key.destroyed']);
    expect(station.journal.sealedRecords.count(batch)).toBe(0);
    expect(station.journal.sealedRecords.key(batch)).toBe(null);
    expect(await station.keyNames()).toEqual(keys);
    await station.intake.pull(batchId.parse(batch), operator, never);
    expect(station.journal.projections.batches.view(batch)).toMatchObject({ state: 'ready', orders: { ready: 3_000 } });
    await station.sync.flush(never);
    expect(await cms.control({ findings: {} })).toEqual({ findings: [] });
  });

  it('goes on after garbage, and gives up cleanly when it does not end', async () => {
    const station = await enrolled('in-04');
    await station.sync.flush(never);
    const batch = batchId.parse(await cms.make('gift-print@1', 5));
    for (const [kind, code] of [
      ['garbage', 'CMS-ANSWER-FORM'],
      ['error-500', 'CMS-FAILED'],
    ]) {
      await cms.control({ answer: { kind, times: 1 } });
      expect(await faultOf(station.intake.pull(batch, operator, never))).toBe(code);
    }
    await station.intake.pull(batch, operator, never);
    expect(station.journal.projections.batches.find(batch)?.state).toBe('ready');
  });

  it('asks the layout about long texts only, and holds what does not fit', async () => {
    const asked: string[] = [];
    const station = await enrolled('in-05', {
      intake: {
        layoutFit: async (_product, fields) => {
          asked.push(fields.printName ?? '');
          return { code: 'INTAKE-PRINT-FIT', field: 'printName', text: 'It does not fit. Shorten it.' };
        },
      },
    });
    const batch = batchId.parse(await cms.make('gift-print@1', 24));
    await station.intake.pull(batch, operator, never);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((text) => text.length <= 26)).toEqual([]);
    expect(station.journal.projections.orders.counts(batch).held).toBe(asked.length);
  });

  it('is refused when the station holds another product under the name, or none', async () => {
    const station = await enrolled('in-06', { intake: { products: new Map() } });
    const batch = batchId.parse(await cms.make('gift-print@1', 2));
    expect(await faultOf(station.intake.pull(batch, operator, never))).toBe('INTAKE-PRODUCT-UNKNOWN');
    const live = await enrolled('in-07', { intake: { mode: 'live' } });
    expect(await faultOf(live.intake.pull(batch, operator, never))).toBe('INTAKE-TEST-IN-LIVE');
    const unenrolled = await IntakeStation.open(() => cms.url, { station: 'in-08' });
    onTestFinished(() => unenrolled.end());
    expect(await faultOf(unenrolled.intake.pull(batch, operator, never))).toBe('CMS-NOT-ENROLLED');
  });

  it('stays whole when the HSM fails in the middle: the next pull removes what was left', async () => {
    const station = await enrolled('in-09');
    const batch = batchId.parse(await cms.make('gift-print@1', 1_500));
    const { keys } = station;
    const down = (): Promise<never> => Promise.reject(new StationFault('KEYS-HSM-LOST'));
    const working = { openRecords: keys.openRecords, destroyBatchKey: keys.destroyBatchKey };
    let calls = 0;
    Object.assign(keys, {
      openRecords: (...call: Parameters<typeof keys.openRecords>) =>
        calls++ === 0 ? working.openRecords(...call) : down(),
      destroyBatchKey: down,
    });
    expect(await faultOf(station.intake.pull(batch, operator, never))).toBe('KEYS-HSM-LOST');
    expect(station.journal.projections.batches.find(batch)?.state).toBe('receiving');
    Object.assign(keys, working);
    await station.intake.pull(batch, operator, never);
    expect(station.journal.projections.batches.view(batch)).toMatchObject({ state: 'ready', orders: { ready: 1_500 } });
  });
});

describe.runIf(existsSync(softHsmModule))('intake over SoftHSM2', () => {
  it('takes in a batch, destroys the key of a refused one, and finds every card again', async () => {
    const station = await enrolled('in-20', { provider: 'pkcs11' });
    const batch = batchId.parse(await cms.make('emv-debit@1', 700));
    await station.intake.pull(batch, operator, never);
    expect(station.journal.projections.batches.view(batch)).toMatchObject({ state: 'ready', orders: { ready: 700 } });
    const keys = await station.keyNames();
    const spoilt = batchId.parse(await cms.make('emv-debit@1', 700, 'truncated-records'));
    expect(await faultOf(station.intake.pull(spoilt, operator, never))).toBe('INTAKE-RECORDS-MISSING');
    expect(await station.keyNames()).toEqual(keys);
    expect(keys).toContain(`batch-wrapping/${batch}`);
  });
});
