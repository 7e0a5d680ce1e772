import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchStateView } from '#shared/contract/cms/batches.ts';
import { cmsError } from '#shared/contract/cms/errors.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { passBytes, passText, type PassCertificate } from '#shared/journal-format/pass-certificate.ts';
import { startTestCms, TestStation, type Answer, type TestCms } from '../test-station.fixture.ts';

let test: TestCms;
beforeAll(async () => {
  test = await startTestCms();
});
afterAll(() => test.close());

const send = (station: TestStation, ...entries: JournalEntry[]): Promise<Answer> =>
  station.call('POST', '/v1/events', { entries });
const code = (answer: Answer) => [answer.status, cmsError.parse(answer.json()).code];
const head = async (station: TestStation) =>
  ((await station.call('GET', '/v1/events')).json() as { sequence: number }).sequence;

describe('a station journal at the CMS', () => {
  it('grows in sequence; repeats are harmless; a gap names the sequence wanted and takes nothing', async () => {
    const station = await TestStation.enrolled(test, 'ev-01');
    const entries = Array.from({ length: 6 }, (_, at) => station.entry('station.started', {}, { at }));
    expect((await send(station, ...entries.slice(1, 3))).json()).toEqual({ kind: 'gap', expected: 1 });
    expect((await send(station, ...entries.slice(0, 3))).json()).toEqual({ kind: 'accepted', upTo: 3 });
    expect((await send(station, ...entries.slice(0, 3))).json()).toEqual({ kind: 'accepted', upTo: 3 });
    expect((await send(station, ...entries.slice(4))).json()).toEqual({ kind: 'gap', expected: 4 });
    // Overlapping: what is held is passed over, the rest taken.
    expect((await send(station, ...entries.slice(1, 5))).json()).toEqual({ kind: 'accepted', upTo: 5 });
    const withheld: JournalEntry = { ...(entries[5] as JournalEntry), salt: null, payload: null };
    expect((await send(station, withheld)).json()).toEqual({ kind: 'accepted', upTo: 6 });
    expect(await head(station)).toBe(6);
  });

  it('refuses and keeps as a finding what differs from what is held, or does not follow', async () => {
    const station = await TestStation.enrolled(test, 'ev-02');
    const twin = new TestStation(test, 'ev-02');
    twin.identity = station.identity;
    const good = [station.entry('a.one', {}, { n: 1 }), station.entry('a.two', {}, { n: 2 })];
    await send(station, ...good);
    const otherHistory = [twin.entry('a.one', {}, { n: 9 }), twin.entry('a.two'), twin.entry('a.three')];
    expect(code(await send(twin, otherHistory[0] as JournalEntry))).toEqual([409, 'EVENT-CHANGED']);
    expect(code(await send(twin, otherHistory[2] as JournalEntry))).toEqual([422, 'CHAIN-BROKEN']);
    const changedPayload = { ...(good[1] as JournalEntry), payload: { n: 3 } };
    expect(code(await send(station, changedPayload))).toEqual([409, 'EVENT-CHANGED']);
    const next = station.entry('a.three', {}, { n: 3 });
    expect(code(await send(station, { ...next, payload: { n: 4 } }))).toEqual([422, 'CHAIN-BROKEN']);
    expect(code(await send(station, { ...next, entryHash: 'ab'.repeat(32) }))).toEqual([422, 'CHAIN-BROKEN']);
    const foreign = { ...next, header: { ...next.header, station: 'ev-01' as const } };
    expect(code(await send(station, foreign))).toEqual([422, 'CHAIN-BROKEN']);
    // The good prefix of a request is kept, what follows the fault is not.
    const after = station.entry('a.four');
    expect(code(await send(station, next, { ...after, payload: 'changed' }))).toEqual([422, 'CHAIN-BROKEN']);
    expect(await head(station)).toBe(3);
    const findings = (await test.cms.ledger.findings()).filter((finding) => finding.station === 'ev-02');
    expect(findings.map((finding) => `${finding.sequence} ${finding.code}`)).toEqual([
      '1 EVENT-CHANGED',
      '3 CHAIN-BROKEN',
      '2 EVENT-CHANGED',
      '3 CHAIN-BROKEN',
      '3 CHAIN-BROKEN',
      '3 CHAIN-BROKEN',
      '4 CHAIN-BROKEN',
    ]);
  });

  it('bears checkpoints only under the key that the station enrolled', async () => {
    const station = await TestStation.enrolled(test, 'ev-03');
    await send(station, station.entry('station.started'));
    expect((await send(station, station.checkpoint())).json()).toEqual({ kind: 'accepted', upTo: 2 });
    const forged = station.checkpoint(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    expect(code(await send(station, forged))).toEqual([422, 'CHECKPOINT-INVALID']);
  });

  it('takes pass certificates only of their own card, under the key that the station enrolled', async () => {
    const subjects = { batch: 'b1', order: 'o1', attempt: 'at1' };
    const zero = '0'.repeat(64);
    /** What a new station of this name is told when it sends a certificate changed in this way, or signed by this key. */
    const told = async (name: string, changed: Partial<PassCertificate>, signer?: KeyObject) => {
      const station = await TestStation.enrolled(test, name);
      await send(station, station.entry('station.started'));
      const certificate = passText({
        purpose: 'cardwright-pass',
        version: 1,
        station: name,
        environment: 'test',
        issuer: 'northbank',
        ...subjects,
        number: 1,
        line: 'line-1',
        lot: 'lot-1',
        product: 'emv-debit@1',
        productDigest: zero,
        planDigest: zero,
        maskedPan: null,
        chipSerial: null,
        atr: null,
        parts: [],
        steps: [{ step: 'eject', outcome: 'done', time: '2026-03-02T08:00:00.000Z' }],
        keys: [],
        release: null,
        lookEvery: 10,
        time: '2026-03-02T08:00:00.000Z',
        entry: { sequence: 1, hash: zero },
        signedBy: 'x',
        ...changed,
      });
      const key = signer ?? station.signingKey.privateKey;
      const signature = sign('sha256', passBytes(certificate), { key, dsaEncoding: 'ieee-p1363' }).toString(
        'base64url',
      );
      return send(station, station.entry('attempt.passed', subjects, { certificate, signature }, 'northbank'));
    };
    expect((await told('ev-20', {})).json()).toEqual({ kind: 'accepted', upTo: 2 });
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    for (const [name, changed, signer] of [
      ['ev-21', {}, stranger],
      ['ev-22', { order: 'o2' }],
      ['ev-23', { station: 'ev-20' }],
      ['ev-24', { issuer: 'mercato' }],
      ['ev-25', { entry: { sequence: 2, hash: zero } }],
    ] as const) {
      expect(code(await told(name, changed, signer))).toEqual([422, 'PASS-INVALID']);
    }
  });

  it('moves batch and orders, for the holder of the lease only', async () => {
    const station = await TestStation.enrolled(test, 'ev-04');
    const rival = await TestStation.enrolled(test, 'ev-05');
    const batch = 'nb-debit-0001';
    const orders = Array.from({ length: 5 }, (_, at) => `nb-00000100${at}`);
    const none = { returned: 0, blocked: 0 };
    const lease = await station.lease(batch);
    await station.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest: 'cd'.repeat(32) });
    const state = async () => {
      const view = batchStateView.parse((await station.call('GET', `/v1/batches/${batch}/state`)).json());
      return [view.state, view.orders];
    };
    const about = (kind: string, order: number, payload: unknown = {}) =>
      station.entry(kind, { batch, order: orders[order] ?? '', attempt: `at-${order}` }, payload);
    await send(rival, rival.entry('order.made', { batch, order: orders[0] ?? '' }));
    expect(await state()).toEqual([
      'granted',
      { waiting: 5, begun: 0, produced: 0, failed: 0, held: 0, withdrawn: 0, ...none },
    ]);
    const accepted = orders.map((order, index) => ({ index, order, findings: index === 4 ? [{ code: 'x' }] : [] }));
    await send(
      station,
      station.entry('batch.records-accepted', { batch }, { records: accepted }),
      station.entry('batch.started', { batch }),
      about('attempt.started', 0),
      about('attempt.started', 1),
      about('attempt.started', 2),
      about('attempt.ended', 0, { disposition: 'good' }),
      about('order.made', 0),
      about('attempt.ended', 1, { disposition: 'rejected' }),
    );
    expect(await state()).toEqual([
      'producing',
      { waiting: 1, begun: 1, produced: 1, failed: 1, held: 1, withdrawn: 0, ...none },
    ]);
    // A card that a person's look finds bad is no card: its order counts as produced again only with another one.
    await send(station, about('attempt.ended', 0, { disposition: 'rejected', decidedBy: 'look' }));
    expect((await state())[1]).toEqual({
      waiting: 1,
      begun: 1,
      produced: 0,
      failed: 2,
      held: 1,
      withdrawn: 0,
      ...none,
    });
    await send(station, about('attempt.started', 0), about('order.made', 0));
    await send(station, about('attempt.started', 1), about('order.made', 1), station.entry('batch.closed', { batch }));
    expect(await state()).toEqual([
      'closed',
      { waiting: 0, begun: 0, produced: 2, failed: 0, held: 1, withdrawn: 2, ...none },
    ]);
    const again = await rival.call('POST', `/v1/batches/${batch}/lease`, {});
    expect(code(again)).toEqual([409, 'BATCH-NOT-AVAILABLE']);
  });

  it('learns which card replaces which, once, whatever is sent again', async () => {
    const station = await TestStation.enrolled(test, 'ev-06');
    const batch = 'mc-club-0001';
    await station.lease(batch);
    const order = (await test.cms.register.orders({ batch, from: 0, count: 1 }))[0]?.order ?? '';
    const lost = { attempt: 'at-1', chipSerial: '0011', disposition: 'rejected', reason: 'PRODUCTION-CHIP-DIFFERS' };
    const made = (attempt: string, replaces: readonly unknown[]) =>
      station.entry('order.made', { batch, order, attempt }, { attempt, chipSerial: `serial of ${attempt}`, replaces });
    const first = made('at-2', [lost]);
    await send(station, first);
    await send(station, first);
    const recalled = { attempt: 'at-2', chipSerial: 'serial of at-2', disposition: 'rejected', reason: 'print-faint' };
    await send(station, made('at-3', [lost, recalled]));
    const found = await test.cms.ledger.replacements(batch);
    expect(found.map((row) => [row.order_id, row.lost_serial, row.reason, row.serial])).toEqual([
      [order, '0011', 'PRODUCTION-CHIP-DIFFERS', 'serial of at-3'],
      [order, 'serial of at-2', 'print-faint', 'serial of at-3'],
    ]);
  });
});
