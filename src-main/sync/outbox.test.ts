import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  faultOf,
  IntakeStation,
  never,
  operator,
  type IntakeStationOptions,
} from '../intake/intake-station.fixture.ts';
import { CmsProcess } from './cms-process.fixture.ts';
import { usualDeadlines } from './cms-client.ts';

let cms: CmsProcess;
beforeAll(async () => {
  cms = await CmsProcess.start();
});
afterAll(() => cms.end());

const quick = {
  deadlines: { ...usualDeadlines, events: 500 },
  retry: { first: 30, longest: 120, hopeless: 60_000 },
};

async function enrolled(name: string, more: IntakeStationOptions = {}): Promise<IntakeStation> {
  const station = await IntakeStation.enrolled(cms, { station: name, times: quick, ...more });
  onTestFinished(() => station.end());
  return station;
}

function happen(station: IntakeStation, times = 1): void {
  for (let at = 0; at < times; at++) {
    station.journal.append({
      kind: 'session.opened',
      actor: operator,
      issuer: null,
      subjects: { person: 'olga' },
      payload: { person: 'olga', client: 'window' },
    });
  }
}

async function inStep(station: IntakeStation): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const { state, queued } = station.sync.state();
    if (state === 'in-step' && queued === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not in step: ${JSON.stringify(station.sync.state())}`);
}

/** How far the CMS holds a station's journal: what it asks for when an entry far beyond comes. */
async function held(station: IntakeStation): Promise<number> {
  await station.sync.flush(never);
  return station.journal.projections.station.acknowledged().upTo;
}

describe('the journal’s way to the CMS', () => {
  it('sends what happens by itself and then rests: one acknowledgement, and no echo of it', async () => {
    const station = await enrolled('ob-01');
    await inStep(station);
    const before = station.journal.head().sequence;
    happen(station, 1_200);
    await inStep(station);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const kinds = station.kinds(before + 1_201);
    expect(kinds.length).toBeLessThanOrEqual(3);
    expect(new Set(kinds)).toEqual(new Set(['sync.acknowledged']));
    const rest = station.journal.head().sequence;
    await station.sync.flush(never);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(station.journal.head().sequence).toBe(rest);
    expect(await cms.control({ findings: {} })).toEqual({ findings: [] });
  });

  it('repeats without harm what a crash left unacknowledged', async () => {
    const station = await enrolled('ob-02');
    await inStep(station);
    const { database, projections } = station.journal;
    const { upTo } = projections.station.acknowledged();
    happen(station, 20);
    await inStep(station);
    // As a crash between the CMS's answer and its entry would leave it.
    database.prepare('UPDATE sync_state SET acknowledged = ?').run(upTo - 1);
    happen(station);
    await inStep(station);
    expect(await held(station)).toBeGreaterThan(upTo + 20);
    expect(await cms.control({ findings: {} })).toEqual({ findings: [] });
  });

  it('goes on where the CMS wants it after a gap', async () => {
    const station = await enrolled('ob-03');
    await inStep(station);
    happen(station, 10);
    // More acknowledged than the CMS really holds, as after its restore from an older copy.
    station.journal.database.prepare('UPDATE sync_state SET acknowledged = ?').run(station.journal.head().sequence - 1);
    await inStep(station);
    happen(station);
    await inStep(station);
    const batch = (await cms.control({ batches: {} })) as { batches: unknown[] };
    expect(batch.batches.length).toBe(8);
    expect(await cms.control({ findings: {} })).toEqual({ findings: [] });
    expect(station.sync.state().trouble).toBe(null);
  });

  it.each([
    ['garbage', { kind: 'garbage', times: 2 }, 'CMS-ANSWER-FORM'],
    ['errors', { kind: 'error-500', times: 2 }, 'CMS-FAILED'],
    ['hang-ups', { kind: 'hang-up', times: 4 }, 'CMS-UNREACHABLE'],
    ['silence', { kind: 'never', times: 1 }, 'CMS-DEADLINE'],
    ['slowness', { kind: 'slow', times: 1, milliseconds: 2_000 }, 'CMS-DEADLINE'],
  ])('survives %s: says so, tries again by itself, and loses nothing', async (_what, answer, code) => {
    const station = await enrolled(`ob-${randomUUID().slice(0, 8)}`);
    await inStep(station);
    await cms.control({ answer });
    happen(station, 3);
    expect(await faultOf(station.sync.flush(never))).toBe(code);
    const { state, trouble, queued } = station.sync.state();
    expect([state, trouble?.code, queued > 0]).toEqual(['trouble', code, true]);
    expect(trouble?.text.length).toBeGreaterThan(10);
    await inStep(station);
    expect(station.sync.state()).toMatchObject({ state: 'in-step', trouble: null });
  });

  it('waits for a CMS that is away, and goes on when it is back', async () => {
    const station = await enrolled('ob-04');
    await inStep(station);
    await cms.stop();
    happen(station, 5);
    expect(await faultOf(station.sync.flush(never))).toBe('CMS-UNREACHABLE');
    await cms.restart();
    await inStep(station);
    expect(await cms.control({ findings: {} })).toEqual({ findings: [] });
  });

  it('stops hammering when the CMS holds another history, and keeps the journal', async () => {
    const station = await enrolled('ob-05');
    await inStep(station);
    await cms.control({ revoke: { station: 'ob-05' } });
    happen(station);
    expect(await faultOf(station.sync.flush(never))).toBe('CMS-STATION-REVOKED');
    const { length } = station.kinds();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(station.kinds().length).toBe(length);
    expect(station.sync.state()).toMatchObject({ state: 'trouble', trouble: { code: 'CMS-STATION-REVOKED' } });
  });

  it('carries large entries in requests that the CMS takes', async () => {
    const station = await enrolled('ob-06', { times: { ...quick, deadlines: usualDeadlines } });
    await inStep(station);
    const statement = 'x'.repeat(700_000);
    for (let at = 0; at < 14; at++) {
      station.journal.append({
        kind: 'approval.requested',
        actor: operator,
        issuer: null,
        subjects: {},
        payload: {
          approval: `ap-${at}`,
          act: 'batch-release',
          statement,
          statementDigest: 'ab'.repeat(32),
          subjectDigest: 'cd'.repeat(32),
          asker: 'olga',
          approversNeeded: 1,
          expires: '2030-01-01T00:00:00.000Z',
        },
      });
    }
    await station.sync.flush(never);
    expect(station.sync.state()).toMatchObject({ state: 'in-step', queued: 0 });
  });
});
