import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { StationFault } from '#shared/faults/station-fault.ts';
import { forgetful } from '../../platform/forgetful-process.ts';
import { stationMessage } from './station-messages.ts';
import type { StationReady } from './station-messages.ts';

/** A first start makes keys, people and training data; later ones take seconds. */
const READY_MS = 180_000;
const KEPT_LINES = 12;

/** The station's program: source under Node, compiled beside this file's compiled form. */
const stationFile = fileURLToPath(
  new URL(`../../station/process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/** Why a station did not get ready, in the station's own words. */
export class StationRefusal extends Error {
  readonly code: string;
  readonly text: string;
  readonly next: string;

  constructor(refusal: { readonly code: string; readonly text: string; readonly next: string }) {
    super(refusal.code);
    this.name = 'StationRefusal';
    this.code = refusal.code;
    this.text = refusal.text;
    this.next = refusal.next;
  }
}

export interface ProgramWish {
  readonly data: string;
  readonly progress: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file?: string;
  readonly readyMs?: number;
}

/**
 * One run of the station's process. It is in a process group of its own: Ctrl-C at the terminal reaches the launcher, which asks the
 * station to end; the station finishes the card in each machine first and ends by itself.
 */
export class StationProgram {
  /** Settles when the station takes calls; rejects with StationRefusal (its own reason) or STATION-START-FAILED, STATION-START-SLOW. */
  readonly ready: Promise<StationReady>;
  /** Settles with the exit code when the process is gone, whatever the reason. */
  readonly exited: Promise<number>;
  readonly #child: ChildProcess;
  #lastLines: string[] = [];

  constructor(wish: ProgramWish) {
    this.#child = fork(wish.file ?? stationFile, ['--data', wish.data], {
      // Large batches make much short-lived garbage: a small young generation keeps the process under 300 MB.
      execArgv: ['--max-semi-space-size=4', ...forgetful.execArgv],
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...wish.environment, ...forgetful.environment, UV_THREADPOOL_SIZE: '16' },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (piece) => this.#keep(String(piece)));
    this.exited = new Promise((resolve) => {
      this.#child.once('error', () => resolve(1));
      this.#child.once('close', (code) => resolve(code ?? 1));
    });
    this.ready = this.#waitReady(wish);
    // Who only waits for the end need not hear why the start failed.
    this.ready.catch(() => undefined);
  }

  /** What the process wrote last, outside its log: the reason when it ended unasked. */
  get lastWords(): string {
    return this.#lastLines.join(' / ');
  }

  /** Asks the station to end after the cards that are in its machines. */
  end(): void {
    if (this.#child.connected) this.#child.send({ kind: 'end' }, () => undefined);
    else this.#child.kill('SIGTERM');
  }

  /** Ends the process at once; what was under way is settled at the next start. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #waitReady(wish: ProgramWish): Promise<StationReady> {
    const readyMs = wish.readyMs ?? READY_MS;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new StationFault('STATION-START-SLOW', { seconds: readyMs / 1_000 }));
        this.kill();
      }, readyMs);
      this.#child.on('message', (raw) => {
        const message = stationMessage.safeParse(raw).data;
        if (message?.kind === 'progress') wish.progress(message.text);
        if (message?.kind === 'ready') {
          clearTimeout(timer);
          resolve(message);
        }
        if (message?.kind === 'failed') {
          clearTimeout(timer);
          reject(new StationRefusal(message));
        }
      });
      void this.exited.then((code) => {
        clearTimeout(timer);
        const reason = this.#lastLines.join(' / ') || `it ended with code ${code}`;
        reject(new StationFault('STATION-START-FAILED', { reason }));
      });
    });
  }

  #keep(text: string): void {
    // The frames of a stack say nothing to a person and would push the reason out.
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
    this.#lastLines = [...this.#lastLines, ...lines].slice(-KEPT_LINES);
  }
}
