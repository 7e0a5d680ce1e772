import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { batchId, orderId, type BatchId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { faultOf, IntakeStation, never, operator } from '../intake/intake-station.fixture.ts';
import { loseBatch, loseStation } from './lost-batches.ts';
import { CmsProcess } from './cms-process.fixture.ts';

let cms: CmsProcess;
beforeAll(async () => {
  cms = await CmsProcess.start();
});
afterAll(() => cms.end());

async function enrolled(name: string): Promise<IntakeStation> {
  const station = await IntakeStation.enrolled(cms, { station: name, times: { heartbeatAgain: 50 } });
  onTestFinished(() => station.end());
  return station;
}

/** A gift card batch, taken in by the station and asked to be released. */
async function pulled(station: IntakeStation, count = 3): Promise<{ batch: BatchId; lease: string; digest: string }> {
  const batch = batchId.parse(await cms.make('gift-print@1', count));
  await station.intake.pull(batch, operator, never);
  const row = station.journal.projections.batches.find(batch);
  return { batch, lease: row?.lease ?? '', digest: row?.contentDigest ?? '' };
}

/** Journals the release under a grant, as the release service does. */
function release(
  station: IntakeStation,
  { batch, digest }: { batch: BatchId; digest: string },
  grant: { jws: string; count: number; validForSeconds: number },
): void {
  const approval = `ap-${batch}`;
  const about = { actor: operator, issuer: 'mercato', subjects: { batch } } as const;
  station.journal.append(
    { kind: 'batch.release-requested', ...about, payload: { approval, contentDigest: digest } },
    {
      kind: 'batch.released',
      ...about,
      payload: {
        approval,
        contentDigest: digest,
        grant: grant.jws,
        grantCount: grant.count,
        grantValidForSeconds: grant.validForSeconds,
      },
    },
  );
}

const orderOf = (station: IntakeStation, batch: BatchId, at = 0) =>
  orderId.parse(station.journal.projections.orders.page(batch, {}, { limit: 1, offset: at }).rows[0]?.order);

function grantFault(act: () => unknown): unknown {
  try {
    act();
    return 'none';
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) return thrown;
    return thrown.code === 'PRODUCTION-NO-GRANT' ? [thrown.code, thrown.details['why']] : thrown.code;
  }
}

describe('start grants', () => {
  it('let cards of the released batch start, of no other, until their time is over', async () => {
    const station = await enrolled('gr-01');
    const of = await pulled(station);
    const { batch } = of;
    const order = orderOf(station, batch);
    const ask = () => grantFault(() => station.sync.grantFor(batch, order));
    expect(ask()).toEqual(['PRODUCTION-NO-GRANT', 'absent']);
    const grant = await station.sync.askGrant(batch, of.lease, of.digest, never);
    expect(grant).toMatchObject({ count: 3, index: 3, validForSeconds: 3 * 86_400 });
    const again = await station.sync.askGrant(batch, of.lease, of.digest, never);
    expect([again.index, again.claims.number]).toEqual([grant.index, grant.claims.number + 1]);
    expect(await faultOf(station.sync.askGrant(batch, of.lease, 'ab'.repeat(32), never))).toBe('CMS-GRANT-DIFFERS');
    expect(ask()).toEqual(['PRODUCTION-NO-GRANT', 'absent']);
    release(station, of, grant);
    expect(ask()).toBe('none');
    expect(grantFault(() => station.sync.grantFor(batch, orderId.parse('another')))).toEqual([
      'PRODUCTION-NO-GRANT',
      'order',
    ]);
    station.clock.shift = 3 * 86_400_000 - 60_000;
    expect(ask()).toBe('none');
    await cms.stop();
    station.clock.shift += 120_000;
    expect(ask()).toBe('PRODUCTION-GRANT-EXPIRED');
    await cms.restart();
  });

  it('go on counting over a restart, also when the clock was set back', async () => {
    const station = await enrolled('gr-02');
    const of = await pulled(station);
    release(station, of, await station.sync.askGrant(of.batch, of.lease, of.digest, never));
    const order = orderOf(station, of.batch);
    const ask = () => grantFault(() => station.sync.grantFor(of.batch, order));
    await station.stop();
    await station.start('refuse');
    expect(ask()).toBe('none');
    station.clock.shift = 8 * 86_400_000;
    station.journal.append({
      kind: 'session.closed',
      actor: operator,
      issuer: null,
      subjects: {},
      payload: { person: 'olga', reason: 'idle' },
    });
    await station.stop();
    station.clock.shift = -86_400_000;
    await cms.stop();
    await station.start('refuse');
    expect(ask()).toBe('PRODUCTION-GRANT-EXPIRED');
    await cms.restart();
  });

  it('that are forged let nothing start', async () => {
    const station = await enrolled('gr-03');
    const of = await pulled(station);
    const real = await station.sync.askGrant(of.batch, of.lease, of.digest, never);
    const [header = '', payload = '', signature = ''] = real.jws.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const signedBy = (head: string, body: string) => {
      const made = sign('sha256', Buffer.from(`${head}.${body}`), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${head}.${body}.${made.toString('base64url')}`;
    };
    const forged = {
      'another key': signedBy(header, payload),
      'longer time': `${header}.${encode({ ...claims, validForSeconds: 1e9 })}.${signature}`,
      unsigned: `${encode({ alg: 'none', typ: 'cardwright-grant+jwt' })}.${payload}.`,
      'own key in the header': signedBy(encode({ alg: 'ES256', typ: 'cardwright-grant+jwt', jwk: {} }), payload),
      garbage: 'garbage',
    };
    const outcomes = [];
    for (const jws of Object.values(forged)) {
      const next = await pulled(station);
      release(station, next, { ...real, jws });
      outcomes.push(grantFault(() => station.sync.grantFor(next.batch, orderOf(station, next.batch))));
    }
    expect(outcomes).toEqual(outcomes.map(() => ['PRODUCTION-NO-GRANT', 'forged']));
    // A real grant, but of another batch.
    const wrong = await pulled(station);
    release(station, wrong, real);
    expect(grantFault(() => station.sync.grantFor(wrong.batch, orderOf(station, wrong.batch)))).toEqual([
      'PRODUCTION-NO-GRANT',
      'forged',
    ]);
  });
});

describe('time', () => {
  it('is written down when the station stops, so that short runs under a clock set back add up', async () => {
    const station = await enrolled('gr-08');
    const of = await pulled(station);
    release(station, of, await station.sync.askGrant(of.batch, of.lease, of.digest, never));
    station.clock.shift = 7_200_000;
    await station.sync.close();
    expect(station.journal.projections.batches.find(of.batch)?.grantUsed).toBeGreaterThanOrEqual(7_200_000);
  });
});

describe('leases', () => {
  it('that lapsed while the station was off are taken anew', async () => {
    const station = await enrolled('gr-04');
    const of = await pulled(station);
    await station.stop();
    await cms.control({ advance: { seconds: 3_700 } });
    await station.start('refuse');
    let lease: string | null = of.lease;
    for (let tries = 0; tries < 200 && lease === of.lease; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      lease = station.journal.projections.batches.find(of.batch)?.lease ?? null;
    }
    expect(lease).not.toBe(of.lease);
    expect(station.journal.projections.batches.find(of.batch)?.state).toBe('ready');
    expect(await station.sync.askGrant(of.batch, lease ?? '', of.digest, never)).toMatchObject({ count: 3 });
    // Granted: giving it back is no fault and changes nothing.
    await station.sync.returnLease(lease ?? '', never);
    expect(await cms.control({ state: { batch: of.batch } })).toMatchObject({ state: 'granted', station: 'gr-04' });
  });

  it('of a station that was declared lost are lost also while a close waits for its signature, which is withdrawn', async () => {
    const station = await enrolled('gr-07');
    const of = await pulled(station);
    const { batch } = of;
    release(station, of, await station.sync.askGrant(batch, of.lease, of.digest, never));
    const approval = 'ap-close';
    const about = { actor: operator, issuer: 'mercato', subjects: { batch, approval } } as const;
    const digest = 'ab'.repeat(32);
    const statement = { statement: '{}', statementDigest: digest, subjectDigest: digest, asker: 'olga' };
    const request = { approval, act: 'batch-close', approversNeeded: 1, expires: '2100-01-01T00:00:00.000Z' } as const;
    station.journal.append(
      { ...about, kind: 'approval.requested', payload: { ...request, ...statement } },
      { ...about, kind: 'batch.close-requested', payload: { approval } },
    );
    const { batches, approvals } = station.journal.projections;
    expect(batches.find(batch)).toMatchObject({ state: 'close-requested', stateBeforeClose: 'released' });
    loseStation(station.journal);
    expect(batches.view(batch)).toMatchObject({ state: 'lost', orders: { ready: 0, held: 3 } });
    expect(approvals.find(approval)?.state).toBe('withdrawn');
    // Closed as a lost one it stays lost, whatever comes of the close.
    const again = 'ap-close-2';
    const later = { ...about, subjects: { batch, approval: again } } as const;
    station.journal.append(
      { ...later, kind: 'approval.requested', payload: { ...request, ...statement, approval: again } },
      { ...later, kind: 'batch.close-requested', payload: { approval: again } },
    );
    loseBatch(station.journal, batch, new StationFault('CMS-LEASE-LOST'));
    expect(batches.find(batch)?.state).toBe('close-requested');
  });

  it('that another station took meanwhile are shown as lost', async () => {
    const [station, rival] = [await enrolled('gr-05'), await enrolled('gr-06')];
    const of = await pulled(station);
    expect(await faultOf(rival.intake.pull(of.batch, operator, never))).toBe('INTAKE-NOT-AVAILABLE');
    await station.stop();
    await cms.control({ advance: { seconds: 3_700 } });
    await rival.intake.pull(of.batch, operator, never);
    await station.start('refuse');
    const state = () => station.journal.projections.batches.find(of.batch)?.state;
    for (let tries = 0; tries < 200 && state() !== 'lost'; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(station.journal.projections.batches.view(of.batch)).toMatchObject({
      state: 'lost',
      reason: 'CMS-LEASE-HELD',
      orders: { ready: 0, held: 3 },
    });
    expect(await faultOf(station.sync.askGrant(of.batch, of.lease, of.digest, never))).toBe('CMS-LEASE-LOST');
  });
});
