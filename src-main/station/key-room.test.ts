import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stationId } from '#shared/domain/identifiers.ts';
import { openJournal, testFolder } from '../journal/journal.fixture.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { startStation, type Station } from '../station.ts';
import type { EnrolmentKeys } from '../sync/enrolment.ts';
import { SyncService } from '../sync/sync-service.ts';
import { readConfiguration } from './configuration.ts';

const folders: string[] = [];
const plain = {
  version: 1,
  station: 'ST-ROOM',
  mode: 'training',
  installation: 'key-room',
  issuers: [{ id: 'northbank', title: 'Northbank' }],
  cms: { kind: 'none' },
  hsm: { kind: 'files' },
  machines: { kind: 'none' },
};

function folderWith(configuration: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'cardwright-room-'));
  folders.push(folder);
  writeFileSync(join(folder, 'station.json'), JSON.stringify(configuration));
  return folder;
}

function start(data: string): Promise<Station> {
  return startStation({
    data,
    shell: 'test',
    progress: () => undefined,
    fatal: (fault) => {
      throw fault;
    },
    signal: AbortSignal.timeout(60_000),
  });
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('a key room', () => {
  it.each([
    ['a CMS', { cms: { kind: 'training' } }],
    ['machines', { machines: { kind: 'training' } }],
    ['keys in a file, live', { mode: 'live' }],
    ['production without CMS and machines', { installation: 'production' }],
    ['production without machines', { installation: 'production', cms: { kind: 'training' } }],
  ])('is not configured with %s', (_, changes) => {
    const data = folderWith({ ...plain, ...changes });
    expect(() => readConfiguration(data)).toThrow(expect.objectContaining({ code: 'STATION-CONFIGURATION' }) as Error);
  });

  it('refuses to be enrolled, before anything is asked of its keys', async () => {
    const sync = new SyncService({
      folder: testFolder(),
      url: '',
      station: stationId.parse('ST-ROOM'),
      environment: 'test',
      enrolment: 'never',
      journal: openJournal(),
      keys: {} as EnrolmentKeys,
      clock: systemClock,
      randomness: systemRandomness,
      changed: () => undefined,
    });
    const enrolling = sync.enrol({ code: '', authority: '' }, { kind: 'station' }, new AbortController().signal);
    await expect(enrolling).rejects.toEqual(expect.objectContaining({ code: 'KEYS-KEY-ROOM' }));
  });

  it('runs without a CMS, has keys, and a station that was enrolled cannot become one', async () => {
    const data = folderWith(plain);
    const station = await start(data);
    expect(station.services.sync.state().state).toBe('not-enrolled');
    expect((await station.services.keyRegistry.list(AbortSignal.timeout(10_000))).length).toBeGreaterThan(0);
    station.services.journal.append({
      kind: 'station.enrolled-with-cms',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { cms: 'https://cms.example', certificateSerial: '01', issuers: [] },
    });
    await station.close();
    await expect(start(data)).rejects.toEqual(expect.objectContaining({ code: 'KEYS-KEY-ROOM' }));
  }, 60_000);
});
