import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acquirePcscd, pcscdInstalled } from '../../e2e/stations/pcscd.ts';
import type { HeldPcscd } from '../../e2e/stations/pcscd.ts';
import { startCard } from './started-card.ts';
import type { StartedCard } from './started-card.ts';

const run = promisify(execFile);
const available = pcscdInstalled() && spawnSync('opensc-tool', ['--version']).status === 0;

/** Through a real pcscd and vpcd, judged by opensc-tool. */
describe.skipIf(!available)('the card in a virtual reader', () => {
  let held: HeldPcscd;
  let card: StartedCard;

  beforeAll(async () => {
    held = await acquirePcscd();
    card = await startCard('--vpcd', `127.0.0.1:${String(held.readers[1]?.port)}`);
  });

  afterAll(async () => {
    await card.end();
    await held.release();
  });

  /** The line of the second slot in the reader list: whether a card is in. */
  async function present(): Promise<boolean> {
    const { stdout } = await run('opensc-tool', ['-l']);
    const line = stdout.split('\n').find((each) => each.includes(held.readers[1]?.name ?? '?'));
    return line !== undefined && /^\s*\d+\s+Yes/.test(line);
  }

  async function within(ms: number, wanted: boolean): Promise<boolean> {
    for (const end = performance.now() + ms; performance.now() < end; await delay(20)) {
      if ((await present()) === wanted) return true;
    }
    return false;
  }

  test('is seen within a second, answers APDUs, and is gone within a second', async () => {
    expect(await present()).toBe(false);
    await card.contacts({ contacts: 'closed', card: 'EV1-000001' });
    expect(await within(1000, true)).toBe(true);
    const words = ['-r', held.readers[1]?.name ?? '', '-s', '00A4040008A00000015100000000', '-s', '80CA9F7F00'];
    const { stdout } = await run('opensc-tool', words);
    expect(stdout.match(/SW1=0x90, SW2=0x00/g)?.length).toBe(2);
    expect(stdout).toContain('6F 10 84 08 A0 00 00 01 51 00 00 00 A5 04 9F 65');
    const { stdout: atr } = await run('opensc-tool', ['-r', held.readers[1]?.name ?? '', '-a']);
    expect(atr.trim()).toBe('3b:e0:00:00:81:31:fe:45:eb');
    await card.contacts({ contacts: 'open' });
    expect(await within(1000, false)).toBe(true);
  });

  test('an APDU takes the time of the wire, not that of a delayed acknowledgement', async () => {
    await card.contacts({ contacts: 'closed', card: 'EV1-000002' });
    expect(await within(1000, true)).toBe(true);
    const sent = Array.from({ length: 200 }, () => ['-s', '80CA9F7F00']).flat();
    const time = async (words: readonly string[]): Promise<number> => {
      const start = performance.now();
      await run('opensc-tool', ['-r', held.readers[1]?.name ?? '', ...words]);
      return performance.now() - start;
    };
    const each = (await time(sent)) / 200 - (await time(['-s', '80CA9F7F00'])) / 200;
    process.stdout.write(
      `${JSON.stringify({ figure: 'virtual card, ms an APDU over vpcd', value: Number(each.toFixed(2)) })}\n`,
    );
    expect(each).toBeLessThan(20);
    await card.contacts({ contacts: 'open' });
    expect(await within(1000, false)).toBe(true);
  });

  test('a mute card is never seen, a pulled one is gone', async () => {
    await card.control({ fault: 'mute' });
    await card.contacts({ contacts: 'closed', card: 'EV1-000003' });
    expect(await within(800, true)).toBe(false);
    await card.control({ fault: 'pull-at-apdu', n: 1 });
    await card.contacts({ contacts: 'closed', card: 'EV1-000003' });
    expect(await within(1000, true)).toBe(true);
    await run('opensc-tool', ['-r', held.readers[1]?.name ?? '', '-s', '80CA9F7F00']).catch(() => undefined);
    expect(await within(1000, false)).toBe(true);
    await card.contacts({ contacts: 'open' });
  });

  test('a card of T=0 with factory keys answers another program through GET RESPONSE', async () => {
    const slot = `127.0.0.1:${String(held.readers[0]?.port)}`;
    const kind = '--vpcd SLOT --protocol t0 --blank factory --isd A000000003000000'.replace('SLOT', slot);
    const other = await startCard(...kind.split(' '));
    const reader = held.readers[0]?.name ?? '';
    try {
      await other.contacts({ contacts: 'closed', card: 'EV1-000004' });
      await delay(700);
      const { stdout: atr } = await run('opensc-tool', ['-r', reader, '-a']);
      expect(atr.trim()).toBe('3b:65:00:00:20:63:cb:68:00');
      const commands = ['00A4040008A00000000300000000', '80CA9F7F00', '80CA00E000'].flatMap((command) => [
        '-s',
        command,
      ]);
      const { stdout } = await run('opensc-tool', ['-r', reader, ...commands]);
      expect(stdout.match(/SW1=0x90, SW2=0x00/g)?.length).toBe(3);
      expect(stdout).toContain('6F 10 84 08 A0 00 00 00 03 00 00 00 A5 04 9F 65');
      expect(stdout).toContain('E0 12 C0 04 01 FF 88 10');
    } finally {
      await other.end();
    }
  });
});
