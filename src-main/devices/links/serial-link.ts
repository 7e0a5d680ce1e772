import { SerialPort } from 'serialport';
import { LinkFault, type AnswerForm, type ByteLink, type Wait } from './byte-link.ts';
import { keepWaitingToWrite } from './keep-waiting-to-write.ts';
import { ReceivedBytes } from './received-bytes.ts';
import { within } from './within.ts';

/** A device on a serial port: eight data bits, no parity, one stop bit. */
export interface SerialPlace {
  readonly path: string;
  readonly baud: number;
}

const closeDeadline = 1000;
const flushDeadline = 500;
const never = new AbortController().signal;

/** Opens a serial port and drops what lies in it. A port that is absent or in use is LinkFault `closed`. */
export async function openSerialLink(place: SerialPlace, wait: Wait): Promise<ByteLink> {
  const port = new SerialPort({ path: place.path, baudRate: place.baud, autoOpen: false });
  port.on('error', () => undefined);
  let wanted: 'yes' | 'no' = 'yes';
  try {
    await within<undefined>(wait, `${place.path} does not open`, ({ resolve, reject }) => {
      port.open((fault) => {
        // Nobody waits any more: a port that opens late must not stay locked.
        if (fault === null && wanted === 'no') port.close(() => undefined);
        if (fault === null) resolve(undefined);
        else reject(new LinkFault('closed', fault.message, fault));
      });
    });
  } catch (fault) {
    wanted = 'no';
    throw fault;
  }
  keepWaitingToWrite(port);
  const link = new SerialLink(port, place);
  await link.flush();
  return link;
}

class SerialLink implements ByteLink {
  readonly place: string;
  readonly nature = 'line';
  readonly speed: number;
  readonly closed: Promise<string>;
  readonly #port: SerialPort;
  readonly #received = new ReceivedBytes();
  readonly #writing = new Set<(fault: LinkFault) => void>();
  readonly #announce: (reason: string) => void;
  #reason = 'the port is gone';
  #state: 'open' | 'closed' = 'open';

  constructor(port: SerialPort, place: SerialPlace) {
    this.#port = port;
    this.place = place.path;
    // Start bit, eight bits, stop bit.
    this.speed = place.baud / 10;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#announce = resolve;
    // Without a reader nobody is told when the port goes.
    port.on('data', (chunk: Buffer) => {
      // The bytes lie in a pool of the package's own, which would go on holding what a stripe said.
      const own = new Uint8Array(chunk);
      chunk.fill(0);
      if (this.#received.push(own) === 'too-many') void this.close();
    });
    port.on('close', () => this.#end(this.#reason));
  }

  get state(): 'open' | 'closed' {
    return this.#state;
  }

  /** Drops what was received and what is still to be sent; a pseudo terminal that cannot is no fault. */
  async flush(): Promise<void> {
    await within<void>({ deadline: flushDeadline, signal: never }, 'flush', ({ resolve }) => {
      this.#port.flush(() => resolve());
    }).catch(() => undefined);
    this.#received.takeAll();
  }

  async write(bytes: Uint8Array, wait: Wait): Promise<void> {
    if (this.#state === 'closed') throw new LinkFault('closed', this.#reason);
    let fail: ((fault: LinkFault) => void) | undefined;
    try {
      await within<void>(wait, 'the device takes no more bytes', ({ resolve, reject }) => {
        // The callback of a port that died may never come: its end must end the wait too.
        fail = reject;
        this.#writing.add(reject);
        this.#port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), (fault) => {
          if (fault === undefined || fault === null) resolve();
          else reject(new LinkFault('closed', fault.message, fault));
        });
      });
    } finally {
      if (fail !== undefined) this.#writing.delete(fail);
    }
  }

  readUntil(form: AnswerForm, wait: Wait): Promise<Uint8Array> {
    return this.#received.readUntil(form, wait);
  }

  readExactly(count: number, wait: Wait): Promise<Uint8Array> {
    return this.#received.readExactly(count, wait);
  }

  takeReceived(): Uint8Array {
    return this.#received.takeAll();
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#end('closed by the station');
    // What waits to be sent would hold the close back on a line that nobody reads.
    await this.flush();
    await within<void>({ deadline: closeDeadline, signal: never }, 'close', ({ resolve }) => {
      this.#port.close(() => resolve());
    }).catch(() => undefined);
  }

  /** Called more than once by some ends of a port; the first call counts. */
  #end(reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#reason = reason;
    this.#received.end(reason);
    for (const fail of this.#writing) fail(new LinkFault('closed', reason));
    this.#announce(reason);
  }
}
