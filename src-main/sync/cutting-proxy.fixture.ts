import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type Way = 'to-cms' | 'to-station';

/**
 * A cable between station and CMS that can be cut: TLS passes through unread, and once so many bytes have gone one way from the moment it was
 * armed, every connection breaks. `answer` cuts the first byte that comes back after the bytes went out.
 */
export class CuttingProxy {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #cut: { readonly way: Way | 'answer'; left: number } | null = null;
  /** How often it was cut. */
  cuts = 0;

  private constructor(target: () => URL) {
    this.#server = createServer((near) => {
      const far = connect(Number(target().port), target().hostname);
      for (const socket of [near, far]) {
        this.#open.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          this.#open.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.on('data', (bytes) => this.#pass('to-cms', bytes, far));
      far.on('data', (bytes) => this.#pass('to-station', bytes, near));
    });
  }

  static async start(target: () => string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(() => new URL(target()));
    await new Promise<void>((resolve) => void proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  arm(way: Way | 'answer', bytes: number): void {
    this.#cut = { way, left: bytes };
  }

  disarm(): void {
    this.#cut = null;
  }

  #pass(way: Way, bytes: Buffer, to: Socket): void {
    const cut = this.#cut;
    if (cut !== null && cut.way === 'answer' && way === 'to-station' && cut.left <= 0) return this.#sever();
    if (cut !== null && (cut.way === way || (cut.way === 'answer' && way === 'to-cms'))) {
      const passing = bytes.subarray(0, Math.max(0, cut.left));
      cut.left -= bytes.length;
      if (cut.left < 0 && cut.way === way) {
        to.write(passing, () => this.#sever());
        return;
      }
    }
    to.write(bytes);
  }

  #sever(): void {
    this.#cut = null;
    this.cuts += 1;
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  async end(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
