import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ControlClient } from './json-lines-client.ts';
import { startControlServer } from './json-lines-server.ts';

test('requests are answered in order, bad lines are answered with an error and change nothing', async () => {
  const server = await startControlServer('127.0.0.1', 0, async (request) => {
    if (request['fail'] === true) throw new Error('told to fail');
    await new Promise((resolve) => setTimeout(resolve, Number(request['wait'] ?? 0)));
    return { echo: request };
  });
  const client = await ControlClient.connect(server.address, 1000);
  const both = await Promise.all([client.request({ wait: 30 }, 1000), client.request({ fail: true }, 1000)]);
  expect(both).toEqual([{ echo: { wait: 30 } }, { error: 'told to fail' }]);
  client.close();

  const raw = connect(Number(server.address.split(':')[1]), '127.0.0.1');
  raw.write('nonsense\n[1]\n{"a":"\u00e9');
  raw.write('"}\r\n');
  let text = '';
  for await (const chunk of raw) {
    text += String(chunk);
    if (text.split('\n').length === 4) break;
  }
  expect(text.split('\n').slice(0, 3)).toEqual([
    '{"error":"the line is no JSON"}',
    '{"error":"the line is no JSON object"}',
    '{"echo":{"a":"\u00e9"}}',
  ]);
  await server.close();
});

test('a line that never ends closes the connection, and a closed server rejects the waiting request', async () => {
  const server = await startControlServer('127.0.0.1', 0, () => new Promise(() => undefined));
  const raw = connect(Number(server.address.split(':')[1]), '127.0.0.1');
  raw.write('x'.repeat(70_000));
  let text = '';
  for await (const chunk of raw) text += String(chunk);
  expect(text).toBe('{"error":"the line is too long"}\n');

  const client = await ControlClient.connect(server.address, 1000);
  const waiting = client.request({}, 5000);
  await server.close();
  await expect(waiting).rejects.toThrow('closed');
});
