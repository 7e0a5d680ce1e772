import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './test-station.fixture.ts';

const program = new URL('main.ts', import.meta.url).pathname;
const run = promisify(execFile);
const data = mkdtempSync(join(tmpdir(), 'cardwright-cms-'));

interface Ready {
  readonly ready: boolean;
  readonly url: string;
  readonly ca: string;
  readonly control: string;
  readonly seeded?: readonly string[];
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

async function start(...more: readonly string[]): Promise<{ child: Child; ready: Ready }> {
  const child: Child = spawn(
    process.execPath,
    [program, 'serve', '--data', data, '--training', '--control', '127.0.0.1:0', '--until-stdin-ends', ...more],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, ready: JSON.parse(line) as Ready };
  }
  throw new Error('the CMS ended before it was ready');
}

const ended = (child: Child) => new Promise<number | null>((resolve) => child.once('exit', resolve));

async function control(address: string, request: unknown): Promise<Record<string, unknown>> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host);
  socket.write(`${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
  for await (const line of createInterface({ input: socket })) {
    socket.destroy();
    return JSON.parse(line) as Record<string, unknown>;
  }
  throw new Error('no answer');
}

interface CommandEnd {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

const command = (...words: readonly string[]): Promise<CommandEnd> => commandBy({}, ...words);

async function commandBy(passwords: Readonly<Record<string, string>>, ...words: string[]): Promise<CommandEnd> {
  try {
    const env = { ...process.env, ...passwords };
    const { stdout, stderr } = await run(process.execPath, [program, ...words], { env });
    return { code: 0, out: stdout, error: stderr };
  } catch (fault) {
    const { code, stdout, stderr } = fault as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, error: stderr };
  }
}

let serving: { child: Child; ready: Ready };
beforeAll(async () => {
  serving = await start();
});
afterAll(async () => {
  const gone = ended(serving.child);
  serving.child.kill('SIGTERM');
  await gone;
  rmSync(data, { recursive: true });
});

describe('the CMS as a program', () => {
  it('says that it is ready with its address and authority, having made training data', async () => {
    const { ready } = serving;
    expect({ ...ready, url: '', control: '' }).toEqual({
      ready: true,
      url: '',
      ca: join(data, 'authority.pem'),
      control: '',
      seeded: [
        'nb-debit-0001',
        'mc-club-0001',
        'mc-gift-0001',
        'nb-dda-0001',
        'nb-cda-0001',
        'nb-dual-0001',
        'nb-debit-0500',
        'nb-debit-bad',
      ],
    });
    const where = { url: ready.url, ca: readFileSync(ready.ca, 'utf8'), identity: null };
    expect((await call(where, 'GET', '/v1/health')).status).toBe(401);
  });

  it('is refused a second time on the same folder, while commands on it work', async () => {
    const second = await command('serve', '--data', data, '--training');
    expect([second.code, second.out]).toEqual([1, '']);
    expect(second.error).toContain('another program serves the folder');
    const code = await command('enrolment-code', '--data', data, '--station', 'cw-77');
    expect(JSON.parse(code.out)).toMatchObject({ station: 'cw-77' });
    const live = await command('batches', '--data', data, '--live');
    expect([live.code, live.error.includes('was made for test')]).toEqual([1, true]);
  });

  it('answers unknown words with help and a code of its own', async () => {
    const wrong = [['frobnicate'], ['serve', '--frobnicate'], ['serve', '--data', data, '--listen', 'nowhere']];
    for (const answer of await Promise.all(wrong.map((words) => command(...words)))) {
      expect([answer.code, answer.error.includes('Usage:')]).toEqual([1, true]);
    }
    const names = ['serve', 'enrolment-code', 'make'];
    const helps = await Promise.all(names.map((name) => command(name, '--help')));
    expect(helps.filter(({ out }) => !out.includes('--data'))).toEqual([]);
  }, 60_000);

  it('does on its control connection what tests ask', async () => {
    const { ready } = serving;
    const at = ready.control;
    const made = await control(at, { make: { product: 'loyalty-stripe@1', count: 1_200, priority: 'urgent' } });
    expect(made).toMatchObject({ count: 1_200 });
    expect(await control(at, { state: { batch: made['batch'] } })).toMatchObject({ state: 'available', count: 1_200 });
    expect(await control(at, { hostile: { batch: made['batch'], kind: 'unsigned' } })).toMatchObject({
      hostile: 'unsigned',
    });
    expect(await control(at, { make: { product: 'unknown@1', count: 3 } })).toHaveProperty('error');
    expect(await control(at, 'garbage')).toHaveProperty('error');
    expect(await control(at, { state: { batch: 'none' } })).toEqual({ error: 'BATCH-UNKNOWN' });
    const where = { url: ready.url, ca: readFileSync(ready.ca, 'utf8'), identity: null };
    const answers: (string | number)[] = [];
    const ask = async () => {
      answers.push(
        await call(where, 'GET', '/v1/health').then(
          ({ status, text }) => (status === 200 ? text.slice(0, 1) : status),
          () => 'ended',
        ),
      );
    };
    for (const weather of ['garbage', 'error-500', 'hang-up']) {
      await control(at, { answer: { kind: weather, times: 1 } });
      await ask();
    }
    await ask();
    expect(answers).toEqual(['{', 500, 'ended', 401]);
    await control(at, { answer: { kind: 'slow', times: 1, milliseconds: 300 } });
    const began = performance.now();
    await ask();
    expect(performance.now() - began).toBeGreaterThan(290);
  });

  it('changes terms and takes a station back by two people at the terminal only', async () => {
    const passwords = {
      CARDWRIGHT_CMS_PASSWORD: 'training-clara',
      CARDWRIGHT_CMS_SECOND_PASSWORD: 'training-conrad',
    };
    const terms = [
      'terms',
      '--data',
      data,
      '--issuer',
      'northbank',
      '--offline',
      'yes',
      '--cards',
      '9',
      '--hours',
      '2',
    ];
    expect(await commandBy(passwords, ...terms)).toMatchObject({
      code: 1,
      error: expect.stringContaining('two people change terms') as string,
    });
    const signed = ['--reason', 'the line is slow this week', '--as', 'clara', '--with'];
    expect((await commandBy(passwords, ...terms, ...signed, 'clara')).error).toContain('SAME-PERSON');
    const { CARDWRIGHT_CMS_PASSWORD: _, ...half } = passwords;
    expect((await commandBy(half, ...terms, ...signed, 'conrad')).error).toContain('PASSWORD-MISSING');
    const shown = await command('terms', '--data', data);
    expect(shown.out).toContain('{"issuer":"northbank","offline":"no","cards":200,"seconds":28800}');
    const done = await commandBy(passwords, ...terms, ...signed, 'conrad');
    expect(done.out, done.error).toContain('{"issuer":"northbank","offline":"yes","cards":9,"seconds":7200}');
    // What both were shown, before they were asked for their passwords.
    expect(done.error).toContain('"act":"grant-terms"');
    const back = await commandBy(passwords, 'take-back', '--data', data, '--station', 'cw-78', ...signed, 'conrad');
    expect([back.code, back.error]).toEqual([1, expect.stringContaining('STATION-UNKNOWN')]);
  }, 60_000);

  it('ends when its parent goes, and comes back with what it had', async () => {
    const gone = ended(serving.child);
    serving.child.stdin.end();
    expect(await gone).toBe(0);
    serving = await start();
    expect(serving.ready.seeded).toBeUndefined();
    const { batches } = (await control(serving.ready.control, { batches: {} })) as { batches: unknown[] };
    expect(batches.length).toBe(9);
  });

  it('comes back after SIGKILL in the middle of making a batch, without the half of it', async () => {
    const making = control(serving.ready.control, { make: { product: 'emv-debit@1', count: 100_000 } }).catch(
      () => null,
    );
    await new Promise((resolve) => setTimeout(resolve, 400));
    const gone = ended(serving.child);
    serving.child.kill('SIGKILL');
    await Promise.all([gone, making]);
    serving = await start();
    const { batches } = (await control(serving.ready.control, { batches: {} })) as { batches: { state: string }[] };
    expect(batches.map(({ state }) => state)).toEqual(Array.from({ length: 9 }, () => 'available'));
  });
});
