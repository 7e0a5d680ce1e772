import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fromHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CardLink } from '../devices/encoder/port.ts';

/** The virtual card as its own program, its chip reached as a reader reaches it. */
export interface VirtualChip {
  /** Where the printer's contact head is told, and where a reader connects: `host:port`. */
  readonly contacts: string;
  readonly reader: string;
  /** Puts a blank (or the card of that id again) under the contacts and connects to it. */
  insert(card: string): Promise<CardLink>;
  /** Asks the program's control server; rejects on its complaint. */
  control(request: object): Promise<Record<string, unknown>>;
  end(): Promise<void>;
}

const answerToReset = fromHex('3be000008131fe45eb');

/** Starts `src-sim/card` with further options and waits until it listens; in a reader of its own, unless `--vpcd` names another. */
export async function startVirtualChip(...words: readonly string[]): Promise<VirtualChip> {
  const program = new URL('../../src-sim/card/main.ts', import.meta.url).pathname;
  const ownReader = words.includes('--vpcd') ? [] : ['--framing', 'tcp-listen', '127.0.0.1:0'];
  const listening = [...ownReader, '--control', '127.0.0.1:0', '--contacts', '127.0.0.1:0', '--orphan', 'exit'];
  const child = spawn(process.execPath, [program, ...listening, ...words], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const [first] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])) as unknown[];
  if (typeof first !== 'string') throw new Error('the card program did not start');
  const ready = JSON.parse(first) as { readonly control: string; readonly contacts: string; readonly vpcd: string };
  const control = await open(ready.control);
  const replies = createInterface({ input: control })[Symbol.asyncIterator]();
  const ask = async (request: object): Promise<Record<string, unknown>> => {
    control.write(`${JSON.stringify(request)}\n`);
    const { value } = (await replies.next()) as { value: string };
    const reply = JSON.parse(value) as Record<string, unknown>;
    if (reply['error'] !== undefined) throw new Error(JSON.stringify(reply['error']));
    return reply;
  };
  return {
    contacts: ready.contacts,
    reader: ready.vpcd,
    control: ask,
    insert: async (card) => {
      await ask({ insert: card });
      return linkTo(await open(ready.vpcd));
    },
    end: async () => {
      control.destroy();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function open(address: string): Promise<Socket> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  socket.on('error', () => socket.destroy());
  return socket;
}

/** vpcd's frames: two bytes of length, then as many bytes; `01` powers the chip. */
function linkTo(socket: Socket): CardLink {
  const frame = (bytes: Uint8Array): void => {
    socket.write(Uint8Array.from([bytes.length >> 8, bytes.length & 255, ...bytes]));
  };
  let received = Buffer.alloc(0);
  let arrived: (() => void) | null = null;
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    arrived?.();
  });
  socket.on('close', () => arrived?.());
  frame(Uint8Array.of(1));
  const answer = async (): Promise<Uint8Array> => {
    for (;;) {
      const length = received.length < 2 ? Infinity : received.readUInt16BE(0);
      if (received.length >= length + 2) {
        const bytes = new Uint8Array(received.subarray(2, length + 2));
        received = received.subarray(length + 2);
        return bytes;
      }
      if (socket.destroyed) throw new StationFault('CARD-GONE');
      await new Promise<void>((resolve) => (arrived = resolve));
    }
  };
  return {
    atr: answerToReset,
    protocol: 'T=1',
    side: 'contact',
    exchange: (command) => {
      frame(command);
      return answer();
    },
    close: async () => {
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    },
  };
}
