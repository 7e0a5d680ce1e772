import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The line between one station and the CMS: bytes pass unchanged, or not at all. */
export class CutWire {
  readonly #to: () => string;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #state: 'up' | 'cut' = 'up';

  private constructor(to: () => string) {
    this.#to = to;
    this.#server = createServer((near) => this.#carry(near));
  }

  static async lay(to: () => string): Promise<CutWire> {
    const wire = new CutWire(to);
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.#state = 'cut';
    for (const socket of this.#open) socket.destroy();
  }

  mend(): void {
    this.#state = 'up';
  }

  async end(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry(near: Socket): void {
    if (this.#state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(Number(new URL(this.#to()).port), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#open.delete(one);
        other.destroy();
      });
    }
  }
}
