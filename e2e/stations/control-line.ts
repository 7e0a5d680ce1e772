import { connect } from 'node:net';

type Reply = Readonly<Record<string, unknown>>;

const replyMs = 30_000;

/**
 * Sends one request to a control connection (one JSON object a line each way) and returns the reply; an Error where the other end
 * answers `{"error": …}`, is not there, or stays silent for 30 seconds.
 */
export function askControl(address: string, request: Reply): Promise<Reply> {
  const colon = address.lastIndexOf(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(address.slice(colon + 1)), address.slice(0, colon));
    const finish = (settle: () => void): void => {
      socket.destroy();
      settle();
    };
    let said = '';
    socket.setTimeout(replyMs, () => finish(() => reject(new Error(`${address} does not answer`))));
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const at = said.indexOf('\n');
      if (at < 0) return;
      const reply = JSON.parse(said.slice(0, at)) as Reply;
      const { error } = reply;
      finish(() => (error === undefined ? resolve(reply) : reject(new Error(`${address}: ${JSON.stringify(error)}`))));
    });
    socket.once('error', (cause) => finish(() => reject(cause)));
    socket.once('close', () => reject(new Error(`${address} closed the connection`)));
    socket.write(`${JSON.stringify(request)}\n`);
  });
}
