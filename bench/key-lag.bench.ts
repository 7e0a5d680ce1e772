// How long the station's event loop stands still while 20 RSA keys are made in SoftHSM2 and entries go on being written, against the same without.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '#shared/bytes/secret.ts';
import { issuerId } from '#shared/domain/identifiers.ts';
import { firstStart } from '../src-main/journal/first-start.fixture.ts';
import { SoftwareKeys } from '../src-main/journal/journal.fixture.ts';
import { Journal } from '../src-main/journal/journal.ts';
import { SoftHsmStore, softHsmInstalled } from '../src-main/keys/soft-hsm-store.fixture.ts';
import { systemClock } from '../src-main/platform/clock.ts';
import { systemRandomness } from '../src-main/platform/randomness.ts';
import { reportFigure, rounded } from './report-figure.ts';

const count = 20;
const size = 1408;
const { signal } = new AbortController();
const about = { actor: { kind: 'station' }, issuer: null, subjects: {} } as const;

/** Worst and 99th percentile of the loop's delay in milliseconds while entries are written twenty times a second. */
async function lagWhile(work: () => Promise<unknown>): Promise<{ readonly worst: number; readonly most: number }> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const writing = setInterval(() => {
    journal.append({ ...about, kind: 'station.stopped', payload: { reason: 'as a line writes' } });
  }, 50);
  await work();
  clearInterval(writing);
  delay.disable();
  return { worst: delay.max / 1e6, most: delay.percentile(99) / 1e6 };
}

if (!softHsmInstalled) throw new Error('SoftHSM2 is not installed');
const fail = (thrown: unknown): never => {
  throw thrown;
};
const folder = mkdtempSync(join(tmpdir(), 'cardwright-bench-keys-'));
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
try {
  const without = await lagWhile(() => sleep(3_000));
  const began = performance.now();
  const during = await lagWhile(async () => {
    for (let at = 1; at <= count; at++) {
      const key = {
        name: `issuer-rsa/northbank/${at}`,
        usage: 'issuer-rsa',
        algorithm: 'RSA',
        issuer: issuerId.parse('northbank'),
        environment: 'test',
        version: at,
        size,
        exponent: 3,
      } as const;
      await store.keys.generateKey(key, signal);
    }
  });
  reportFigure({
    name: 'key-making-event-loop-lag',
    value: rounded(during.most, 1),
    unit: 'ms, 99th percentile',
    baseline: { name: 'the same without making keys', value: rounded(without.most, 1) },
    about: {
      worstMs: rounded(during.worst, 1),
      worstWithoutMs: rounded(without.worst, 1),
      keys: count,
      bits: size,
      seconds: rounded((performance.now() - began) / 1_000, 1),
    },
  });
} finally {
  journal.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
