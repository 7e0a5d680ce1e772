import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#shared/bytes/secret.ts';
import { systemClock } from '../platform/clock.ts';
import { KeyStoreWatch, type KeyStoreTimes } from './key-store-watch.ts';
import { openKeyPort } from './open-key-port.ts';
import type { KeyPort } from './port.ts';
import { prepareTokenStore } from './token-store.ts';

const modulePath = '/usr/lib/softhsm/libsofthsm2.so';
const tokenLabel = 'watched';
const { signal } = new AbortController();

export const softHsmInstalled = existsSync(modulePath);

/** Short, for losing the store is what is tried. */
const quickTimes: KeyStoreTimes = { busyAfter: 400, firstPause: 50, longestPause: 200, lookEvery: 500 };

/** A SoftHSM2 token in a folder of its own, the real key process on it, and hands that take the token away and kill the process. */
export class SoftHsmStore {
  readonly keys: KeyPort;
  readonly watch: KeyStoreWatch;
  /** Conditions in the order in which they came. */
  readonly told: readonly string[];
  readonly moduleEnvironment: Readonly<Record<string, string>>;
  readonly modulePath = modulePath;
  readonly tokenLabel = tokenLabel;
  readonly pin: Secret<string>;
  readonly #folder: string;
  readonly #processes: readonly number[];

  private constructor(
    parts: Pick<SoftHsmStore, 'keys' | 'watch' | 'told' | 'moduleEnvironment' | 'pin'>,
    folder: string,
    processes: readonly number[],
  ) {
    this.keys = parts.keys;
    this.watch = parts.watch;
    this.told = parts.told;
    this.moduleEnvironment = parts.moduleEnvironment;
    this.pin = parts.pin;
    this.#folder = folder;
    this.#processes = processes;
  }

  static async open(): Promise<SoftHsmStore> {
    const folder = mkdtempSync(join(tmpdir(), 'cardwright-store-'));
    const pin = new Secret('store-test-pin');
    const processes: number[] = [];
    const logger = {
      info: (fields: object, text: string): void => {
        if (text === 'key process started') processes.push(Number((fields as { process: number }).process));
      },
      warn: (): void => {},
    };
    const request = { folder, modulePath, tokenLabel, pin };
    const { moduleEnvironment } = await prepareTokenStore(request, { logger, signal });
    const watch = new KeyStoreWatch({ clock: systemClock, logger, times: quickTimes });
    const keys = await openKeyPort(
      { kind: 'pkcs11', modulePath, tokenLabel, pin, stationName: 'watched', moduleEnvironment },
      { logger, observer: watch },
    );
    await keys.prepareStation([], 'test', signal);
    await watch.follow(keys, signal);
    const told: string[] = [];
    watch.subscribe(() => told.push(watch.state().condition));
    return new SoftHsmStore({ keys, watch, told, moduleEnvironment, pin }, folder, processes);
  }

  /** How many key processes were started for acts so far. */
  get runs(): number {
    return this.#processes.length - 1;
  }

  get process(): number {
    return this.#processes.at(-1) ?? 0;
  }

  killProcess(): void {
    process.kill(this.process, 'SIGKILL');
  }

  /** The files of the token are gone: what a token that is pulled out is for SoftHSM2. */
  takeTokenAway(): void {
    renameSync(join(this.#folder, 'tokens'), join(this.#folder, 'pulled'));
    mkdirSync(join(this.#folder, 'tokens'), { mode: 0o700 });
  }

  putTokenBack(): void {
    rmSync(join(this.#folder, 'tokens'), { recursive: true });
    renameSync(join(this.#folder, 'pulled'), join(this.#folder, 'tokens'));
  }

  async until(condition: string, milliseconds = 20_000): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (this.watch.state().condition !== condition) {
      if (performance.now() > deadline) throw new Error(`not ${condition} in time; told ${this.told.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async close(): Promise<void> {
    await this.watch.close();
    await this.keys.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
