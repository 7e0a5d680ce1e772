import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ControlClient } from '../control/json-lines-client.ts';
import type { JsonObject } from '../control/json-lines-server.ts';

/** The card program as a child of a test, with its two control connections. */
export interface StartedCard {
  readonly child: ChildProcess;
  readonly vpcd: string;
  contacts(request: JsonObject): Promise<JsonObject>;
  control(request: JsonObject): Promise<JsonObject>;
  end(): Promise<void>;
}

/** Starts the program with further options and waits for its ready line. */
export async function startCard(...words: readonly string[]): Promise<StartedCard> {
  const program = new URL('main.ts', import.meta.url).pathname;
  const all = [program, '--contacts', '127.0.0.1:0', '--control', '127.0.0.1:0', ...words];
  const child = spawn(process.execPath, all, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(lines, 'line'), ended.then(() => [undefined])]);
  if (typeof first[0] !== 'string') throw new Error('the card program did not start');
  const ready = JSON.parse(first[0]) as { contacts: string; control: string; vpcd: string };
  const contacts = await ControlClient.connect(ready.contacts, 2000);
  const control = await ControlClient.connect(ready.control, 2000);
  return {
    child,
    vpcd: ready.vpcd,
    contacts: (request) => contacts.request(request, 10_000),
    control: (request) => control.request(request, 10_000),
    end: async () => {
      contacts.close();
      control.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}
