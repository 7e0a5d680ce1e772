import { spawn, type ChildProcess } from 'node:child_process';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Logger } from '../platform/logger.ts';

/** A program that the station started; its standard input stays open until `end`. */
export interface ChildProgram {
  readonly ready: Readonly<Record<string, unknown>>;
  end(): Promise<void>;
}

/** A text of a program's ready line; empty where there is none. */
export function readyText(program: ChildProgram | null, name: string): string {
  const value = program?.ready[name];
  return typeof value === 'string' ? value : '';
}

const startDeadline = 60_000;
const endDeadline = 5_000;

function exited(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));
}

/**
 * Starts one of the project's own programs and waits for its ready line (one JSON object on standard output).
 *
 * The program ends by itself when the station dies: its standard input closes. STATION-PROGRAM when it does not become ready.
 */
export async function startProgram(
  what: { readonly title: string; readonly path: string; readonly arguments: readonly string[] },
  logger: Logger,
  signal: AbortSignal,
): Promise<ChildProgram> {
  const child = spawn(process.execPath, [what.path, ...what.arguments], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
    logger.debug({ program: what.title }, text.trimEnd());
  });
  const ready = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    let line = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (line === 'done') return;
      line += text;
      const end = line.indexOf('\n');
      if (end < 0) return;
      try {
        resolve(JSON.parse(line.slice(0, end)) as Record<string, unknown>);
      } catch (cause) {
        reject(
          new StationFault('STATION-PROGRAM', { program: what.title, reason: 'it said something unexpected' }, cause),
        );
      }
      line = 'done';
    });
    child.once('error', (cause) =>
      reject(new StationFault('STATION-PROGRAM', { program: what.title, reason: 'it could not be started' }, cause)),
    );
    child.once('exit', (code) =>
      reject(
        new StationFault('STATION-PROGRAM', {
          program: what.title,
          reason: `it ended with code ${String(code)}: ${said.trim().split('\n').at(-1) ?? ''}`,
        }),
      ),
    );
    const limit = AbortSignal.any([signal, AbortSignal.timeout(startDeadline)]);
    limit.addEventListener('abort', () =>
      reject(new StationFault('STATION-PROGRAM', { program: what.title, reason: 'it did not become ready in time' })),
    );
  });
  try {
    return { ready: await ready, end: () => endProgram(child) };
  } catch (fault) {
    child.kill('SIGKILL');
    throw fault;
  }
}

async function endProgram(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), endDeadline);
  await exited(child);
  clearTimeout(forced);
}
