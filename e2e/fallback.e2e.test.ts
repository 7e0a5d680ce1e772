import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { stationCommand } from './stations/command-line.ts';
import { eventually } from './stations/eventually.ts';
import { ownFolder } from './stations/own-folder.ts';
import { programEnvironment, programs } from './stations/programs.ts';

/** In a file system of its own, pcscd and its socket are not there; nothing of the machine's own pcscd is touched. */
const hide = 'mkdir -p /run/pcscd && mount -t tmpfs none /run/pcscd && mount -t tmpfs none /usr/sbin';
const possible = process.platform === 'linux' && spawnSync('unshare', ['--mount', 'sh', '-c', hide]).status === 0;

test.skipIf(!possible)(
  'without pcscd a batch is made through the built-in virtual reader, and the screens say so',
  async () => {
    using folder = ownFolder('fallback');
    const data = path.join(folder.path, 'station');
    const words = [process.execPath, programs.launch, '--no-window', '--data', data];
    const start = spawn('unshare', ['--mount', 'sh', '-c', `${hide} && exec "$@"`, 'sh', ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: programEnvironment(),
    });
    const ended = new Promise<number>((done) => start.once('exit', (code) => done(code ?? -1)));
    let said = '';
    start.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    try {
      await eventually('the station', () => (said.includes('The station is ready.') ? 'ready' : undefined), {
        withinMs: 90_000,
      });
      const status = await stationCommand(data, 'olivia', ['status', '--json']);
      expect(status.json()).toMatchObject({
        notices: expect.arrayContaining([
          { code: 'READER-VIRTUAL', text: expect.stringContaining('built-in virtual reader') as string },
        ]) as unknown,
      });
      const devices = await stationCommand(data, 'olivia', ['devices', '--json']);
      const { devices: listed } = devices.json() as { devices: readonly { kind: string; model: string }[] };
      expect(listed.filter(({ kind }) => kind === 'reader').map(({ model }) => model)).toEqual([
        'Built-in virtual reader',
        'Built-in virtual reader',
      ]);
      const demo = await stationCommand(data, 'olivia', ['demo', '--json']);
      expect(demo.code, demo.out + demo.errors).toBe(0);
      expect(demo.json()).toMatchObject({ batch: { state: 'closed', counts: { made: 5, rejected: 0 } } });
    } finally {
      start.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  },
);
