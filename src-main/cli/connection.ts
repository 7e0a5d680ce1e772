import { setTimeout as sleep } from 'node:timers/promises';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import { StationRefusal, StationProgram } from '../shells/launcher/station-program.ts';
import { dialLocally } from '../shells/local-socket/dial-locally.ts';
import type { FramedPort } from '../shells/local-socket/framed-port.ts';
import { localSocketPath } from '../shells/local-socket/local-socket-path.ts';
import { stationClient } from '../shells/local-socket/station-client.ts';
import type { StationClient } from '../shells/local-socket/station-client.ts';

const HELD_MS = 20_000;

/** How a station says that another one holds its data folder. */
const heldCodes: ReadonlySet<string> = new Set(['STATION-RUNNING', 'JOURNAL-LOCKED']);

/** A station to talk to: one that runs, or one started for this command, which ends with it. */
export interface StationConnection extends StationClient {
  readonly origin: 'found' | 'own';
  /** Ends the connection, and the station if it was started for this command (after the cards in its machines). */
  release(): Promise<void>;
}

export interface ConnectWish {
  readonly data: string;
  /** `start`: a station is started when none runs; `only-running`: STATION-NOT-RUNNING then. */
  readonly when: 'start' | 'only-running';
  readonly progress: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

async function dialRunning(address: string, signal: AbortSignal): Promise<FramedPort | null> {
  try {
    return await dialLocally(address, { signal });
  } catch (cause) {
    if (isFault(cause, 'STATION-NOT-RUNNING')) return null;
    throw cause;
  }
}

/** Another command started a station at the same moment: waits until that one takes calls. */
async function dialSoon(address: string, signal: AbortSignal): Promise<FramedPort> {
  const deadline = performance.now() + HELD_MS;
  for (;;) {
    const port = await dialRunning(address, signal);
    if (port !== null) return port;
    if (performance.now() > deadline) return dialLocally(address, { signal });
    await sleep(250, undefined, { signal });
  }
}

function foundStation(port: FramedPort): StationConnection {
  const client = stationClient(port);
  return { ...client, origin: 'found', release: () => Promise.resolve(client.close()) };
}

async function startOwn(wish: ConnectWish, address: string): Promise<StationConnection> {
  wish.progress('Starting a station for this command');
  const program = new StationProgram({
    data: wish.data,
    environment: wish.environment,
    progress: (text) => wish.progress(`  ${text}`),
  });
  const abandon = () => program.end();
  wish.signal.addEventListener('abort', abandon, { once: true });
  try {
    const ready = await program.ready;
    const client = stationClient(await dialLocally(ready.socket, { signal: wish.signal }));
    return {
      ...client,
      origin: 'own',
      release: async () => {
        client.close();
        program.end();
        await program.exited;
      },
    };
  } catch (cause) {
    program.end();
    if (cause instanceof StationRefusal && heldCodes.has(cause.code)) {
      return foundStation(await dialSoon(address, wish.signal));
    }
    throw cause;
  } finally {
    wish.signal.removeEventListener('abort', abandon);
  }
}

/** Connects to the station of a data folder. STATION-NOT-RUNNING, STATION-START-FAILED, STATION-START-SLOW, or the station's own refusal. */
export async function connectStation(wish: ConnectWish): Promise<StationConnection> {
  const address = localSocketPath(wish.data);
  const port = await dialRunning(address, wish.signal);
  if (port !== null) return foundStation(port);
  if (wish.when === 'start') return startOwn(wish, address);
  throw new StationFault('STATION-NOT-RUNNING', { folder: wish.data });
}
