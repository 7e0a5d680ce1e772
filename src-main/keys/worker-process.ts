import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FaultDetails } from '#shared/faults/station-fault.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { forgetful } from '../platform/forgetful-process.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

/** Where the technical log goes; a pino logger is one. Nothing secret is ever handed to it. */
export interface KeyLogger {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

type RequestBody = WorkerRequest extends infer R ? (R extends WorkerRequest ? Omit<R, 'id'> : never) : never;

interface Pending {
  readonly act: string;
  readonly resolve: (output: unknown) => void;
  readonly reject: (fault: unknown) => void;
  readonly release: () => void;
}

/** What one call to the worker may take. */
export interface CallBounds {
  readonly act: string;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
  /** Gets the answer that came after its caller had gone away. */
  readonly late?: (output: unknown) => void;
}

/** The worker beside this file: source under Node, compiled beside the compiled station. */
const workerFile = fileURLToPath(
  new URL(`./hsm-worker/main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/** What a process needs to start on this system, and nothing of what else is set. */
function minimalEnvironment(moduleEnvironment: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ['SystemRoot', 'windir'].flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const electron = process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  return { ...Object.fromEntries(kept), ...electron, ...forgetful.environment, ...moduleEnvironment };
}

/**
 * One run of the key process: sends requests, matches answers by id, and rejects everything under way with KEYS-WORKER-LOST when the
 * process ends. A missed deadline ends the process (a PKCS#11 call cannot be cancelled); an abort only leaves the answer unheard.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #logger: KeyLogger;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #lastId = 0;
  #alive = true;

  constructor(moduleEnvironment: Readonly<Record<string, string>>, logger: KeyLogger, file: string = workerFile) {
    this.#logger = logger;
    this.#child = fork(file, [], {
      serialization: 'advanced',
      env: minimalEnvironment(moduleEnvironment),
      execArgv: [...forgetful.execArgv],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    logger.info({ process: this.#child.pid }, 'key process started');
    this.#child.on('message', (reply) => this.#receive(reply as WorkerReply));
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', () => this.#end(null, null, resolve));
      this.#child.once('exit', (code, signal) => this.#end(code, signal, resolve));
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the process has ended, for whatever reason. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  #end(code: number | null, signal: string | null, resolve: () => void): void {
    if (this.#alive) this.#logger.info({ process: this.#child.pid, code, signal }, 'key process ended');
    this.#alive = false;
    for (const [id, { act, reject }] of this.#pending)
      this.#settle(id, () => reject(new StationFault('KEYS-WORKER-LOST', { act })));
    resolve();
  }

  #settle(id: number, how: () => void): void {
    this.#pending.get(id)?.release();
    this.#pending.delete(id);
    how();
  }

  #receive(reply: WorkerReply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    if (reply.kind === 'done') return this.#settle(reply.id, () => pending.resolve(reply.output));
    const details: FaultDetails = reply.details;
    this.#settle(reply.id, () => pending.reject(new StationFault(reply.code, details)));
  }

  /** Sends one request; rejects with the worker's fault, KEYS-WORKER-LOST, KEYS-DEADLINE, or the signal's reason. */
  call(body: RequestBody, bounds: CallBounds): Promise<unknown> {
    const { act, milliseconds, signal } = bounds;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (!this.#alive) return reject(new StationFault('KEYS-WORKER-LOST', { act }));
      const late = bounds.late ?? ((): void => {});
      const overdue = setTimeout(() => {
        this.#settle(id, () =>
          reject(new StationFault('KEYS-DEADLINE', { act, seconds: Math.ceil(milliseconds / 1000) })),
        );
        this.#logger.warn({ act, milliseconds }, 'key process missed a deadline and is ended');
        this.kill();
      }, milliseconds);
      const abort = (): void => {
        // The worker finishes what it began; its answer is kept only to undo it.
        const release = (): void => clearTimeout(overdue);
        this.#pending.set(id, { act, resolve: late, reject: () => {}, release });
        signal.removeEventListener('abort', abort);
        reject(signal.reason);
      };
      const release = (): void => {
        clearTimeout(overdue);
        signal.removeEventListener('abort', abort);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#pending.set(id, { act, resolve, reject, release });
      this.#child.send({ ...body, id }, (error) => {
        if (error !== null && this.#pending.has(id)) {
          this.#settle(id, () => reject(new StationFault('KEYS-WORKER-LOST', { act }, error)));
        }
      });
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Lets the worker wipe and end, at most two seconds, then ends it. */
  async close(): Promise<void> {
    if (this.#alive) {
      const bounds = { act: 'close', milliseconds: 2_000, signal: new AbortController().signal };
      // The process may end before its answer is read: that is what was wanted.
      await this.call({ kind: 'close' }, bounds).catch(() => {});
    }
    await this.#ended;
  }
}
