import { describe, expect, it, onTestFinished } from 'vitest';
import { batchStateView } from '#shared/contract/cms/batches.ts';
import { cmsError } from '#shared/contract/cms/errors.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { SigningKey } from '../signing/signing-key.ts';
import { generateKeyPairSync } from 'node:crypto';
import { trainingPeople } from '../people/training-people.ts';
import { changeTerms, TestStation, type Answer } from '../test-station.fixture.ts';
import { RestorableCms } from './restorable-cms.fixture.ts';

const batch = 'nb-debit-0001';
const releaseDigest = 'cd'.repeat(32);
const orders = Array.from({ length: 5 }, (_, at) => `nb-00000100${at}`);
const [clara, conrad] = trainingPeople;
if (clara === undefined || conrad === undefined) throw new Error('training has two people');

const codeOf = (answer: Answer) => (answer.status === 200 ? 'done' : cmsError.parse(answer.json()).code);

/** A station that keeps its journal, as a real one does, and reports as a real one does: head first, then what the CMS lacks. */
class ReportingStation {
  readonly wire: TestStation;
  readonly journal: JournalEntry[] = [];
  #acknowledged = 0;

  constructor(wire: TestStation) {
    this.wire = wire;
  }

  happen(kind: string, subjects: Readonly<Record<string, string>> = {}, payload: unknown = {}): void {
    this.journal.push(this.wire.entry(kind, subjects, payload));
  }

  async head(): Promise<number> {
    const path = `/v1/events?acknowledged=${this.#acknowledged}&news=${this.journal.length}`;
    const answer = await this.wire.call('GET', path);
    if (answer.status !== 200) throw new Error(answer.text);
    return (answer.json() as { sequence: number }).sequence;
  }

  async report(): Promise<void> {
    const entries = this.journal.slice(await this.head());
    if (entries.length > 0) {
      const answer = await this.wire.call('POST', '/v1/events', { entries });
      expect(answer.json()).toEqual({ kind: 'accepted', upTo: this.journal.length });
    }
    this.#acknowledged = this.journal.length;
    await this.head();
  }

  async take(): Promise<Answer> {
    return this.wire.call('POST', `/v1/batches/${batch}/lease`, {});
  }

  /** Leases the batch and journals it. */
  async lease(): Promise<string> {
    const { lease } = (await this.take()).json() as { lease: string };
    this.happen('batch.leased', { batch }, { lease, expires: '2030-01-01T00:00:00.000Z' });
    return lease;
  }

  async grant(lease: string): Promise<string> {
    const answer = await this.wire.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest });
    const { grant } = answer.json() as { grant: string };
    this.happen('batch.released', { batch }, { grant });
    return grant;
  }

  /** One good card, one bad one, and one that is in the machine. */
  make(): void {
    const about = (at: number) => ({ batch, order: orders[at] ?? '', attempt: `at-${at}` });
    this.happen('batch.started', { batch });
    for (const at of [0, 1, 2]) this.happen('attempt.started', about(at), { grant: 'g-1' });
    this.happen('attempt.ended', about(0), { disposition: 'good' });
    this.happen('order.made', about(0));
    this.happen('attempt.ended', about(1), { disposition: 'rejected' });
  }
}

async function start(): Promise<RestorableCms> {
  const cms = await RestorableCms.start();
  onTestFinished(() => cms.close());
  return cms;
}

async function enrolled(cms: RestorableCms, id: string): Promise<ReportingStation> {
  return new ReportingStation(await TestStation.enrolled(cms, id));
}

async function stateOf(station: ReportingStation) {
  const {
    state,
    station: holder,
    orders: counts,
  } = batchStateView.parse((await station.wire.call('GET', `/v1/batches/${batch}/state`)).json());
  const { waiting, begun, produced, failed } = counts;
  return { state, holder, waiting, begun, produced, failed };
}

const made = { state: 'producing', holder: 're-a', waiting: 2, begun: 1, produced: 1, failed: 1 };

describe('a CMS restored to before a lease and its grant', () => {
  it('gives the batch to nobody until all have reported, and then knows lease, grant and cards again', async () => {
    const cms = await start();
    const [a, b] = [await enrolled(cms, 're-a'), await enrolled(cms, 're-b')];
    a.happen('station.started');
    b.happen('station.started');
    await Promise.all([a.report(), b.report()]);
    await cms.backUp();
    const lease = await a.lease();
    const grant = await a.grant(lease);
    a.make();
    await a.report();
    expect(await stateOf(a)).toEqual(made);
    await cms.restore();
    await cms.cms.reconciliation.begin('restored from a backup');
    expect((await stateOf(a)).state).toBe('available');
    // The rival asks first, reports, and asks again: the station that made cards has not spoken yet.
    expect(codeOf(await b.take())).toBe('RECONCILING');
    await b.report();
    expect(codeOf(await b.take())).toBe('RECONCILING');
    expect(await cms.cms.reconciliation.state()).toMatchObject({ missing: ['re-a'], reported: ['re-b'] });
    cms.clock.advance(30 * 86_400_000);
    await a.report();
    expect(await cms.cms.reconciliation.state()).toBe(null);
    expect(await stateOf(b)).toEqual(made);
    expect(codeOf(await b.take())).toBe('LEASE-HELD');
    // The lease goes on where it was: a refill follows the grant that was forgotten.
    expect(codeOf(await a.wire.call('POST', `/v1/leases/${lease}/heartbeat`, {}))).toBe('done');
    const refill = await a.wire.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest });
    const claims = (jws: string) =>
      JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as { number: number };
    expect([claims(grant).number, claims((refill.json() as { grant: string }).grant).number]).toEqual([1, 2]);
    expect(await cms.cms.ledger.findings()).toEqual([]);
  });

  it('notices by itself, from the first station that remembers more', async () => {
    const cms = await start();
    const [a, b] = [await enrolled(cms, 're-a'), await enrolled(cms, 're-b')];
    await cms.backUp();
    await a.grant(await a.lease());
    a.make();
    await a.report();
    await cms.restore();
    await a.head();
    expect(await cms.cms.reconciliation.state()).toMatchObject({ missing: ['re-a', 're-b'] });
    expect(codeOf(await b.take())).toBe('RECONCILING');
    await a.report();
    await b.report();
    expect([await cms.cms.reconciliation.state(), await stateOf(b)]).toEqual([null, made]);
  });

  it('brings a bare reservation back under its id, or lets it go where the station gave it back', async () => {
    const cms = await start();
    const [a, b] = [await enrolled(cms, 're-a'), await enrolled(cms, 're-b')];
    await cms.backUp();
    const first = await a.lease();
    await a.wire.call('DELETE', `/v1/leases/${first}`);
    a.happen('batch.intake-abandoned', { batch }, { reason: 'person' });
    const second = await b.lease();
    await a.report();
    await b.report();
    await cms.restore();
    await cms.cms.reconciliation.begin('restored from a backup');
    await a.report();
    await b.report();
    expect(await cms.cms.reconciliation.state()).toBe(null);
    expect(codeOf(await b.wire.call('POST', `/v1/leases/${second}/heartbeat`, {}))).toBe('done');
    expect(codeOf(await a.take())).toBe('LEASE-HELD');
  });

  it('waits for a station that was enrolled after the backup as soon as it calls', async () => {
    const cms = await start();
    const b = await enrolled(cms, 're-b');
    await cms.backUp();
    const a = await enrolled(cms, 're-a');
    await a.grant(await a.lease());
    a.make();
    await a.report();
    await cms.restore();
    await cms.cms.reconciliation.begin('restored from a backup');
    expect(cmsError.parse((await a.wire.call('GET', '/v1/events')).json()).code).toBe('CERTIFICATE-UNKNOWN');
    await b.report();
    expect(await cms.cms.reconciliation.state()).toMatchObject({ missing: ['re-a'], reported: ['re-b'] });
    expect(codeOf(await b.take())).toBe('RECONCILING');
    const { code } = await cms.cms.stations.issueCode('re-a', 'first');
    expect((await a.wire.enrol(code)).status).toBe(200);
    await a.report();
    expect([await cms.cms.reconciliation.state(), await stateOf(b)]).toEqual([null, made]);
    expect(codeOf(await b.take())).toBe('LEASE-HELD');
  });

  it('waits for a station named with the command although it never calls, until two people say go on', async () => {
    const cms = await start();
    const b = await enrolled(cms, 're-b');
    await cms.cms.reconciliation.begin('restored from a backup', ['re-z']);
    await b.report();
    expect(codeOf(await b.take())).toBe('RECONCILING');
    const reason = 're-z was scrapped last week';
    const { goOn } = cms.cms.reconciliation;
    const ask = goOn.bind(cms.cms.reconciliation);
    await expect(ask({ reason, first: clara, second: clara })).rejects.toMatchObject({ code: 'SAME-PERSON' });
    await expect(
      ask({ reason, first: clara, second: { ...conrad, password: 'wrong password' } }),
    ).rejects.toMatchObject({
      code: 'PERSON-OR-PASSWORD',
    });
    await expect(ask({ reason: 'so', first: clara, second: conrad })).rejects.toMatchObject({ code: 'REASON-MISSING' });
    expect(codeOf(await b.take())).toBe('RECONCILING');
    expect(await ask({ reason, first: clara, second: conrad })).toMatchObject({ missing: ['re-z'] });
    expect(codeOf(await b.take())).toBe('done');
  });

  it('lets a forgotten grant come before a reservation, and names two grants as what they are', async () => {
    const cms = await start();
    const [a, b] = [await enrolled(cms, 're-a'), await enrolled(cms, 're-b')];
    await cms.backUp();
    await a.grant(await a.lease());
    a.make();
    await cms.restore();
    await cms.cms.reconciliation.begin('restored from a backup');
    await cms.cms.reconciliation.goOn({ reason: 're-a is under water', first: clara, second: conrad });
    const lease = await b.lease();
    await a.report();
    expect(await stateOf(a)).toEqual(made);
    expect(codeOf(await b.wire.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest }))).toBe('LEASE-EXPIRED');
    expect((await cms.cms.ledger.findings()).map(({ code }) => code)).toEqual(['LEASE-YIELDED']);
    await cms.restore();
    await cms.cms.reconciliation.begin('restored from a backup');
    await cms.cms.reconciliation.goOn({ reason: 're-a is under water', first: clara, second: conrad });
    await b.grant(await b.lease());
    await a.report();
    expect((await cms.cms.ledger.findings()).map(({ code, station }) => `${station} ${code}`)).toEqual([
      're-a TWO-GRANTS',
      // Each of its cards by name: three were begun, one of them is good, and the other station may make the same orders.
      ...Array.from({ length: 4 }, () => 're-a CARD-WITHOUT-LEASE'),
    ]);
    expect((await stateOf(a)).holder).toBe('re-b');
  });

  it('believes no grant but its own, for the station that tells of it', async () => {
    const cms = await start();
    const [a, b] = [await enrolled(cms, 're-a'), await enrolled(cms, 're-b')];
    await cms.backUp();
    const grant = await a.grant(await a.lease());
    await cms.restore();
    const [head = '', body = '', signature = ''] = grant.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const stranger = new SigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    const lied = Buffer.from(JSON.stringify({ ...claims, station: 're-b' })).toString('base64url');
    for (const forged of [
      grant,
      stranger.signClaims('cardwright-grant+jwt', { ...claims, station: 're-b' }),
      `${head}.${lied}.${signature}`,
      'a.b.c',
      '',
      { grant },
    ]) {
      b.happen('batch.released', { batch }, { grant: forged });
    }
    b.happen('order.made', { batch, order: orders[0] ?? '' });
    await b.report();
    expect(await stateOf(b)).toEqual({
      state: 'available',
      holder: null,
      waiting: 5,
      begun: 0,
      produced: 0,
      failed: 0,
    });
  });
});

describe('a CMS that forgot that orders went back', () => {
  it('makes the batch of returned orders anew under its name, and knows who had it', async () => {
    const cms = await start();
    await changeTerms(cms.cms, 'northbank', { offline: 'yes', cards: 2, seconds: 3_600 });
    const [a, b] = [await enrolled(cms, 're-a'), await enrolled(cms, 're-b')];
    await cms.backUp();
    const lease = await a.lease();
    await a.grant(lease);
    cms.clock.advance(7_200_000);
    await a.report();
    const rest = `${batch}.r1`;
    const taken = (await b.wire.call('POST', `/v1/batches/${rest}/lease`, {})).json() as { lease: string };
    b.happen('batch.leased', { batch: rest }, { lease: taken.lease, expires: '2030-01-01T00:00:00.000Z' });
    const answer = await b.wire.call('POST', `/v1/leases/${taken.lease}/grant`, { releaseDigest });
    b.happen('batch.released', { batch: rest }, answer.json());
    b.happen('attempt.started', { batch: rest, order: orders[2] ?? '', attempt: 'at-9' }, { grant: 'g-9' });
    const told = await a.wire.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest });
    a.happen('grant.received', { batch }, told.json());
    await Promise.all([a.report(), b.report()]);
    const before = await cms.cms.register.overview();
    await cms.restore();
    await cms.cms.reconciliation.begin('restored from a backup');
    // The station of the returned orders speaks first, of a batch that does not exist yet.
    await b.report();
    await a.report();
    const after = await cms.cms.register.overview();
    const facts = (rows: typeof before) =>
      rows.map(({ id, state, count, orders: counts }) => ({ id, state, count, counts }));
    expect(new Set(facts(after))).toEqual(new Set(facts(before)));
    expect(await cms.cms.ledger.findings()).toEqual([]);
  });
});
