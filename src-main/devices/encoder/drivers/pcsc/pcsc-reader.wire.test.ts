import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { acquirePcscd, pcscdInstalled, type HeldPcscd } from '../../../../../e2e/stations/pcscd.ts';
import { listReaders } from '../../../links/pcsc/list-readers.ts';
import { readerConformance } from '../../conformance.ts';
import { VirtualCardUnderTest } from '../test-virtual-card.ts';
import { PcscReader } from './pcsc-reader.ts';

const select = fromHex('00A4040008A00000015100000000');
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

/** Through a process of its own, a real pcscd and vpcd. */
describe.skipIf(!pcscdInstalled())('the PC/SC reader', () => {
  let held: HeldPcscd;
  let machine: VirtualCardUnderTest;
  let other: VirtualCardUnderTest;

  async function start(slot: 0 | 1): Promise<VirtualCardUnderTest> {
    const { name, port } = held.readers[slot] ?? { name: '', port: 0 };
    const reader = (): PcscReader => new PcscReader({ serial: `PCSC-${slot}`, name });
    return VirtualCardUnderTest.start(`PCSC-${slot}`, reader, '--vpcd', `127.0.0.1:${port}`);
  }

  beforeAll(async () => {
    held = await acquirePcscd();
    machine = await start(0);
    other = await start(1);
  });
  afterAll(async () => {
    await machine.stop();
    await other.stop();
    await held.release();
  });
  beforeEach(async () => {
    await machine.tidy();
    await other.tidy();
  });

  test.each(readerConformance)('$name', ({ run }) => run(machine));

  test('the readers of this machine are listed', async () => {
    const found = await listReaders({ deadline: 5000, signal: signal() });
    expect(found).toEqual({ kind: 'readers', names: held.readers.map(({ name }) => name) });
  });

  test('a reader that is not there is gone', async () => {
    const reader = new PcscReader({ serial: 'X', name: 'No such reader 00 00' });
    expect(await reader.state(signal())).toEqual({ kind: 'gone' });
    await expect(reader.connect(signal())).rejects.toMatchObject({ code: 'ENCODER-LOST' });
    await expect(reader.waitForCard({ deadline: 300, signal: signal() })).rejects.toMatchObject({
      code: 'ENCODER-LOST',
    });
    await reader.close();
  });

  test('a card that another program holds is held, and free when it lets go', async () => {
    await machine.insert();
    const first = new PcscReader({ serial: 'first', name: machine.reader.name });
    await first.waitForCard({ deadline: 3000, signal: signal() });
    const link = await first.connect(signal());
    expect(await machine.reader.state(signal())).toEqual({ kind: 'held', by: 'another program' });
    await expect(machine.reader.connect(signal())).rejects.toMatchObject({ code: 'ENCODER-HELD' });
    await link.close();
    const mine = await machine.reader.connect(signal());
    expect(toHex(await mine.exchange(select, { deadline: 5000, signal: signal() }))).toMatch(/9000$/);
    await mine.close();
    await first.close();
  });

  test('two readers work side by side, and one that hangs disturbs the other in nothing', async () => {
    await machine.insert({ kind: 'slow', milliseconds: 800 });
    await other.insert({ kind: 'never-answers', apdu: 3 });
    for (const each of [machine, other]) await each.reader.waitForCard({ deadline: 3000, signal: signal() });
    const [one, two] = await Promise.all([machine.reader.connect(signal()), other.reader.connect(signal())]);
    const began = performance.now();
    const slow = one.exchange(select, { deadline: 5000, signal: signal() });
    for (let n = 0; n < 2; n++) await two.exchange(select, { deadline: 500, signal: signal() });
    const hung = expect(two.exchange(select, { deadline: 500, signal: signal() })).rejects.toMatchObject({
      code: 'ENCODER-DEADLINE',
    });
    expect(toHex(await slow)).toMatch(/9000$/);
    await hung;
    expect(performance.now() - began).toBeLessThan(2500);
    expect(toHex(await one.exchange(select, { deadline: 5000, signal: signal() }))).toMatch(/9000$/);
    await one.close();
    await two.close();
  });

  test('a process that dies is started anew, and none is left behind', async () => {
    await machine.insert();
    await machine.reader.waitForCard({ deadline: 3000, signal: signal() });
    const link = await machine.reader.connect(signal());
    const pids = readerProcesses(machine.reader.name);
    expect(pids.length).toBe(1);
    process.kill(pids[0] ?? 0, 'SIGSEGV');
    await expect(link.exchange(select, { deadline: 3000, signal: signal() })).rejects.toMatchObject({
      code: 'ENCODER-LOST',
    });
    await link.close();
    await machine.reader.waitForCard({ deadline: 3000, signal: signal() });
    const again = await machine.reader.connect(signal());
    expect(toHex(await again.exchange(select, { deadline: 5000, signal: signal() }))).toMatch(/9000$/);
    await machine.reader.close();
    await delay(100);
    expect(readerProcesses(machine.reader.name)).toEqual([]);
  });

  test('a station that is killed takes the processes of its readers with it', async () => {
    const program = `
      import { PcscReader } from ${JSON.stringify(new URL('./pcsc-reader.ts', import.meta.url).href)};
      const reader = new PcscReader({ serial: 'o', name: 'orphan test' });
      await reader.state(AbortSignal.timeout(5000));
      process.send('started');
      setInterval(() => {}, 1000);`;
    const station = fork(`data:text/javascript,0`, [], {
      execArgv: ['--input-type=module', '--eval', program],
      cwd: new URL('../../../../..', import.meta.url).pathname,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(station, 'message');
    expect(readerProcesses('orphan test').length).toBe(1);
    station.kill('SIGKILL');
    await once(station, 'exit');
    await delay(300);
    expect(readerProcesses('orphan test')).toEqual([]);
  });

  test('when the service goes the reader is gone, and comes back with it', async () => {
    if (held.interrupt === null) return;
    await machine.insert();
    await machine.reader.waitForCard({ deadline: 3000, signal: signal() });
    const link = await machine.reader.connect(signal());
    const startAgain = await held.interrupt();
    try {
      await expect(link.exchange(select, { deadline: 5000, signal: signal() })).rejects.toMatchObject({
        code: expect.stringMatching(/^(ENCODER-LOST|CARD-GONE)$/) as string,
      });
      await link.close();
      expect(await machine.reader.state(signal())).toEqual({ kind: 'gone' });
      await expect(machine.reader.connect(signal())).rejects.toMatchObject({ code: 'ENCODER-LOST' });
    } finally {
      await startAgain();
    }
    await machine.reader.waitForCard({ deadline: 5000, signal: signal() });
    const again = await machine.reader.connect(signal());
    expect(toHex(await again.exchange(select, { deadline: 5000, signal: signal() }))).toMatch(/9000$/);
    await again.close();
  });
});

/** The processes of a reader by what they were started with. */
function readerProcesses(name: string): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.some((word) => word.endsWith('reader-process.ts')) && words.includes(name);
      } catch {
        return false;
      }
    });
}
