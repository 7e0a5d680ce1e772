import { spawn } from 'node:child_process';
import { programEnvironment } from './programs.ts';

/** A program of its own with one ready line on standard output. */
export interface StartedProgram extends AsyncDisposable {
  readonly pid: number;
  readonly ready: Readonly<Record<string, unknown>>;
  /** What it wrote to standard error, the last 20,000 characters. */
  readonly errors: () => string;
  /** Asks it to end (SIGTERM, SIGKILL after five seconds) and waits until it is gone. */
  readonly end: () => Promise<void>;
}

const readyMs = 30_000;
const endMs = 5_000;

/** Starts a program that says one JSON line when ready; it is no child of the station under test and survives its death. */
export async function startProgram(file: string, args: readonly string[]): Promise<StartedProgram> {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: programEnvironment(),
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-20_000);
  });
  const exited = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  const end = async (): Promise<void> => {
    child.stdin.end();
    child.kill('SIGTERM');
    const forced = setTimeout(() => child.kill('SIGKILL'), endMs);
    await exited;
    clearTimeout(forced);
  };
  try {
    const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
      let said = '';
      const timer = setTimeout(() => reject(new Error(`${file} is not ready in time: ${errors}`)), readyMs);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const at = said.indexOf('\n');
        if (at < 0) return;
        clearTimeout(timer);
        resolve(JSON.parse(said.slice(0, at)) as Record<string, unknown>);
      });
      void exited.then(() => {
        clearTimeout(timer);
        reject(new Error(`${file} ended before it was ready: ${errors}`));
      });
    });
    return { pid: child.pid ?? 0, ready, errors: () => errors, end, [Symbol.asyncDispose]: end };
  } catch (fault) {
    await end();
    throw fault;
  }
}
