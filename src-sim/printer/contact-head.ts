import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { LineSplitter } from '../control/line-splitter.ts';

/** What the virtual card's end is told. */
export type ContactState = { readonly contacts: 'closed'; readonly card: string } | { readonly contacts: 'open' };

const reconnectAfter = 200;
const longestLine = 65_536;

/**
 * The contact head of the station inside the printer: tells the virtual card's program over one TCP connection whether
 * contacts are closed and on which card. The connection is made again when lost, and the state in force is told again.
 */
export class ContactHead {
  readonly #host: string;
  readonly #port: number;
  readonly #note: (text: string) => void;
  #socket: Socket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #state: ContactState = { contacts: 'open' };
  #revision = 0;
  #confirmed = -1;
  #asked: number[] = [];
  #closed = false;
  readonly #waiting = new Set<() => void>();

  constructor(host: string, port: number, note: (text: string) => void) {
    this.#host = host;
    this.#port = port;
    this.#note = note;
  }

  get state(): ContactState & { readonly confirmed: boolean } {
    return { ...this.#state, confirmed: this.#confirmed === this.#revision };
  }

  /** Connects and tells the state in which the printer starts. */
  start(state: ContactState): void {
    this.#state = state;
    this.#open();
  }

  /**
   * Tells a new state and waits until the other end has answered `{"ok":true}`, at most `deadline` milliseconds. A head that
   * does not answer does not fault the printer: a real one is not told about its encoder either (facts F). Says whether it did.
   */
  async tell(state: ContactState, deadline: number): Promise<boolean> {
    this.#state = state;
    const revision = ++this.#revision;
    this.#send();
    const ends = Date.now() + deadline;
    while (this.#confirmed < revision && !this.#closed) {
      const left = ends - Date.now();
      if (left <= 0) {
        this.#note(`contact head did not confirm ${state.contacts}`);
        return false;
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
    return this.#confirmed >= revision;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.destroy();
    for (const wake of this.#waiting) wake();
  }

  #open(): void {
    if (this.#closed) return;
    const socket = connect(this.#port, this.#host);
    const splitter = new LineSplitter(longestLine);
    socket.setNoDelay(true);
    socket.on('connect', () => {
      this.#socket = socket;
      this.#asked = [];
      this.#send();
    });
    socket.on('data', (chunk: Buffer) => {
      const taken = splitter.take(chunk);
      for (const line of taken.lines) if (line.trim() !== '') this.#hear(line);
      if (taken.overflow) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      if (!this.#closed) this.#retry = setTimeout(() => this.#open(), reconnectAfter);
    });
  }

  #send(): void {
    if (this.#socket === undefined) return;
    this.#asked.push(this.#revision);
    this.#socket.write(`${JSON.stringify(this.#state)}\n`);
  }

  #hear(line: string): void {
    const revision = this.#asked.shift();
    if (revision === undefined) return;
    let ok = false;
    try {
      ok = (JSON.parse(line) as { ok?: unknown } | null)?.ok === true;
    } catch {
      this.#note('contact head answered what is no JSON');
    }
    if (!ok) {
      this.#note(`contact head refused: ${line.slice(0, 200)}`);
      return;
    }
    this.#confirmed = Math.max(this.#confirmed, revision);
    for (const wake of this.#waiting) wake();
  }
}
