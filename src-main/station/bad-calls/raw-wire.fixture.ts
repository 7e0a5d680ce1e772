import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { encodeFrame, FrameReader } from '../../shells/local-socket/frame-reader.ts';

/** What came back for one request, as it lay on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** The contract's name of the refusal, `answered`, or `stream`. */
  readonly code: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly json: unknown;
  readonly text: string;
}

/** A value as oRPC carries it: JSON, and which places of it are of another type. */
export interface Carried {
  readonly json?: unknown;
  readonly meta?: readonly (readonly (string | number)[])[];
}

/** One end of a station's wire that can also say what no client would. */
export interface RawWire {
  /** Sends a text, or bytes, as one frame. */
  post(frame: string | Uint8Array): void;
  /** One call under an id of its own; its answer within ten seconds. */
  ask(path: string, input: Carried): Promise<RawAnswer>;
  /** Waits for the answer to a frame that was posted under this id. */
  answerTo(id: string): Promise<RawAnswer>;
  /** How the connection ended: the WebSocket's code, or 0 on the local socket. */
  readonly ended: Promise<number>;
  close(): void;
}

export function requestFrame(id: string, path: string, input: Carried): string {
  return JSON.stringify({ i: id, p: { u: `/${path.replaceAll('.', '/')}`, b: { meta: [], ...input } } });
}

function readAnswer(text: string): { readonly id: string; readonly answer: RawAnswer } {
  const { i, p = {} } = JSON.parse(text) as { i: string; p?: { s?: number; h?: object; b?: { json?: unknown } } };
  const json = p.b?.json;
  const { code, message, data } = (json ?? {}) as { code?: string; message?: string; data?: object };
  const status = p.s ?? 200;
  const streams = JSON.stringify(p.h ?? {}).includes('event-stream');
  return {
    id: i,
    answer: {
      status,
      code: status === 200 ? (streams ? 'stream' : 'answered') : (code ?? ''),
      message: message ?? '',
      data: (data ?? {}) as Readonly<Record<string, unknown>>,
      json,
      text,
    },
  };
}

const patience = 10_000;

class Waiting {
  readonly #asked = new Map<string, (answer: RawAnswer) => void>();
  readonly #early = new Map<string, RawAnswer>();
  #next = 0;

  name(): string {
    return `q${(this.#next += 1)}`;
  }

  /** Takes a frame of the station; the id of a stream that nobody wants further. */
  take(text: string): string | null {
    const message = JSON.parse(text) as { t?: number };
    if (message.t !== undefined && message.t !== 2) return null;
    const { id, answer } = readAnswer(text);
    const waiter = this.#asked.get(id);
    this.#asked.delete(id);
    if (waiter === undefined) this.#early.set(id, answer);
    else waiter(answer);
    return answer.code === 'stream' ? id : null;
  }

  for(id: string): Promise<RawAnswer> {
    const early = this.#early.get(id);
    this.#early.delete(id);
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${id}`)), patience);
      this.#asked.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }
}

function wireOf(post: RawWire['post'], waiting: Waiting, ended: Promise<number>, close: () => void): RawWire {
  return {
    post,
    ask: (path, input) => {
      const id = waiting.name();
      post(requestFrame(id, path, input));
      return waiting.for(id);
    },
    answerTo: (id) => waiting.for(id),
    ended,
    close,
  };
}

/** Opens a window by a start page, on its WebSocket. */
export async function openRawWindow(startPage: string): Promise<RawWire> {
  const page = readFileSync(startPage, 'utf8');
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
  const token = /value="([0-9a-f]+)"/.exec(page)?.[1] ?? '';
  const admitted = await fetch(action, {
    method: 'POST',
    headers: { origin: 'null', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token }).toString(),
  });
  const cookie = admitted.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const { origin } = new URL(action);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { cookie, origin } });
  const waiting = new Waiting();
  const ended = new Promise<number>((resolve) => {
    socket.addEventListener('close', (event) => resolve((event as unknown as { code: number }).code));
  });
  const post: RawWire['post'] = (frame) => socket.send(frame);
  socket.addEventListener('message', (event) => {
    const stream = waiting.take(String((event as unknown as { data: unknown }).data));
    if (stream !== null) post(JSON.stringify({ i: stream, t: 4 }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('the window was not let in')));
  });
  return wireOf(post, waiting, ended, () => socket.close());
}

/** Opens the command line's wire; a Uint8Array is written without its length before it. */
export async function openRawLocal(address: string): Promise<RawWire> {
  const socket = connect(address);
  const waiting = new Waiting();
  const reader = new FrameReader();
  const ended = new Promise<number>((resolve) => socket.once('close', () => resolve(0)));
  const post: RawWire['post'] = (frame) => socket.write(typeof frame === 'string' ? encodeFrame(frame) : frame);
  socket.on('error', () => undefined);
  socket.on('data', (piece: Buffer) => {
    for (const text of reader.take(piece)) {
      const stream = waiting.take(text);
      if (stream !== null) post(JSON.stringify({ i: stream, t: 4 }));
    }
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return wireOf(post, waiting, ended, () => socket.destroy());
}
