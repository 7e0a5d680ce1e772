import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readerConformance } from '../../conformance.ts';
import { VirtualCardUnderTest } from '../test-virtual-card.ts';
import { SocketReader } from './socket-reader.ts';

describe('the socket reader', () => {
  let machine: VirtualCardUnderTest;
  beforeAll(async () => {
    const reader = (vpcd: string): SocketReader => {
      const [host = '', port = ''] = vpcd.split(':');
      return new SocketReader({ serial: 'SOCKET-1', name: 'Virtual reader', host, port: Number(port) });
    };
    machine = await VirtualCardUnderTest.start('SOCKET-1', reader, '--framing', 'tcp-listen', '127.0.0.1:0');
  });
  afterAll(() => machine.stop());
  beforeEach(() => machine.tidy());

  test.each(readerConformance)('$name', ({ run }) => run(machine));

  test('a reader at whose address nobody listens is gone', async () => {
    const reader = new SocketReader({ serial: 'X', name: 'X', host: '127.0.0.1', port: 1 });
    const signal = AbortSignal.timeout(5000);
    expect(await reader.state(signal)).toEqual({ kind: 'gone' });
    await expect(reader.connect(signal)).rejects.toMatchObject({ code: 'ENCODER-LOST' });
    await expect(reader.waitForCard({ deadline: 100, signal })).rejects.toMatchObject({ code: 'ENCODER-LOST' });
  });
});
