import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import { openJournal, testFolder } from '../journal/journal.fixture.ts';
import { proveCopy } from '../journal/prove-copy.ts';
import { backupBench, type BackupBench } from './backup-bench.fixture.ts';
import { ContainerReader } from './container-reader.ts';

const signal = AbortSignal.timeout(60_000);
const person = { kind: 'person', person: 'ada' } as const;

function unpack(file: string, key: Secret<Uint8Array>): string {
  const folder = testFolder();
  const reader = new ContainerReader(file);
  try {
    reader.unpackTo(folder, key.reveal());
  } finally {
    reader.close();
  }
  return folder;
}

const code = (act: () => unknown): string => {
  try {
    act();
    return 'done';
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
};

async function madeFile(bench: BackupBench): Promise<string> {
  const { file } = await bench.service.make(person, signal);
  return join(bench.settings.folder, file);
}

describe('a backup of a running station', () => {
  it('holds everything up to its head, enciphered, while entries go on being written', async () => {
    const bench = backupBench();
    const head = bench.journal.head();
    const making = bench.service.make(person, signal);
    await expect
      .poll(() => existsSync(bench.settings.folder) && readdirSync(bench.settings.folder).length, { timeout: 15_000 })
      .toBeTruthy();
    const meanwhile = bench.journal.append({
      kind: 'station.stopped',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { reason: 'written while the backup was made' },
    });
    const made = await making;
    expect(made).toMatchObject({ sequence: head.sequence, file: 'station-test-20260302T130000Z.cwbackup' });
    expect(bench.journal.entries.lastOfKind('backup.made')?.payload).toMatchObject({ head, digest: made.digest });
    const file = join(bench.settings.folder, made.file);
    expect([statSync(file).size, statSync(file).mode & 0o777]).toEqual([made.size, 0o600]);
    expect(readdirSync(bench.settings.folder)).toEqual([made.file]);
    const bytes = readFileSync(file).toString('latin1');
    for (const clear of ['northbank', 'SQLite format', 'CWJOURN1', 'a report']) expect(bytes).not.toContain(clear);

    const folder = unpack(file, bench.key);
    expect(readFileSync(join(folder, 'reports', 'b1.pdf'), 'utf8')).toBe('a report');
    proveCopy({ file: join(folder, 'station.db'), key: bench.key }, 'station-test', head);
    const restored = openJournal(join(folder, 'station.db'), { whenMissing: 'refuse' });
    expect(restored.head()).toEqual(head);
    expect(meanwhile[0]?.header.sequence).toBe(head.sequence + 1);
    const otherKey = new Secret(new Uint8Array(32).fill(9));
    expect(code(() => unpack(file, otherKey))).toBe('BACKUP-DAMAGED');
    expect(code(() => proveCopy({ file: join(folder, 'station.db'), key: otherKey }, 'station-test', head))).toBe(
      'JOURNAL-WRONG-KEY',
    );
  });

  it('is refused when any region of it is altered, cut or lengthened', async () => {
    const bench = backupBench();
    const file = await madeFile(bench);
    const whole = readFileSync(file);
    const headerEnd = 12 + whole.readUInt32BE(8);
    const places = [0, 5, 9, 13, headerEnd - 40, headerEnd - 2, headerEnd + 1, headerEnd + 9, headerEnd + 100];
    for (let share = 1; share < 12; share++) places.push(Math.floor((whole.length * share) / 12));
    places.push(whole.length - 20, whole.length - 1);
    const copy = join(testFolder(), 'altered');
    for (const at of places) {
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] ?? 0) ^ 0x01;
      writeFileSync(copy, altered);
      expect({ at, code: code(() => unpack(copy, bench.key)) }).toEqual({
        at,
        code: expect.stringMatching(/^BACKUP-(DAMAGED|FOREIGN|NEWER-VERSION)$/) as string,
      });
    }
    for (const length of [0, 7, headerEnd, whole.length - 1, Math.floor(whole.length / 2)]) {
      writeFileSync(copy, whole);
      truncateSync(copy, length);
      expect({ length, code: code(() => unpack(copy, bench.key)) }).toEqual({ length, code: 'BACKUP-DAMAGED' });
    }
    writeFileSync(copy, Buffer.concat([whole, Buffer.of(0)]));
    expect(code(() => unpack(copy, bench.key))).toBe('BACKUP-DAMAGED');
  });

  it('of a newer version is refused by name', async () => {
    const bench = backupBench();
    const whole = readFileSync(await madeFile(bench));
    const length = whole.readUInt32BE(8);
    const text = whole
      .subarray(12, 12 + length)
      .toString('utf8')
      .replace('"version":1', '"version":7');
    const copy = join(testFolder(), 'newer');
    writeFileSync(copy, Buffer.concat([whole.subarray(0, 12), Buffer.from(text), whole.subarray(12 + length)]));
    expect(code(() => new ContainerReader(copy))).toBe('BACKUP-NEWER-VERSION');
  });
});

describe('the schedule', () => {
  it('makes one when it is due, and keeps the newest of its own', async () => {
    const bench = backupBench({ keep: 2 });
    const { service, journal, settings } = bench;
    const byHand = await service.make(person, signal);
    const scheduled: string[] = [];
    for (let round = 0; round < 3; round++) {
      service.check();
      expect(service.state().running).toBe('no');
      bench.advance(25);
      // The journal's own clock stands at noon: only the service's moves.
      service.check();
      expect(service.state().running).toBe('yes');
      await expect(service.make(person, signal)).rejects.toMatchObject({ code: 'BACKUP-UNDER-WAY' });
      await expect.poll(() => service.state().running, { timeout: 20_000 }).toBe('no');
      scheduled.push(service.state().last?.file ?? '');
      bench.advance(-25);
      bench.advance(1);
    }
    // Made, as the journal has it, a year from now: a clock that stood wrong then keeps no backup from being made now.
    bench.advance(-365 * 24);
    service.check();
    expect(service.state().running).toBe('yes');
    await expect.poll(() => service.state().running, { timeout: 20_000 }).toBe('no');
    scheduled.push(service.state().last?.file ?? '');
    expect(readdirSync(settings.folder).sort()).toEqual([byHand.file, ...scheduled.slice(-2)].sort());
    expect(journal.entries.lastOfKind('backup.removed')?.payload).toEqual({ file: scheduled[1] });
  });

  it('tells a failure as an event, keeps nothing half made, and the journal goes on', async () => {
    const bench = backupBench();
    writeFileSync(bench.settings.folder, 'a file stands in the place of the folder');
    await expect(bench.service.make(person, signal)).rejects.toMatchObject({ code: 'BACKUP-FAILED' });
    expect(bench.service.state()).toMatchObject({ last: null, failed: { code: 'BACKUP-FAILED' } });

    const other = backupBench();
    mkdirSync(other.settings.folder, { mode: 0o700 });
    writeFileSync(join(other.settings.folder, 'station-test-20260302T130000Z.cwbackup.partial'), 'left by a crash');
    await expect(other.service.make(person, signal)).rejects.toMatchObject({ code: 'BACKUP-FAILED' });
    other.service.open();
    const made = await other.service.make(person, signal);
    expect(other.service.state()).toMatchObject({ last: { file: made.file }, failed: null });
    expect(existsSync(join(other.settings.folder, made.file))).toBe(true);
    other.journal.append({
      kind: 'station.stopped',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { reason: 'asked' },
    });
  });
});
