import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { LineSplitter } from './line-splitter.ts';

/** One request or reply of a control connection: a JSON object, one per line, UTF-8, ended by LF. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Answers one request; what it throws is answered as `{"error": message}`. */
export type ControlHandler = (request: JsonObject) => JsonObject | Promise<JsonObject>;

/** A running control server. */
export interface ControlServer {
  /** Where it listens, as `host:port` with the port really taken. */
  readonly address: string;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** The longest request line taken; a longer one is answered with an error and the connection is closed. */
const longestLine = 65_536;

/**
 * Starts a control server that answers each line in the order received.
 * A line that is no JSON object is answered `{"error": "..."}` and the connection goes on; port 0 takes a free port.
 * Rejects with the error of the operating system when the address cannot be taken.
 */
export async function startControlServer(host: string, port: number, handle: ControlHandler): Promise<ControlServer> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, handle);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  return {
    address: `${host}:${String(bound.port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of connections) socket.destroy();
      }),
  };
}

function serve(socket: Socket, handle: ControlHandler): void {
  const splitter = new LineSplitter(longestLine);
  let before: Promise<void> = Promise.resolve();
  socket.on('data', (chunk: Buffer) => {
    const taken = splitter.take(chunk);
    for (const line of taken.lines) {
      if (line.trim() === '') continue;
      before = before.then(async () => {
        const reply = await answer(line, handle);
        if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
      });
    }
    if (taken.overflow) socket.end(`${JSON.stringify({ error: 'the line is too long' })}\n`);
  });
}

async function answer(line: string, handle: ControlHandler): Promise<JsonObject> {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    return { error: 'the line is no JSON' };
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return { error: 'the line is no JSON object' };
  }
  try {
    return await handle(request as JsonObject);
  } catch (fault) {
    return { error: fault instanceof Error ? fault.message : String(fault) };
  }
}
