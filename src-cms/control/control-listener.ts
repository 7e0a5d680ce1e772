import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A listening control connection for training programs and tests. */
export interface ControlListener {
  /** `host:port` with the port really taken. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Listens for control connections: one JSON object a line (UTF-8, LF) in, one a line out, in order. What the handler throws, and a line
 * that is no JSON object, is answered as `{"error": text}` and the connection goes on.
 */
export async function listenForControl(
  where: { readonly host: string; readonly port: number },
  answer: (request: unknown) => Promise<unknown>,
): Promise<ControlListener> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    void converse(socket, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    address: `${where.host}:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}

async function converse(socket: Socket, answer: (request: unknown) => Promise<unknown>): Promise<void> {
  try {
    for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() === '') continue;
      const reply = await answerLine(line, answer);
      if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
    }
  } catch {
    // The other end went away: nothing is left to be answered.
    socket.destroy();
  }
}

async function answerLine(line: string, answer: (request: unknown) => Promise<unknown>): Promise<unknown> {
  try {
    return await answer(JSON.parse(line));
  } catch (fault) {
    return { error: fault instanceof Error ? fault.message : 'the command failed' };
  }
}
