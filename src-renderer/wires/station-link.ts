import { DynamicLink } from '@orpc/client';
import type { ClientContext, ClientLink } from '@orpc/client';
import { callDeadline } from '#shared/contract/call-deadlines.ts';
import { LostLink } from './lost-link.ts';
import type { StationWire, WireConnection } from './station-wire.ts';

export type LinkState = 'connecting' | 'open' | 'lost' | 'taken-over';

const CONNECT_MS = 5_000;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3_000;

/**
 * One lasting way to the station over connections that come and go: each new connection gets its own link, and every call has a
 * deadline. Calls made while there is no connection wait for the next one, within their deadline.
 */
export class StationLink {
  readonly #wire: StationWire;
  readonly #tell: (state: LinkState) => void;
  #connection: WireConnection | null = null;
  #waiting: ((connection: WireConnection) => void)[] = [];
  #ended = false;
  #silent = false;

  constructor(wire: StationWire, tell: (state: LinkState) => void) {
    this.#wire = wire;
    this.#tell = tell;
  }

  /** The link for a client of the contract. */
  get link(): ClientLink<ClientContext> {
    const dynamic = new DynamicLink<ClientContext>(async ({ signal }) => (await this.#open(signal)).link);
    return {
      call: async (path, input, options) => {
        const deadline = callDeadline(path);
        if (deadline === null) return dynamic.call(path, input, options);
        const clock = AbortSignal.timeout(deadline);
        const signal = options.signal === undefined ? clock : AbortSignal.any([options.signal, clock]);
        try {
          return await dynamic.call(path, input, { ...options, signal });
        } catch (cause) {
          // A lost connection looks like the reader's own abort; only the signals tell them apart.
          if (options.signal?.aborted === true) throw cause;
          if (clock.aborted) throw new LostLink('deadline');
          if (cause instanceof Error && cause.name === 'AbortError') throw new LostLink('closed');
          throw cause;
        }
      },
    };
  }

  /** Connects, and connects again whenever the connection is gone, until `end`. */
  async keepOpen(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    this.#tell('connecting');
    while (!this.#ended) {
      try {
        const connection = await this.#wire.connect(AbortSignal.timeout(CONNECT_MS));
        pause = FIRST_PAUSE_MS;
        this.#connection = connection;
        this.#silent = false;
        for (const resolve of this.#waiting.splice(0)) resolve(connection);
        this.#tell('open');
        const reason = await connection.closed;
        this.#connection = null;
        this.#tell(reason);
        // Two places of one window would take it from each other for ever.
        if (reason === 'taken-over') return;
      } catch {
        this.#tell('lost');
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  /**
   * A call had no answer before its deadline. A WebSocket is given up for a new one; Electron's port comes only once a page, so it
   * is kept and shown as lost until it answers.
   */
  heardNothing(): void {
    if (this.#silent || this.#connection === null) return;
    if (this.#wire.kind === 'loopback') {
      this.#connection.close();
      return;
    }
    this.#silent = true;
    this.#tell('lost');
  }

  /** A call was answered. */
  heardSomething(): void {
    if (!this.#silent) return;
    this.#silent = false;
    this.#tell('open');
  }

  end(): void {
    this.#ended = true;
    this.#connection?.close();
  }

  #open(signal: AbortSignal | undefined): Promise<WireConnection> {
    if (this.#connection !== null) return Promise.resolve(this.#connection);
    return new Promise((resolve, reject) => {
      const take = (connection: WireConnection) => resolve(connection);
      this.#waiting.push(take);
      signal?.addEventListener(
        'abort',
        () => {
          this.#waiting = this.#waiting.filter((one) => one !== take);
          reject(new LostLink('deadline'));
        },
        { once: true },
      );
    });
  }
}
