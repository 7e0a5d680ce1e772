import { describe, expect, it, onTestFinished } from 'vitest';
import { cmsError } from '#shared/contract/cms/errors.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { trainingPeople } from '../people/training-people.ts';
import { changeTerms, TestStation, type Answer } from '../test-station.fixture.ts';
import { RestorableCms } from './restorable-cms.fixture.ts';

const batch = 'nb-debit-0001';
const rest = `${batch}.r1`;
const releaseDigest = 'cd'.repeat(32);
const orders = Array.from({ length: 5 }, (_, at) => `nb-00000100${at}`);
const [first, second] = trainingPeople;
if (first === undefined || second === undefined) throw new Error('training has two people');

const codeOf = (answer: Answer) => (answer.status === 200 ? 'done' : cmsError.parse(answer.json()).code);

/** A station with a journal, which it sends whole each time: repeats are passed over. */
class Teller {
  readonly wire: TestStation;
  readonly journal: JournalEntry[] = [];
  #acknowledged = 0;

  constructor(wire: TestStation) {
    this.wire = wire;
  }

  happen(kind: string, subjects: Readonly<Record<string, string>>, payload: unknown = {}): void {
    this.journal.push(this.wire.entry(kind, subjects, payload));
  }

  async report(): Promise<void> {
    const head = () =>
      this.wire.call('GET', `/v1/events?acknowledged=${this.#acknowledged}&news=${this.journal.length}`);
    await head();
    if (this.journal.length > 0) await this.wire.call('POST', '/v1/events', { entries: this.journal });
    this.#acknowledged = this.journal.length;
    await head();
  }

  lease(of: string): Promise<Answer> {
    return this.wire.call('POST', `/v1/batches/${of}/lease`, {});
  }

  /** Leases a batch and has it granted, telling its orders as intake does. */
  async begin(of: string, names: readonly string[]): Promise<string> {
    const { lease } = (await this.lease(of)).json() as { lease: string };
    this.happen('batch.leased', { batch: of }, { lease });
    this.happen('batch.records-accepted', { batch: of }, { records: names.map((order) => ({ order, findings: [] })) });
    const granted = await this.wire.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest });
    this.happen('batch.released', { batch: of }, granted.json());
    return lease;
  }
}

async function world(): Promise<{ cms: RestorableCms; a: Teller; b: Teller; c: Teller }> {
  const cms = await RestorableCms.start();
  onTestFinished(() => cms.close());
  await changeTerms(cms.cms, 'northbank', { offline: 'yes', cards: 2, seconds: 3_600 });
  const enrolled = async (id: string) => new Teller(await TestStation.enrolled(cms, id));
  return { cms, a: await enrolled('fo-a'), b: await enrolled('fo-b'), c: await enrolled('fo-c') };
}

const findings = async (cms: RestorableCms) =>
  (await cms.cms.ledger.findings()).map(({ station, code }) => `${station} ${code}`);
const states = async (cms: RestorableCms, of = batch) =>
  (await cms.cms.register.orders({ batch: of, from: 0, count: 10 })).map(({ state }) => state);

describe('orders that went back and were granted to another station, forgotten with the return', () => {
  it('are offered to nobody, and granted no further to the station that had them first', async () => {
    const { cms, a, b, c } = await world();
    const lease = await a.begin(batch, orders);
    await a.report();
    await cms.backUp();
    cms.clock.advance(7_200_000);
    await cms.cms.desk.endExpired();
    const second = await b.begin(rest, orders.slice(2));
    b.happen('attempt.started', { batch: rest, order: orders[2] ?? '', attempt: 'at-2' }, { grant: 'g' });
    await b.report();
    await cms.restore();
    await cms.cms.reconciliation.begin('restored from a backup');
    // What is forgotten may still be told: the station is not to give it up.
    expect(codeOf(await b.wire.call('POST', `/v1/leases/${second}/heartbeat`, {}))).toBe('RECONCILING');
    await Promise.all([a.report(), b.report(), c.report()]);
    expect(await cms.cms.reconciliation.state()).toBe(null);
    expect(await states(cms)).toEqual(['waiting', 'waiting', 'blocked', 'blocked', 'blocked']);
    expect(await findings(cms)).toEqual(['fo-b GRANTED-BATCH-FORGOTTEN']);
    const again = await a.wire.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest });
    const jws = (again.json() as { grant: string }).grant.split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(jws, 'base64url').toString())).toMatchObject({
      orders: { index: 2 },
      returnedFrom: 2,
    });
    cms.clock.advance(7_200_000);
    expect(codeOf(await c.lease(rest))).toBe('BATCH-UNKNOWN');
    expect(codeOf(await c.lease(batch))).toBe('LEASE-HELD');
  });

  it('take the whole batch with them where nobody tells who had it first', async () => {
    const { cms, a, b, c } = await world();
    await cms.backUp();
    await a.begin(batch, orders);
    cms.clock.advance(7_200_000);
    await cms.cms.desk.endExpired();
    await b.begin(rest, orders.slice(2));
    await cms.restore();
    await cms.cms.reconciliation.begin('restored from a backup');
    await Promise.all([b.report(), c.report()]);
    await cms.cms.reconciliation.goOn({ reason: 'fo-a is under water', missing: ['fo-a'], first, second });
    expect(new Set(await states(cms))).toEqual(new Set(['blocked']));
    expect(codeOf(await c.lease(batch))).toBe('BATCH-NOT-AVAILABLE');
  });
});

describe('a CMS that reconciles', () => {
  it('names two grants also when the other station has closed the batch since', async () => {
    const { cms, a, b } = await world();
    await cms.backUp();
    await a.begin(batch, orders);
    await cms.restore();
    await cms.cms.reconciliation.begin('restored from a backup');
    await cms.cms.reconciliation.goOn({ reason: 'fo-a is under water', first, second });
    await b.begin(batch, orders);
    b.happen('batch.closed', { batch });
    await b.report();
    await a.report();
    expect(await findings(cms)).toEqual(['fo-a TWO-GRANTS']);
    expect(await cms.cms.grants.overview('fo-a')).toEqual([]);
  });

  it('does not take a station that lost entries itself for one that has told everything', async () => {
    const { cms, a, b, c } = await world();
    await cms.cms.reconciliation.begin('restored from a backup');
    a.happen('journal.resolved', {}, { lost: 3, ordersHeld: 0 });
    await Promise.all([a.report(), b.report(), c.report()]);
    expect(await cms.cms.reconciliation.state()).toMatchObject({ missing: ['fo-a'] });
    const ask = { reason: 'the paper says nothing was made', first, second };
    await expect(cms.cms.reconciliation.goOn({ ...ask, missing: ['fo-b'] })).rejects.toMatchObject({
      code: 'STATEMENT-CHANGED',
    });
    await cms.cms.reconciliation.goOn({ ...ask, missing: ['fo-a', 'fo-b'] });
    expect(await cms.cms.reconciliation.state()).toBe(null);
  });
});

describe('what two people sign at the CMS', () => {
  it('is what is carried out, and needs two passwords', async () => {
    const { cms, a } = await world();
    const reason = 'stolen on the night of the flood';
    const ask = { station: 'fo-a', reason, first, second };
    const statement = await cms.cms.losses.statement('fo-a', reason);
    const { code } = await cms.cms.stations.issueCode('fo-a', 'replace');
    await a.wire.enrol(code);
    await expect(cms.cms.losses.declare({ ...ask, statement })).rejects.toMatchObject({ code: 'STATEMENT-CHANGED' });
    await cms.cms.people.add({ person: 'clio', title: 'Clio', password: first.password }, [first, second]);
    const clio = { person: 'clio', password: first.password };
    await expect(cms.cms.losses.declare({ ...ask, second: clio })).rejects.toMatchObject({ code: 'SAME-PASSWORD' });
    const shown = await cms.cms.losses.statement('fo-a', reason);
    await cms.cms.losses.declare({ ...ask, statement: shown });
    expect((await cms.cms.losses.list())[0]?.statement).toBe(shown);
  });

  it('locks after five wrong passwords, also when they come at once', async () => {
    const { cms } = await world();
    const wrong = { person: second.person, password: 'not the password' };
    const tries = await Promise.all(
      Array.from({ length: 7 }, () =>
        cms.cms.people.proveTwo(first, wrong).then(
          () => 'done',
          (fault: { code?: string }) => fault.code,
        ),
      ),
    );
    expect(tries.filter((each) => each === 'PERSON-OR-PASSWORD').length).toBeLessThanOrEqual(5);
    await expect(cms.cms.people.proveTwo(first, second)).rejects.toMatchObject({ code: 'PERSON-LOCKED' });
  });
});

describe('a name that is taken', () => {
  it('keeps no lease from ending', async () => {
    const { cms, a } = await world();
    await cms.cms.training?.make({ id: rest, product: 'gift-print@1', count: 1, dueInDays: 1, priority: 'normal' });
    await a.begin(batch, orders);
    cms.clock.advance(7_200_000);
    await cms.cms.desk.endExpired();
    expect((await cms.cms.register.overview()).find(({ id }) => id === `${batch}.r2`)?.count).toBe(3);
  });
});
