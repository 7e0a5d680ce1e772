import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { ChipDeadlines } from '#shared/domain/chip-deadlines.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { VirtualCardUnderTest } from '../devices/encoder/drivers/test-virtual-card.ts';
import { SocketReader } from '../devices/encoder/drivers/socket-reader/socket-reader.ts';
import type { ChannelKeys } from '../preparation/port.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { runDialogue } from './dialogue-runner.ts';

let machine: VirtualCardUnderTest;
beforeAll(async () => {
  const reader = (vpcd: string): SocketReader => {
    const [host = '', port = ''] = vpcd.split(':');
    return new SocketReader({ serial: 'DEADLINES', name: 'Virtual reader', host, port: Number(port) });
  };
  machine = await VirtualCardUnderTest.start('DEADLINES', reader, '--framing', 'tcp-listen', '127.0.0.1:0');
});
afterAll(() => machine.stop());

function* ask(command: string): Dialogue<string> {
  return toHex(yield { kind: 'exchange', command: fromHex(command), label: 'a command' });
}

/** Asks a card that takes 900 ms for everything. */
async function askSlowCard(command: string, deadlines: ChipDeadlines): Promise<string> {
  await machine.tidy();
  await machine.insert({ kind: 'slow', milliseconds: 900 });
  const signal = AbortSignal.timeout(20_000);
  await machine.reader.waitForCard({ deadline: 5000, signal });
  const link = await machine.reader.connect(signal);
  const never = (): never => {
    throw new Error('this dialogue asks the card only');
  };
  try {
    return await runDialogue(ask(command), {
      link,
      keys: {} as ChannelKeys,
      randomness: systemRandomness,
      resolve: never,
      mark: never,
      exchangeDeadline: 10_000,
      deadlines,
      signal,
    });
  } finally {
    await link.close();
  }
}

const getData = '80CA9F7F00';
const storeData = '80E2000002AABB';

test('a command has the time that its product gives it, and the others theirs', async () => {
  expect(await askSlowCard(getData, { storeData: 0.5 })).toMatch(/9000$/);
  await expect(askSlowCard(storeData, { storeData: 0.5 })).rejects.toMatchObject({ code: 'ENCODER-DEADLINE' });
  await expect(askSlowCard(getData, { exchange: 0.5, storeData: 30 })).rejects.toMatchObject({
    code: 'ENCODER-DEADLINE',
    details: { seconds: 1 },
  });
  expect(await askSlowCard(storeData, { exchange: 0.5, storeData: 30 })).toMatch(/^6[0-9a-f]{3}$/);
}, 60_000);
