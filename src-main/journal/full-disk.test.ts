import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { StationFault } from '#shared/faults/station-fault.ts';
import { firstStart } from './first-start.fixture.ts';
import { openJournal, SoftwareKeys, testFolder } from './journal.fixture.ts';
import { Journal } from './journal.ts';
import { verifyJournal } from './verify.ts';

/** A disk of 2 MB of its own; null where this user may not mount one. */
function smallDisk(): string | null {
  const folder = join(testFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

it('stops at a full disk, keeps all that it acknowledged, and goes on once there is room', async (context) => {
  const disk = smallDisk();
  if (disk === null) return context.skip('needs the right to mount a tmpfs');
  const keys = new SoftwareKeys();
  const fatal: StationFault[] = [];
  const file = join(disk, 'journal.db');
  const journal = openJournal(file, { onFatal: (fault) => void fatal.push(fault) });
  journal.append(...firstStart(keys.jwk));
  const [, started] = firstStart(keys.jwk);
  if (started === undefined) throw new Error('no event');
  let refused: unknown = null;
  while (refused === null) {
    try {
      journal.append(started);
    } catch (thrown) {
      refused = thrown;
    }
  }
  expect(refused).toMatchObject({ code: 'JOURNAL-FULL' });
  expect(statfsSync(disk).bavail).toBeLessThan(20);
  const { sequence, entryHash } = journal.head();
  expect(() => journal.append(started)).toThrow('JOURNAL-FULL');
  expect(fatal).toHaveLength(1);
  expect(journal.read(sequence, 1)[0]?.entryHash).toBe(entryHash);
  journal.close();

  execFileSync('mount', ['-o', 'remount,size=8m', disk]);
  const again = openJournal(file, { headRegister: { sequence, entryHash } });
  expect(again.head()).toEqual({ sequence, entryHash });
  again.append(started);
  const { result } = await verifyJournal(again, {
    headRegister: null,
    maxFindings: 1,
    signal: AbortSignal.timeout(20_000),
  });
  expect([result, again instanceof Journal]).toEqual(['whole', true]);
  again.close();
});
