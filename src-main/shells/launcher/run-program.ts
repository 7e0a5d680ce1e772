import { spawn } from 'node:child_process';

/** Runs another program at this terminal and settles with its exit code; an ended or unstartable one is 1. */
export function runProgram(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { readonly exited: Promise<number>; readonly end: () => void; readonly kill: () => void } {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...environment } });
  return {
    exited: new Promise((resolve) => {
      child.once('error', () => resolve(1));
      child.once('exit', (code) => resolve(code ?? 1));
    }),
    end: () => child.kill('SIGTERM'),
    kill: () => child.kill('SIGKILL'),
  };
}
