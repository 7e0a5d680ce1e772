import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../exit-codes.ts';

/** The project's own programs beside the station, by their words on the command line. */
const programs = {
  'sim printer': 'src-sim/printer/main',
  'sim card': 'src-sim/card/main',
  cms: 'src-cms/main',
} as const;
export type OtherProgram = keyof typeof programs;

/** Runs a simulator or the CMS at this terminal with the rest of the words; its exit code is ours. */
export function runOtherProgram(name: OtherProgram, words: readonly string[], signal: AbortSignal): Promise<number> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const file = fileURLToPath(new URL(`../../../${programs[name]}.${extension}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...words], { stdio: 'inherit' });
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  return new Promise((resolve) => {
    child.once('error', () => resolve(exitCodes.refused));
    child.once('exit', (code) => resolve(code ?? exitCodes.refused));
  });
}
