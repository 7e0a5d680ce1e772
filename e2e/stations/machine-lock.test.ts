import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireMachineLock } from './machine-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('two holders in one process follow each other', async () => {
  const first = await acquireMachineLock('try', { folder });
  const order: string[] = [];
  const second = acquireMachineLock('try', { folder }).then((lock) => {
    order.push('second');
    return lock;
  });
  await new Promise((done) => setTimeout(done, 250));
  order.push('first released');
  await first.release();
  await (await second).release();
  expect(order).toEqual(['first released', 'second']);
});

test('the lock of a dead process is taken over', async () => {
  writeFileSync(path.join(folder, 'try.lock'), JSON.stringify({ pid: 2 ** 22 + 1, started: '1', id: 'dead' }));
  const lock = await acquireMachineLock('try', { folder, waitMs: 3_000 });
  expect(JSON.parse(readFileSync(lock.file, 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
});

test('a reused process id is not the holder', async () => {
  writeFileSync(path.join(folder, 'try.lock'), JSON.stringify({ pid: process.pid, started: '1', id: 'earlier' }));
  await (await acquireMachineLock('try', { folder, waitMs: 3_000 })).release();
});

test('waiting ends at the deadline and at the signal', async () => {
  const lock = await acquireMachineLock('try', { folder });
  await expect(acquireMachineLock('try', { folder, waitMs: 200 })).rejects.toThrow(/stays held by process/);
  await expect(acquireMachineLock('try', { folder, signal: AbortSignal.timeout(100) })).rejects.toThrow();
  await lock.release();
});

test('six processes never hold it together, with one of them killed while holding', async () => {
  const log = path.join(folder, 'log');
  writeFileSync(log, '');
  const program = path.join(folder, 'holder.ts');
  const lockModule = path.join(import.meta.dirname, 'machine-lock.ts');
  writeFileSync(
    program,
    `import { appendFileSync } from 'node:fs';
import { acquireMachineLock } from ${JSON.stringify(lockModule)};
for (let turn = 0; turn < 5; turn += 1) {
  const lock = await acquireMachineLock('try', { folder: ${JSON.stringify(folder)} });
  appendFileSync(${JSON.stringify(log)}, 'in\\n');
  await new Promise((done) => setTimeout(done, 5));
  if (process.argv[2] === 'die' && turn === 2) process.kill(process.pid, 'SIGKILL');
  appendFileSync(${JSON.stringify(log)}, 'out\\n');
  await lock.release();
}
`,
  );
  const ends = Array.from(
    { length: 6 },
    (_, index) =>
      new Promise<void>((done) => {
        spawn(process.execPath, [program, index === 0 ? 'die' : 'live'], { stdio: 'inherit' }).once('exit', () =>
          done(),
        );
      }),
  );
  await Promise.all(ends);
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  // Five take five turns; the killed one goes in three times and comes out twice.
  expect(lines.filter((line) => line === 'in').length).toBe(5 * 5 + 3);
  const together = lines.filter((line, index) => line === 'in' && lines[index + 1] === 'in');
  // Only the killed one is followed by another before it comes out, unless its turn was the last of all.
  expect(together.length).toBe(lines.at(-1) === 'in' ? 0 : 1);
});
