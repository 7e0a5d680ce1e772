// Pairs a minute that the pool of card keys gains in idle time, against pairs made one after the other without pool, rests and journal; and how long the
// station's event loop stands still meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '#shared/bytes/secret.ts';
import { firstStart } from '../src-main/journal/first-start.fixture.ts';
import { SoftwareKeys } from '../src-main/journal/journal.fixture.ts';
import { Journal } from '../src-main/journal/journal.ts';
import { StoredIccKeyPool } from '../src-main/keys/icc-key-pool.ts';
import { SoftHsmStore, softHsmInstalled } from '../src-main/keys/soft-hsm-store.fixture.ts';
import { systemClock } from '../src-main/platform/clock.ts';
import { systemRandomness } from '../src-main/platform/randomness.ts';
import { reportFigure, rounded } from './report-figure.ts';

const count = Number(process.env['PAIRS'] ?? 60);
const bits = 1152;
const exponent = 3;
const resolution = 5;
const { signal } = new AbortController();

if (!softHsmInstalled) throw new Error('SoftHSM2 is not installed');
const fail = (thrown: unknown): never => {
  throw thrown;
};
const folder = mkdtempSync(join(tmpdir(), 'cardwright-bench-pool-'));
const journal = Journal.open({
  file: join(folder, 'station.db'),
  key: new Secret(new Uint8Array(32).fill(7)),
  whenMissing: 'create',
  station: 'bench-01',
  headRegister: null,
  clock: systemClock,
  randomness: systemRandomness,
  onFatal: fail,
  onSubscriberFault: fail,
});
journal.append(...firstStart(new SoftwareKeys().jwk));
const store = await SoftHsmStore.open();
const { keys } = store;
const pool = new StoredIccKeyPool({
  journal,
  keys,
  environment: 'test',
  targets: [{ bits, exponent, target: count }],
  machines: () => 'idle',
  monotonic: () => performance.now(),
  onFault: fail,
});
const perMinute = (since: number): number => rounded((count * 60_000) / (performance.now() - since));
try {
  const bareBegan = performance.now();
  for (let made = 0; made < count; made++) await keys.makeIccKey({ size: bits, exponent, environment: 'test' }, signal);
  const bare = perMinute(bareBegan);
  const lag = monitorEventLoopDelay({ resolution });
  lag.enable();
  const began = performance.now();
  pool.start();
  while (pool.levels().some(({ state }) => state !== 'full')) await sleep(20);
  const filled = perMinute(began);
  lag.disable();
  reportFigure({
    name: 'icc-key-pool-fill-rate',
    value: filled,
    unit: 'pairs/min',
    baseline: { name: 'made one after the other, without pool and rests', value: bare },
    about: {
      pairs: count,
      bits,
      exponent,
      eventLoopLagP99: rounded(Math.max(0, lag.percentile(99) / 1e6 - resolution), 1),
      eventLoopLagMax: rounded(Math.max(0, lag.max / 1e6 - resolution), 1),
    },
  });
} finally {
  await pool.close();
  journal.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
