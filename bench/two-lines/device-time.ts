import { AsyncLocalStorage } from 'node:async_hooks';
import { PcscLink } from '../../src-main/devices/encoder/drivers/pcsc/pcsc-link.ts';
import { PcscReader } from '../../src-main/devices/encoder/drivers/pcsc/pcsc-reader.ts';
import { SocketLink } from '../../src-main/devices/encoder/drivers/socket-reader/socket-link.ts';
import { SocketReader } from '../../src-main/devices/encoder/drivers/socket-reader/socket-reader.ts';
import { EvolisChannel } from '../../src-main/devices/printer/drivers/evolis/evolis-channel.ts';
import { LineRunner } from '../../src-main/production/line-runner.ts';

type Method = (...input: never[]) => unknown;

/**
 * Adds up, line by line, how long the station of this process waits for a device: from the first byte of a command to its answer, from
 * an APDU to its response, and while a reader waits for a card to come or go. Whatever a driver does in between (packing panels,
 * sorting answers) is the station's own time. Made once, before the station starts: it wraps the drivers' methods in this process.
 */
export class DeviceTime {
  readonly #line = new AsyncLocalStorage<string>();
  readonly #waiting = new Map<string, { under: number; since: number; total: number }>();

  constructor() {
    this.#wrap(EvolisChannel.prototype, ['ask']);
    this.#wrap(PcscLink.prototype, ['exchange', 'close']);
    this.#wrap(SocketLink.prototype, ['exchange', 'close']);
    for (const reader of [PcscReader, SocketReader]) {
      this.#wrap(reader.prototype, ['state', 'waitForCard', 'waitForRemoval', 'connect']);
    }
    this.#follow(['connect', 'work', 'choose']);
  }

  /** Milliseconds that a line has waited for its devices up to now. */
  of(line: string): number {
    const { under, since, total } = this.#entry(line);
    return under === 0 ? total : total + performance.now() - since;
  }

  #entry(line: string): { under: number; since: number; total: number } {
    const known = this.#waiting.get(line) ?? { under: 0, since: 0, total: 0 };
    this.#waiting.set(line, known);
    return known;
  }

  /** Everything that a line does begins in one of these calls: what happens after it is known as that line's. */
  #follow(names: readonly ('connect' | 'work' | 'choose')[]): void {
    const inside = this.#line;
    for (const name of names) {
      const plain: Method = LineRunner.prototype[name];
      const followed = function (this: LineRunner, ...input: never[]): unknown {
        return inside.run(this.line, () => plain.apply(this, input));
      };
      Object.defineProperty(LineRunner.prototype, name, { value: followed });
    }
  }

  #wrap<Names extends string>(prototype: Readonly<Record<Names, unknown>>, names: readonly Names[]): void {
    const during = (wait: () => unknown): Promise<unknown> => this.#during(wait);
    for (const name of names) {
      const plain = prototype[name] as Method;
      const timed = function (this: unknown, ...input: never[]): Promise<unknown> {
        return during(() => plain.apply(this, input));
      };
      Object.defineProperty(prototype, name, { value: timed });
    }
  }

  /** Waits within waits (a connection closes the one before) and waits side by side count once. */
  async #during(wait: () => unknown): Promise<unknown> {
    const line = this.#line.getStore();
    if (line === undefined) return wait();
    const entry = this.#entry(line);
    if (entry.under++ === 0) entry.since = performance.now();
    try {
      return await wait();
    } finally {
      if (--entry.under === 0) entry.total += performance.now() - entry.since;
    }
  }
}
