import type { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { fillerLength } from '../platform/forgetful-process.ts';
import type { KeyStoreObserver } from './key-store-port.ts';
import type { CeremonyHandle, ChannelHandle, ContentKeyHandle, KeyPort } from './port.ts';
import type { Act, ActInput, ActOutput, OpeningMessage } from './worker-messages.ts';
import type { KeyLogger } from './worker-process.ts';
import { WorkerProcess } from './worker-process.ts';

/** Where the station's keys are. */
export type KeyPortOptions =
  | {
      readonly kind: 'pkcs11';
      readonly modulePath: string;
      readonly tokenLabel: string;
      readonly pin: Secret<string>;
      readonly stationName: string;
      /** Variables that the module reads, such as SOFTHSM2_CONF; nothing else reaches the worker. */
      readonly moduleEnvironment?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'node-crypto'; readonly folder: string; readonly pin: Secret<string> };

const openingDeadline = 60_000;
const actDeadline = 20_000;
/** Added for each record or text of a call: a hundred times what one takes. */
const itemDeadline = 10;
/** A slow module looks for primes for up to a minute and a half more. */
const rsaItems = 9_000;

/** Primes for a card's key are looked for beside other acts, on a machine that may be busy. */
const iccKeyItems = 4_000;

function openingMessage(options: KeyPortOptions): OpeningMessage {
  const pin = options.pin.reveal();
  if (options.kind === 'node-crypto') return { kind: 'node-crypto', folder: options.folder, pin };
  const { modulePath, tokenLabel, stationName } = options;
  return { kind: 'pkcs11', modulePath, tokenLabel, stationName, pin };
}

/** Faults after which another start would only repeat the harm: a wrong PIN counts towards the HSM's lock. */
function isFinal(thrown: unknown): thrown is StationFault {
  return thrown instanceof StationFault && (thrown.code === 'KEYS-PIN' || thrown.code === 'KEYS-MECHANISM');
}

/** Keeps one worker running: starts it on need, counts its runs, and marks handles with the run that they belong to. */
class WorkerClient {
  readonly #options: KeyPortOptions;
  readonly #logger: KeyLogger;
  readonly #observer: KeyStoreObserver | null;
  #worker: WorkerProcess | null = null;
  #opening: Promise<WorkerProcess> | null = null;
  #run = 0;
  #ended: StationFault | null = null;

  constructor(options: KeyPortOptions, logger: KeyLogger, observer: KeyStoreObserver | null) {
    this.#options = options;
    this.#logger = logger;
    this.#observer = observer;
  }

  async #open(): Promise<WorkerProcess> {
    const { kind } = this.#options;
    const moduleEnvironment = kind === 'pkcs11' ? (this.#options.moduleEnvironment ?? {}) : {};
    const worker = new WorkerProcess(moduleEnvironment, this.#logger);
    const opening = openingMessage(this.#options);
    // Not the first caller's signal: others wait for the same start.
    const { signal } = new AbortController();
    try {
      await worker.call({ kind: 'open', opening }, { act: 'open', milliseconds: openingDeadline, signal });
    } catch (thrown) {
      worker.kill();
      if (isFinal(thrown)) this.#ended = thrown;
      throw thrown;
    }
    if (this.#ended !== null) {
      await worker.close();
      throw this.#ended;
    }
    this.#run++;
    this.#worker = worker;
    void worker.ended.then(() => {
      if (this.#ended === null) this.#observer?.processEnded();
    });
    return worker;
  }

  /** The running worker, started where there is none. */
  async start(): Promise<WorkerProcess> {
    if (this.#ended !== null) throw this.#ended;
    if (this.#worker?.alive === true) return this.#worker;
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async act<A extends Act>(act: A, input: ActInput<A>, signal: AbortSignal, items = 0): Promise<ActOutput<A>> {
    signal.throwIfAborted();
    const ended = this.#observer?.began(act);
    try {
      const worker = await this.start();
      const milliseconds = actDeadline + items * itemDeadline;
      const late = (output: unknown): void => this.#undo(act, output);
      const bounds = { act, milliseconds, signal, late };
      const output = (await worker.call({ kind: 'act', act, input }, bounds)) as ActOutput<A>;
      ended?.(null);
      return output;
    } catch (fault) {
      ended?.(fault);
      throw fault;
    }
  }

  /** Records of an ended batch have passed through both processes in clear: nothing of them is left in the worker and on the way. */
  async forget(signal: AbortSignal): Promise<void> {
    const bounds = { act: 'forget', milliseconds: actDeadline, signal };
    // A worker that has ended holds nothing.
    await this.#worker?.call({ kind: 'forget', filler: new Uint8Array(fillerLength) }, bounds).catch(() => {});
  }

  /** Closes what was opened for a caller who had gone away by then. */
  #undo(act: Act, output: unknown): void {
    const { signal } = new AbortController();
    const ignore = (): void => {};
    if (act === 'openChannel') {
      this.act('closeChannel', [(output as ActOutput<'openChannel'>).channel], signal).catch(ignore);
    }
    if (act === 'openCeremony') {
      this.act('abortCeremony', [output as ActOutput<'openCeremony'>], signal).catch(ignore);
    }
    if (act === 'openIntake') {
      this.act('closeIntake', [(output as ActOutput<'openIntake'>).handle], signal).catch(ignore);
    }
  }

  /** Marks a worker's handle with this run of it. */
  mark<H extends string>(handle: H): H {
    return `${this.#run}.${handle}` as H;
  }

  /** The worker's own handle, or null when that worker is gone. */
  find<H extends string>(marked: H): H | null {
    const at = marked.indexOf('.');
    const current = this.#worker?.alive === true && marked.slice(0, at) === String(this.#run);
    return current ? (marked.slice(at + 1) as H) : null;
  }

  require<H extends string>(marked: H, what: 'secure channel' | 'content key' | 'key ceremony'): H {
    const handle = this.find(marked);
    if (handle === null) throw new StationFault('KEYS-CHANNEL-LOST', { what });
    return handle;
  }

  async close(): Promise<void> {
    this.#ended ??= new StationFault('KEYS-CLOSED');
    await this.#opening?.catch(() => {});
    await this.#worker?.close();
  }
}

/**
 * Starts the key process, opens the key store there and proves its mechanisms; hands over the port to it.
 *
 * KEYS-MODULE, KEYS-TOKEN, KEYS-PIN, KEYS-STORE-DAMAGED, KEYS-MECHANISM, KEYS-WORKER-LOST, KEYS-DEADLINE. A worker that ends is started again by
 * the next act (never after a refused PIN); its channels and content keys are then KEYS-CHANNEL-LOST. Acts abort with the signal's reason.
 */
export async function openKeyPort(
  options: KeyPortOptions,
  { logger, observer = null }: { readonly logger: KeyLogger; readonly observer?: KeyStoreObserver | null },
): Promise<KeyPort> {
  const client = new WorkerClient(options, logger, observer);
  await client.start();
  const channelOf = (marked: ChannelHandle): ChannelHandle => client.require(marked, 'secure channel');
  const contentKeyOf = (marked: ContentKeyHandle): ContentKeyHandle => client.require(marked, 'content key');
  const ceremonyOf = (marked: CeremonyHandle): CeremonyHandle => client.require(marked, 'key ceremony');
  return {
    describe: (signal) => client.act('describe', [], signal),
    list: (signal) => client.act('list', [], signal),
    mechanisms: (signal) => client.act('mechanisms', [], signal),
    generateKey: (key, signal) => client.act('generateKey', [key], signal, key.algorithm === 'RSA' ? rsaItems : 0),
    destroyKey: (name, signal) => client.act('destroyKey', [name], signal),
    publicRsaKey: (name, signal) => client.act('publicRsaKey', [name], signal),
    openCeremony: async (request, signal) => client.mark(await client.act('openCeremony', [request], signal)),
    enterDigit: async (ceremony, digit, signal) => client.act('enterDigit', [ceremonyOf(ceremony), digit], signal),
    clearEntry: async (ceremony, entry, signal) => client.act('clearEntry', [ceremonyOf(ceremony), entry], signal),
    endEntry: async (ceremony, entry, signal) => client.act('endEntry', [ceremonyOf(ceremony), entry], signal),
    combine: async (ceremony, signal) => client.act('combine', [ceremonyOf(ceremony)], signal),
    keepCeremonyKey: async (ceremony, signal) => client.act('keepCeremonyKey', [ceremonyOf(ceremony)], signal),
    leaveAsKeyBlock: async (ceremony, protectionKey, signal) =>
      client.act('leaveAsKeyBlock', [ceremonyOf(ceremony), protectionKey], signal),
    importKeyBlock: (request, signal) => client.act('importKeyBlock', [request], signal),
    abortCeremony: async (marked, signal) => {
      const ceremony = client.find(marked);
      if (ceremony !== null) await client.act('abortCeremony', [ceremony], signal);
    },
    prepareStation: (issuers, environment, signal) => client.act('prepareStation', [issuers, environment], signal),
    publicKey: (usage, signal) => client.act('publicKey', [usage], signal),
    sign: (data, signal) => client.act('sign', [data], signal),
    panDigests: (issuer, texts, signal) => client.act('panDigests', [issuer, texts], signal, texts.length),
    openIntake: async (batch, environment, contentKey, signal) => {
      const opened = await client.act('openIntake', [batch, environment, contentKey], signal);
      return { ...opened, handle: client.mark(opened.handle) };
    },
    openRecords: async (handle, records, signal) =>
      client.act('openRecords', [contentKeyOf(handle), records], signal, records.length),
    closeIntake: async (marked, signal) => {
      const handle = client.find(marked);
      if (handle !== null) await client.act('closeIntake', [handle], signal);
    },
    unseal: (batch, wrappedDataKey, records, signal) =>
      client.act('unseal', [batch, wrappedDataKey, records], signal, records.length),
    destroyBatchKey: async (batch, signal) => {
      const destroyed = await client.act('destroyBatchKey', [batch], signal);
      await client.forget(signal);
      return destroyed;
    },
    importTransportKey: (key, signal) => client.act('importTransportKey', [key], signal),
    importTestCardKeys: (keySet, protocol, signal) => client.act('importTestCardKeys', [keySet, protocol], signal),
    openChannel: async (request, signal) => {
      const opened = await client.act('openChannel', [request], signal);
      return { ...opened, channel: client.mark(opened.channel) };
    },
    wrapCommand: async (channel, command, signal) => client.act('wrapCommand', [channelOf(channel), command], signal),
    unwrapResponse: async (channel, response, signal) =>
      client.act('unwrapResponse', [channelOf(channel), response], signal),
    unwrapThenWrap: async (channel, response, next, signal) =>
      client.act('unwrapThenWrap', [channelOf(channel), response, next], signal),
    translateGrouping: async (request, signal) =>
      client.act('translateGrouping', [{ ...request, channel: channelOf(request.channel) }], signal),
    cardVerificationValues: (request, signal) => client.act('cardVerificationValues', [request], signal),
    cardKeysGrouping: async (request, signal) =>
      client.act('cardKeysGrouping', [{ ...request, channel: channelOf(request.channel) }], signal),
    pinVerificationValue: (request, signal) => client.act('pinVerificationValue', [request], signal),
    pinOffset: (request, signal) => client.act('pinOffset', [request], signal),
    translatePinBlock: (request, signal) => client.act('translatePinBlock', [request], signal),
    dynamicCvc3: (request, signal) => client.act('dynamicCvc3', [request], signal),
    certifyIcc: (request, signal) => client.act('certifyIcc', [request], signal),
    verifyCryptogram: (request, signal) => client.act('verifyCryptogram', [request], signal),
    responseCryptogram: (request, signal) => client.act('responseCryptogram', [request], signal),
    scriptMac: (request, signal) => client.act('scriptMac', [request], signal),
    scriptEncipher: (request, signal) => client.act('scriptEncipher', [request], signal),
    makeIccKey: (request, signal) => client.act('makeIccKey', [request], signal, iccKeyItems),
    iccKeyGroupings: async (request, signal) =>
      client.act('iccKeyGroupings', [{ ...request, channel: channelOf(request.channel) }], signal),
    newCardKeys: async (request, signal) =>
      client.act('newCardKeys', [{ ...request, channel: channelOf(request.channel) }], signal),
    closeChannel: async (marked, signal) => {
      const channel = client.find(marked);
      if (channel !== null) await client.act('closeChannel', [channel], signal);
    },
    readRegister: (name, signal) => client.act('readRegister', [name], signal),
    writeRegister: (name, value, signal) => client.act('writeRegister', [name, value], signal),
    close: () => client.close(),
  };
}
