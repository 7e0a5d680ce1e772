import { fstatSync } from 'node:fs';
import { pino } from 'pino';
import { startControlServer } from '../control/json-lines-server.ts';
import type { ControlServer } from '../control/json-lines-server.ts';
import type { CardSide } from './card-application.ts';
import type { CommandChaining } from './command-chain.ts';
import type { TransmissionProtocol } from './card-protocol.ts';
import type { BlankKind, CardKeys } from './new-chip.ts';
import { CardFolder } from './card-folder.ts';
import { ContactHead } from './contact-head.ts';
import { ListeningReader } from './listening-reader.ts';
import { openQuickRoute, quickHost } from './quick-route.ts';
import type { ReaderConnection } from './reader-connection.ts';
import { VpcdReader } from './vpcd-reader.ts';

/** Where the card and the reader meet. */
export type Framing =
  | { readonly kind: 'vpcd'; readonly host: string; readonly port: number }
  | { readonly kind: 'tcp-listen'; readonly host: string; readonly port: number };

/** The options of the virtual card, checked. */
export interface CardOptions {
  readonly framing: Framing;
  readonly contacts: { readonly host: string; readonly port: number } | undefined;
  readonly control: { readonly host: string; readonly port: number } | undefined;
  readonly insert: string | undefined;
  readonly state: string | undefined;
  readonly seed: string;
  readonly keys: CardKeys;
  readonly keyVersion: number;
  readonly scp: number;
  readonly scp02: number;
  readonly factoryKeys: CardKeys;
  readonly factoryKeyVersion: number;
  readonly applet: string;
  readonly loyalty: string;
  readonly iin: string;
  readonly isd: string;
  readonly lifeCycle: number;
  readonly blank: BlankKind;
  readonly memory: number;
  readonly side: CardSide;
  readonly protocol: TransmissionProtocol;
  readonly chaining: CommandChaining;
  readonly route: 'auto' | 'off';
  readonly orphan: 'stay' | 'exit';
}

const log = pino({ name: 'card' }, pino.destination({ fd: 2, sync: true }));

async function openReader(framing: Framing, route: CardOptions['route']): Promise<ReaderConnection> {
  if (framing.kind === 'tcp-listen') return ListeningReader.open(framing.host, framing.port);
  const isOwnLoopback = framing.host === '127.0.0.1' || framing.host === quickHost;
  if (route === 'off' || !isOwnLoopback) return new VpcdReader(framing.host, framing.port, 'early-length');
  const opened = await openQuickRoute();
  log.info({ route: opened }, 'loopback route');
  return opened === 'quick'
    ? new VpcdReader(quickHost, framing.port, 'whole-answers')
    : new VpcdReader(framing.host, framing.port, 'early-length');
}

async function listen(
  where: CardOptions['control'],
  name: string,
  handle: Parameters<typeof startControlServer>[2],
): Promise<ControlServer | undefined> {
  if (where === undefined) return undefined;
  return startControlServer(where.host, where.port, async (request) => {
    try {
      const reply = await handle(request);
      if (request['inspect'] !== true) log.info({ request }, name);
      return reply;
    } catch (fault) {
      log.warn({ request, fault: fault instanceof Error ? fault.message : String(fault) }, name);
      throw fault;
    }
  });
}

/** Runs the program until a signal, or the end of stdin where the options say so, ends it. Prints the ready line on stdout. */
export async function runCardProgram(options: CardOptions): Promise<void> {
  const reader = await openReader(options.framing, options.route);
  const kind = {
    seed: options.seed,
    keys: options.keys,
    keyVersion: options.keyVersion,
    scpParameter: options.scp,
    scp02Parameter: options.scp02,
    factory: { keys: options.factoryKeys, keyVersion: options.factoryKeyVersion },
    applicationAid: options.applet,
    loyaltyAid: options.loyalty,
    iin: options.iin,
    domainAid: options.isd,
    cardLifeCycle: options.lifeCycle,
    blank: options.blank,
    memory: options.memory,
  };
  const head = new ContactHead(reader, new CardFolder(options.state), kind, options);
  const contacts = await listen(options.contacts, 'contacts', (request) => head.contacts(request));
  const control = await listen(options.control, 'control', (request) => head.control(request));

  let ending = false;
  async function end(): Promise<void> {
    if (ending) return;
    ending = true;
    await Promise.all([contacts?.close(), control?.close(), reader.close()]);
    process.exit(0);
  }
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => void end());
  if (options.orphan === 'exit' && stdinIsPipe()) {
    process.stdin.on('end', () => void end());
    process.stdin.on('close', () => void end());
    process.stdin.resume();
  }

  if (options.insert !== undefined) {
    await head.close(options.insert).catch((fault: unknown) => {
      log.warn({ fault: fault instanceof Error ? fault.message : String(fault) }, 'the card waits for its reader');
    });
  }
  const ready = { ready: true, contacts: contacts?.address, control: control?.address, vpcd: reader.address };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  // Something must keep the program alive that only offers a card to a reader which is not there yet.
  setInterval(() => undefined, 3_600_000);
}

/** Node makes the stdin of a child a socket pair, a shell makes it a FIFO; a terminal, a file or /dev/null is none. */
function stdinIsPipe(): boolean {
  try {
    const found = fstatSync(0);
    return found.isFIFO() || found.isSocket();
  } catch {
    return false;
  }
}
