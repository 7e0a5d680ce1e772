import { cpSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { IntakeStation, never, operator } from '../intake/intake-station.fixture.ts';
import { usualDeadlines } from './cms-client.ts';
import { CmsProcess } from './cms-process.fixture.ts';
import { CuttingProxy } from './cutting-proxy.fixture.ts';

let cms: CmsProcess;
let proxy: CuttingProxy;
beforeAll(async () => {
  cms = await CmsProcess.start();
  proxy = await CuttingProxy.start(() => cms.url);
});
afterAll(async () => {
  await proxy.end();
  await cms.end();
});

const times = {
  deadlines: { ...usualDeadlines, events: 5_000 },
  retry: { first: 5, longest: 20, hopeless: 20 },
  checkEvery: 60_000,
};

async function enrolled(name: string, more: Partial<typeof times> = {}): Promise<IntakeStation> {
  const station = await IntakeStation.open(() => proxy.url, { station: name, times: { ...times, ...more } });
  onTestFinished(() => station.end());
  await station.enrol(cms);
  await station.sync.flush(never);
  return station;
}

function happen(station: IntakeStation, count: number): void {
  const event = {
    kind: 'session.opened',
    actor: operator,
    issuer: null,
    subjects: { person: 'olga' },
    payload: { person: 'olga', client: 'window' },
  } as const;
  station.journal.append(...Array.from({ length: count }, () => event));
}

/** Sends until the CMS has all of it, whatever is cut on the way. */
async function getThrough(station: IntakeStation): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      await station.sync.flush(never);
      return;
    } catch {
      // Cut once more; the next try goes on where the CMS stands.
    }
  }
  throw new Error(`never through: ${JSON.stringify(station.sync.state())}`);
}

/** Offsets from a fixed seed: a linear congruential generator (Numerical Recipes), so that a failure can be played again. */
function offsets(seed: number, below: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

describe('a sending that is cut', () => {
  it.each(['to-cms', 'to-station', 'answer'] as const)(
    '%s, at 15 places: nothing is lost, nothing is refused',
    async (way) => {
      const station = await enrolled(`cut-${way}`);
      const before = proxy.cuts;
      const places = offsets(7, way === 'to-station' ? 400 : 120_000);
      for (let round = 0; round < 15; round++) {
        happen(station, 200);
        proxy.arm(way, places());
        await getThrough(station);
      }
      proxy.disarm();
      expect(proxy.cuts - before).toBeGreaterThan(9);
      await station.sync.flush(never);
      expect(station.sync.state()).toMatchObject({ state: 'in-step', queued: 0, trouble: null });
      expect(await cms.control({ findings: {} })).toEqual({ findings: [] });
    },
  );

  it('ends with the station in the middle of it, and goes on at the next start', async () => {
    const station = await enrolled('cut-end');
    for (let round = 0; round < 4; round++) {
      happen(station, 2_500);
      const sending = station.sync.flush(never).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 15 * round));
      await (round % 2 === 0 ? station.stop() : station.crash());
      await sending;
      await station.start('refuse');
    }
    await getThrough(station);
    expect(station.sync.state()).toMatchObject({ state: 'in-step', queued: 0 });
    expect(await cms.control({ findings: {} })).toEqual({ findings: [] });
  });

  it('holds up no other call', async () => {
    const station = await enrolled('cut-other', { deadlines: { ...usualDeadlines, events: 800 } });
    happen(station, 1);
    await cms.control({ answer: { kind: 'never', times: 1 } });
    const order: string[] = [];
    const sending = station.sync.flush(never).catch(() => order.push('events'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const lease = await station.sync.takeLease('mc-gift-0001', never);
    order.push('lease');
    await station.sync.returnLease(lease.lease, never);
    await sending;
    expect(order).toEqual(['lease', 'events']);
    await getThrough(station);
  });
});

describe('a CMS restored from an older copy', () => {
  it('gets again what it lacks, also when nothing new happens here', async () => {
    const station = await enrolled('old-01', { checkEvery: 100 });
    happen(station, 50);
    await station.sync.flush(never);
    const copy = `${cms.folder}-copy`;
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    await cms.stop();
    cpSync(cms.folder, copy, { recursive: true });
    await cms.restart();
    happen(station, 700);
    await getThrough(station);
    const { acknowledged } = station.sync.state();
    await cms.stop();
    rmSync(cms.folder, { recursive: true });
    cpSync(copy, cms.folder, { recursive: true });
    await cms.restart();
    // No event, no button: the idle station asks by itself how far the CMS holds its journal.
    const setBack = await until(() =>
      station.journal.read(acknowledged, 20).find(({ header }) => header.kind === 'sync.set-back'),
    );
    expect((setBack.payload as { acknowledged: number }).acknowledged).toBe(acknowledged);
    expect((setBack.payload as { held: number }).held).toBeLessThan(acknowledged - 699);
    await until(() => station.sync.state().acknowledged > acknowledged && station.sync.state().state === 'in-step');
    expect(await cms.control({ findings: {} })).toEqual({ findings: [] });
    // The CMS noticed by itself, and hands out nothing until the others have reported too.
    const { reconciliation } = await cms.control({ reconciliation: {} });
    expect(reconciliation).toMatchObject({ reported: ['old-01'] });
    expect(JSON.stringify(reconciliation)).toContain('cut-answer');
  });
});

async function until<Found>(look: () => Found | undefined | false): Promise<Found> {
  for (let tries = 0; tries < 500; tries++) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came');
}
