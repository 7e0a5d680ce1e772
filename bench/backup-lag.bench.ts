// How long the station's event loop stands still while a large journal is backed up and entries go on being written, against the same without.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '#shared/bytes/secret.ts';
import type { StationId } from '#shared/domain/identifiers.ts';
import { BackupService } from '../src-main/backup/backup-service.ts';
import { firstStart } from '../src-main/journal/first-start.fixture.ts';
import { SoftwareKeys } from '../src-main/journal/journal.fixture.ts';
import { Journal } from '../src-main/journal/journal.ts';
import { systemClock } from '../src-main/platform/clock.ts';
import { systemRandomness } from '../src-main/platform/randomness.ts';
import { reportFigure, rounded } from './report-figure.ts';

const megabytes = Number(process.env['CARDWRIGHT_BENCH_MEGABYTES'] ?? 300);
const fail = (thrown: unknown): never => {
  throw thrown;
};
const folder = mkdtempSync(join(tmpdir(), 'cardwright-bench-backup-'));
const key = new Secret(new Uint8Array(32).fill(7));
const keys = new SoftwareKeys();
const journal = Journal.open({
  file: join(folder, 'station.db'),
  key,
  whenMissing: 'create',
  station: 'bench-01',
  headRegister: null,
  clock: systemClock,
  randomness: systemRandomness,
  onFatal: fail,
  onSubscriberFault: fail,
});
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

try {
  journal.append(...firstStart(keys.jwk));
  writeFileSync(join(folder, 'seal.json'), '{}\n');
  journal.appendWith(() => {
    journal.sealedRecords.putKey('bulk', new Uint8Array(40));
    for (let at = 0; at < megabytes; at++) {
      const bytes = systemRandomness.bytes(1_000_000);
      journal.sealedRecords.insert('bulk', [{ index: at, order: `o${at}`, bytes }]);
    }
  });
  const service = new BackupService({
    journal,
    keys: {
      sign: (bytes) => keys.sign(bytes),
      publicKey: () => Promise.resolve({ kty: 'EC', crv: 'P-256', ...keys.jwk }),
    },
    databaseKey: key,
    station: 'bench-01' as StationId,
    mode: 'training',
    program: 'bench',
    settings: { folder: join(folder, 'backups'), everyHours: 24, keep: 1 },
    database: join(folder, 'station.db'),
    seal: join(folder, 'seal.json'),
    contents: [],
    clock: systemClock,
    randomness: systemRandomness,
    changed: () => undefined,
  });
  const without = await lagWhile(() => sleep(5_000));
  const began = performance.now();
  let size = 0;
  const during = await lagWhile(async () => {
    size = (await service.make({ kind: 'station' }, AbortSignal.timeout(600_000))).size;
  });
  reportFigure({
    name: 'backup-event-loop-lag',
    value: rounded(during.most, 1),
    unit: 'ms, 99th percentile',
    baseline: { name: 'the same without a backup', value: rounded(without.most, 1) },
    about: {
      worstMs: rounded(during.worst),
      worstWithoutMs: rounded(without.worst),
      megabytes: rounded(size / 1_048_576),
      seconds: rounded((performance.now() - began) / 1_000, 1),
    },
  });
} finally {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
}
