import { execFile } from 'node:child_process';
import { programEnvironment, programs } from './programs.ts';

/** How a command ended. */
export interface CommandEnd {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
  /** The one JSON value that it printed; an Error where there is none. */
  readonly json: () => Readonly<Record<string, unknown>>;
}

const commandMs = 180_000;

/** Runs any of the project's programs to its end, with what it wrote. */
export function runProgram(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [file, ...args],
      { env: programEnvironment(environment), timeout: commandMs, maxBuffer: 64 * 1024 * 1024 },
      (_fault, out, errors) =>
        resolve({
          code: child.exitCode ?? -1,
          out,
          errors,
          json: () => {
            try {
              return JSON.parse(out) as Readonly<Record<string, unknown>>;
            } catch (cause) {
              throw new Error(`no JSON: ${out}${errors}`, { cause });
            }
          },
        }),
    );
    child.stdin?.end();
  });
}

/** Runs `station <words>` as one of the training people. */
export function stationCommand(data: string, person: string, words: readonly string[]): Promise<CommandEnd> {
  return runProgram(programs.commandLine, [...words, '--data', data, '--as', person], {
    CARDWRIGHT_PASSWORD: `training-${person}`,
    CARDWRIGHT_APPROVER_PASSWORD: 'training-sofia',
  });
}
