import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';

/** Any call of the contract by its path; the station checks input and rights, so the test need not know the types. */
type Call = <Output = Readonly<Record<string, unknown>>>(path: string, input?: object) => Promise<Output>;

/** A window without a page: admitted by a start page, on the same WebSocket, with the same rights. */
export interface WindowClient extends Disposable {
  readonly call: Call;
  /** Logs one of the training people in, taking over the session of an earlier window. */
  readonly logIn: (person: string) => Promise<void>;
}

interface Admission {
  readonly url: string;
  readonly cookie: string;
}

/** Posts the start page's form, as the page does by itself. */
function admit(startPage: string): Promise<Admission> {
  const page = readFileSync(startPage, 'utf8');
  const action = /action="([^"]+)"/.exec(page)?.[1];
  const token = /value="([0-9a-f]+)"/.exec(page)?.[1];
  if (action === undefined || token === undefined) throw new Error('this is no start page');
  return new Promise((resolve, reject) => {
    const post = request(
      action,
      { method: 'POST', headers: { origin: 'null', 'content-type': 'application/x-www-form-urlencoded' } },
      (answer) => {
        answer.resume();
        const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0];
        if (cookie === undefined) reject(new Error(`not admitted: ${answer.statusCode}`));
        else resolve({ url: new URL(action).origin, cookie });
      },
    );
    post.once('error', reject);
    post.end(new URLSearchParams({ token }).toString());
  });
}

/** Opens a window on a station by one of its start pages. */
export async function openWindow(startPage: string): Promise<WindowClient> {
  const { url, cookie } = await admit(startPage);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/rpc`, { headers: { cookie, origin: url } });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('the window was not let in')), { once: true });
  });
  const root: unknown = createORPCClient(new RPCLink({ websocket: socket }));
  const call: Call = async (path, input = {}) => {
    let at = root;
    for (const name of path.split('.')) at = (at as Record<string, unknown>)[name];
    return (at as (input: object) => Promise<never>)(input);
  };
  return {
    call,
    logIn: async (person) => {
      await call('session.logIn', { person, password: `training-${person}`, takeOver: 'yes' });
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
