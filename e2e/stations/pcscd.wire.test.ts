import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { acquirePcscd, pcscdInstalled, withPcscd } from './pcscd.ts';

function reachable(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

test.skipIf(!pcscdInstalled())('serves both slots while held and leaves nothing behind', async () => {
  const held = await acquirePcscd();
  const names = held.readers.map((reader) => reader.name);
  const slots = await Promise.all(held.readers.map((reader) => reachable(reader.port)));
  const next = withPcscd((again) => Promise.resolve(again.origin));
  expect({ names, slots }).toEqual({ names: ['Virtual PCD 00 00', 'Virtual PCD 00 01'], slots: [true, true] });
  await held.release();
  expect(await next).toBe(held.origin);
  if (held.origin === 'ours')
    expect({
      slots: await Promise.all(held.readers.map((reader) => reachable(reader.port))),
      socket: existsSync('/run/pcscd/pcscd.comm'),
    }).toEqual({
      slots: [false, false],
      socket: false,
    });
});

test.skipIf(!pcscdInstalled())('a pcscd whose holder was killed is ended by the next holder', async () => {
  const first = await acquirePcscd();
  const origin = first.origin;
  await first.release();
  const module = path.join(import.meta.dirname, 'pcscd.ts');
  const program = `import { acquirePcscd } from ${JSON.stringify(module)}; await acquirePcscd(); process.kill(process.pid, 'SIGKILL');`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
  await new Promise((done) => holder.once('exit', done));
  const held = await acquirePcscd();
  await held.release();
  expect(held.origin).toBe(origin);
  if (origin === 'ours') expect(await reachable(35963)).toBe(false);
});
