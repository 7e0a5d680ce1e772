import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { programEnvironment, root } from '../stations/programs.ts';

/** The engine with its journal, keys and drivers as a program: no CMS, people or screens, so that it is there in half a second. */
const program = path.join(root, 'src-main', 'production', 'cut-station.fixture.ts');

export interface LineQuestion {
  readonly line: string;
  readonly asks: string;
  readonly choices: readonly string[];
  readonly next: string;
}

export interface StationState {
  /** State of the batch. */
  readonly batch: string;
  readonly run: string | null;
  /** Attempts that have no disposition yet. */
  readonly open: number;
  readonly lines: readonly ({ readonly line: string; readonly state: string } & Partial<Omit<LineQuestion, 'line'>>)[];
}

/** An entry as it was told outside once it was committed. */
export interface ToldEntry {
  readonly sequence: number;
  readonly entryHash: string;
  readonly event: string;
  readonly line?: string;
  readonly attempt?: string;
  readonly order?: string;
  readonly step?: string;
  readonly outcome?: string;
  readonly disposition?: string;
  readonly reason?: string;
  readonly code?: string;
  readonly decision?: string;
}

export interface StationReport {
  readonly state: string;
  readonly attempts: readonly {
    readonly order: string;
    readonly attempt: string;
    readonly line: string;
    readonly disposition: string | null;
  }[];
  readonly entries: readonly ToldEntry[];
  readonly balance: Readonly<
    Record<'fed' | 'good' | 'rejected' | 'spoiled' | 'returned' | 'missing' | 'inMachine', number>
  > & {
    readonly difference: number;
    readonly obstacles: readonly { readonly code: string }[];
  };
  readonly journal: { readonly result: string; readonly findings: readonly unknown[] };
}

/** Why the station does not start or go on, in its own words. */
export interface StationFailure {
  readonly code: string;
  readonly text: string;
  readonly next: string;
}

type Said =
  | { readonly kind: 'open'; readonly head: { readonly sequence: number; readonly entryHash: string } }
  | ({ readonly kind: 'state' } & StationState)
  | ({ readonly kind: 'committed' } & ToldEntry)
  | ({ readonly kind: 'report' } & StationReport)
  | ({ readonly kind: 'failed' | 'refused' } & StationFailure);

export interface StationSpawn {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Runs it as this unprivileged user. */
  readonly user?: number;
}

/** What the next start would find in a journal file. */
export interface ReadJournal {
  readonly file: string;
  /** `whole`, `broken`, or the code of the fault that keeps it from being opened. */
  readonly result: string;
  readonly findings: readonly unknown[];
  readonly entries: readonly ToldEntry[];
}

/** Opens journal files one after the other, each as a starting station does; `folder` holds the `world.json`. */
export async function readJournals(
  folder: string,
  files: AsyncIterable<string>,
  take: (journal: ReadJournal) => void,
): Promise<void> {
  const child = spawn(process.execPath, [program, 'read', folder], {
    env: programEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  for await (const file of files) {
    child.stdin.write(`${file}\n`);
    const answer = await answers.next();
    if (answer.done === true) throw new Error(`no answer about ${file}`);
    take(JSON.parse(answer.value) as ReadJournal);
  }
  child.stdin.end();
  await new Promise((resolve) => child.once('exit', resolve));
}

/** Another program that holds a station's journal; resolves once it does. `release` ends it. */
export async function lockJournal(folder: string): Promise<{ readonly release: () => Promise<void> }> {
  const child = spawn(process.execPath, [program, 'lock', folder], {
    env: programEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const [said] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => ['']),
  ])) as string[];
  if (said !== '{"kind":"locked"}') throw new Error(`the journal was not locked: ${said}`);
  return {
    release: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

/** Makes the data folder and the keys of a station with one released batch, after its `world.json`. */
export async function makeStationFolder(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(process.execPath, [program, 'make', folder], {
    env: programEnvironment(environment),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`the station's folder could not be made (${String(code)})`);
}

/** One run of the station. */
export class CutStation {
  readonly told: ToldEntry[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #errors = '';
  #ended: 'no' | 'yes' = 'no';
  opened = false;
  state: StationState | null = null;
  report: StationReport | null = null;
  failed: StationFailure | null = null;

  constructor({ folder, environment = {}, user }: StationSpawn) {
    const child = spawn(process.execPath, [program, 'run', folder], {
      env: programEnvironment(environment),
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(user === undefined ? {} : { uid: user, gid: user }),
    });
    this.#child = child;
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-5_000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(JSON.parse(line) as Said));
    this.exited = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#ended = 'yes';
        resolve(code);
        this.#changed();
      });
    });
  }

  #hear(said: Said): void {
    switch (said.kind) {
      case 'open':
        this.opened = true;
        break;
      case 'state':
        this.state = said;
        break;
      case 'committed':
        this.told.push(said);
        break;
      case 'report':
        this.report = said;
        break;
      case 'failed':
      case 'refused':
        this.failed = said;
        break;
    }
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  get ended(): 'no' | 'yes' {
    return this.#ended;
  }

  /** The first thing other than undefined that `look` finds, looked for after every word of the station; null when it has ended. */
  until<Found>(what: string, look: () => Found | undefined, withinMs = 60_000): Promise<Found | null> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(late);
        this.#listeners.delete(listener);
        act();
      };
      const late = setTimeout(
        () =>
          settle(() =>
            reject(new Error(`${what} did not come in time; ${JSON.stringify(this.state)} ${this.#errors}`)),
          ),
        withinMs,
      );
      const listener = (): void => {
        const found = look();
        if (found !== undefined) settle(() => resolve(found));
        else if (this.#ended === 'yes') settle(() => resolve(null));
      };
      this.#listeners.add(listener);
      listener();
    });
  }

  get errors(): string {
    return this.#errors;
  }

  ask(order: Readonly<Record<string, unknown>>): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  async askReport(): Promise<StationReport> {
    this.report = null;
    this.ask({ report: true });
    const report = await this.until('the report', () => this.report ?? undefined);
    if (report === null)
      throw new Error(`the station ended instead of reporting: ${JSON.stringify(this.failed)} ${this.#errors}`);
    return report;
  }

  async end(): Promise<void> {
    this.ask({ end: true });
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
    await this.exited;
    clearTimeout(late);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}
