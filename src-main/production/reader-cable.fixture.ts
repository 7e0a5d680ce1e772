import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A cable between the station and a reader: what is at its far end can be changed, or taken away, while the station runs. */
export class ReaderCable {
  readonly port: number;
  readonly #open = new Set<Socket>();
  #server: Server | null;
  #far: string;

  private constructor(server: Server, far: string) {
    this.port = (server.address() as AddressInfo).port;
    this.#far = far;
    this.#server = this.#serve(server);
  }

  static async lay(far: string): Promise<ReaderCable> {
    return new ReaderCable(await listen(0), far);
  }

  /** Plugs a reader in; whatever ran over the cable breaks off. */
  async plug(far: string): Promise<void> {
    this.#far = far;
    this.#breakOff();
    if (this.#server === null) this.#server = this.#serve(await listen(this.port));
  }

  /** Takes the reader away: nobody is there any more. */
  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    this.#breakOff();
    await closed;
  }

  #breakOff(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #serve(server: Server): Server {
    return server.on('connection', (near) => {
      const [host = '', port = ''] = this.#far.split(':');
      const far = connect({ host, port: Number(port), noDelay: true });
      this.#keep(near);
      this.#keep(far);
      near.pipe(far).pipe(near);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    });
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#open.delete(socket));
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer({ noDelay: true });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
