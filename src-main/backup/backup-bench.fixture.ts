import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Secret } from '#shared/bytes/secret.ts';
import type { StationId } from '#shared/domain/identifiers.ts';
import { firstStart } from '../journal/first-start.fixture.ts';
import { twoBatches } from '../journal/history.fixture.ts';
import type { Journal } from '../journal/journal.ts';
import { databaseKey, openJournal, SoftwareKeys, testFolder, testStation } from '../journal/journal.fixture.ts';
import type { Clock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { BackupService, type BackupSettings } from './backup-service.ts';

/** A journal with two batches in it, its data folder, and the service that backs it up; all of it goes with the test. */
export interface BackupBench {
  readonly data: string;
  readonly journal: Journal;
  readonly keys: SoftwareKeys;
  readonly key: Secret<Uint8Array>;
  readonly service: BackupService;
  readonly settings: BackupSettings;
  /** Moves the service's clock on. */
  advance(hours: number): void;
}

export function backupBench(changes: Partial<BackupSettings> = {}): BackupBench {
  const data = testFolder();
  const keys = new SoftwareKeys();
  const journal = openJournal(join(data, 'station.db'));
  journal.append(...firstStart(keys.jwk), ...twoBatches());
  writeFileSync(join(data, 'seal.json'), '{"a":"seal"}\n');
  mkdirSync(join(data, 'reports'));
  writeFileSync(join(data, 'reports', 'b1.pdf'), 'a report');
  let hours = 0;
  const clock: Clock = {
    now: () => new Date(Date.parse('2026-03-02T13:00:00.000Z') + hours * 3_600_000),
    monotonic: () => performance.now(),
  };
  const settings = { folder: join(data, 'backups'), everyHours: 24, keep: 2, ...changes };
  const key = databaseKey();
  const service = new BackupService({
    journal,
    keys: {
      sign: (bytes) => keys.sign(bytes),
      publicKey: () => Promise.resolve({ kty: 'EC', crv: 'P-256', ...keys.jwk }),
    },
    databaseKey: key,
    station: testStation as StationId,
    mode: 'training',
    program: '0.2.0',
    settings,
    database: join(data, 'station.db'),
    seal: join(data, 'seal.json'),
    contents: [
      { name: 'boot.log', path: join(data, 'boot.log') },
      { name: 'reports', path: join(data, 'reports') },
    ],
    clock,
    randomness: systemRandomness,
    changed: () => undefined,
  });
  onTestFinished(() => service.close());
  return { data, journal, keys, key, service, settings, advance: (more) => void (hours += more) };
}
