import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCutLog } from './power-cut/cut-log.ts';
import { lockJournal } from './power-cut/cut-station.ts';
import type { CutStation, StationFailure, ToldEntry } from './power-cut/cut-station.ts';
import type { CutWorld } from './power-cut/cut-world.ts';
import { CutWorlds } from './power-cut/cut-worlds.ts';
import { irreversibleSend } from './power-cut/intent-order.ts';

/** An unprivileged user: for root a disk is never read-only by its permission bits. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

let worlds: CutWorlds;
let world: CutWorld;

beforeAll(async () => {
  worlds = await CutWorlds.open({ purpose: 'disk-faults', lines: 2, cards: 4, ribbons: ['k'], worlds: 1 });
  [world] = worlds.worlds;
  if (!isRoot)
    process.stdout.write('without root: no disk can be mounted, no other user taken; those tests are skipped\n');
}, 60_000);
afterAll(async () => {
  await worlds?.[Symbol.asyncDispose]();
});

/** Starts the batch, and waits until cards are in the machines of both lines. */
async function underWay(station: CutStation): Promise<void> {
  await station.until('the start', () => (station.opened ? 'open' : undefined));
  station.ask({ start: true });
  await station.until('cards in both machines', () => {
    const begun = station.told.filter(({ event, step }) => event === 'attempt.intent' && step === 'personalise');
    return new Set(begun.map(({ line }) => line)).size === 2 ? 'begun' : undefined;
  });
}

/** Waits until the station has ended by itself, with a fault in words; nothing may have been told after the first refused entry. */
async function stopped(station: CutStation): Promise<StationFailure> {
  const code = await station.exited;
  expect({ code, errors: station.errors, failed: station.failed === null ? 'none' : 'said' }).toEqual({
    code: 5,
    errors: '',
    failed: 'said',
  });
  if (station.failed === null) throw new Error('no fault');
  return station.failed;
}

/** A station that is started while the hindrance is there refuses with the same words, and moves no card. */
async function refuses(start: () => CutStation): Promise<StationFailure> {
  const { fed, good, rejected } = await world.count();
  const failure = await stopped(start());
  expect(await world.count()).toMatchObject({ fed, good, rejected });
  return failure;
}

/** Fills whatever is left of a disk. */
function fill(disk: string): void {
  let size = 1024 * 1024;
  for (let file = 0; size >= 512; file += 1) {
    try {
      writeFileSync(path.join(disk, `filling-${file}`), Buffer.alloc(size));
    } catch {
      size /= 2;
    }
  }
}

function makeRoom(disk: string): void {
  for (const name of readdirSync(disk)) if (name.startsWith('filling')) rmSync(path.join(disk, name));
}

test.skipIf(!isRoot)(
  'a disk that fills up while both lines work: the station stops and says so; with room again it finishes the batch',
  async () => {
    const folder = world.newFolder();
    const disk = path.join(folder, 'data');
    const kept = path.join(folder, 'kept');
    cpSync(disk, kept, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', disk]);
    try {
      cpSync(kept, disk, { recursive: true });
      const before = await world.count();
      const log = path.join(folder, 'log');
      const station = world.station(folder, log, null);
      await underWay(station);
      fill(disk);
      expect(await stopped(station)).toMatchObject({
        code: 'JOURNAL-FULL',
        next: expect.stringMatching(
          /nothing that was reported as done is lost\. Free some space, then start/,
        ) as string,
      });
      fill(disk);
      expect(await refuses(() => world.station(folder, log, null))).toMatchObject({ code: 'JOURNAL-FULL' });
      makeRoom(disk);
      expect(await world.finish(folder, before, station.told)).toEqual([]);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  },
);

test.skipIf(!isRoot)(
  'a folder that the station may only read: it refuses to start, says why, and finishes the batch once it may write',
  async () => {
    const folder = world.newFolder();
    const data = path.join(folder, 'data');
    execFileSync('chown', ['-R', `${nobody}:${nobody}`, folder]);
    for (let above = folder; above.includes('cardwright-e2e'); above = path.dirname(above)) chmodSync(above, 0o755);
    const log = path.join(folder, 'log');
    const asNobody = () => world.station(folder, log, null, { user: nobody });
    const before = await world.count();
    const station = asNobody();
    await underWay(station);
    await station.kill();
    execFileSync('chmod', ['-R', 'a-w', data]);
    expect(await refuses(asNobody)).toMatchObject({
      code: 'JOURNAL-UNWRITABLE',
      next: expect.stringMatching(/Mend the disk or its permissions, then start the station again/) as string,
    });
    execFileSync('chmod', ['-R', 'u+w', data]);
    expect(await world.finish(folder, before, station.told, { user: nobody })).toEqual([]);
  },
);

test('a journal that another process holds: the station refuses to start and says so; it finishes once the other has gone', async () => {
  const folder = world.newFolder();
  const log = path.join(folder, 'log');
  const before = await world.count();
  const station = world.station(folder, log, null);
  await underWay(station);
  // While the station runs it is the other one that is refused.
  await expect(lockJournal(folder)).rejects.toThrow('JOURNAL-LOCKED');
  await station.kill();
  const other = await lockJournal(folder);
  expect(await refuses(() => world.station(folder, log, null))).toMatchObject({
    code: 'JOURNAL-LOCKED',
    next: 'Close the other program, then start the station again.',
  });
  await other.release();
  expect(await world.finish(folder, before, station.told)).toEqual([]);
});

const failures = [
  { name: 'turns read-only under a running station', what: 'write', errno: 30, code: 'JOURNAL-UNWRITABLE' },
  { name: 'fails to write', what: 'write', errno: 5, code: 'JOURNAL-UNWRITABLE' },
  { name: 'has no room left for the next page', what: 'write', errno: 28, code: 'JOURNAL-FULL' },
  { name: 'takes writes and fails to sync them', what: 'sync', errno: 5, code: 'JOURNAL-UNWRITABLE' },
] as const;

test.each(failures)(
  'a disk that $name: the station stops with $code before another step is begun',
  async ({ what, errno, code }) => {
    for (const number of what === 'write' ? [420, 731] : [24, 57]) {
      const folder = world.newFolder();
      const log = path.join(folder, 'log');
      const before = await world.count();
      const station = world.station(folder, log, null, { fails: { what, number, errno } });
      await station.until('the start', () => (station.opened ? 'open' : undefined));
      station.ask({ start: true });
      const failure = await stopped(station);
      expect({ code: failure.code, next: failure.next.length > 40 }).toEqual({ code, next: true });
      expect(sentAfterFailure(station.told, log)).toEqual([]);
      expect(await world.finish(folder, before, station.told)).toEqual([]);
    }
  },
);

/** Steps that began after the journal had refused: their intent was never told. */
function sentAfterFailure(told: readonly ToldEntry[], log: string): readonly string[] {
  const records = readCutLog(log);
  const failed = records.findIndex((record) => record.kind === 'told' && record.text.includes('"kind":"failed"'));
  const open = new Map<string, string>();
  for (const { event, line, step } of told) {
    if (line !== undefined && step !== undefined && event === 'attempt.intent') open.set(line, step);
  }
  return records.slice(failed).flatMap((record) => {
    const [line, step] = irreversibleSend(record, world.ports) ?? [];
    return line === undefined || step === open.get(line) ? [] : [`${line}: ${step}`];
  });
}
