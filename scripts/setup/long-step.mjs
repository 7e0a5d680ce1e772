import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder, root } from './paths.mjs';
import { SetupFault } from './setup-fault.mjs';
import { noteWorker } from './setup-lock.mjs';

const TICK_MS = process.stderr.isTTY ? 1_000 : 10_000;

/**
 * Runs one command of the setup with its output in a log file and a line on stderr that counts the seconds.
 * Returns `{ passed, output }`; a signal to this script goes on to the command and ends the script when the command has ended.
 */
export async function longStep(title, command, args, options = {}) {
  const folder = path.join(cacheFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  const log = path.join(folder, `${options.log ?? title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.log`);
  const file = openSync(log, 'w');
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const ticking = process.stderr.isTTY;
  process.stderr.write(ticking ? `${title} ...` : `${title} ...\n`);
  const ticker = setInterval(() => {
    process.stderr.write(ticking ? `\r${title} ... ${seconds()} s` : `${title} ... ${seconds()} s\n`);
  }, TICK_MS);

  const result = await new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', file, file],
      shell: options.shell ?? false,
    });
    if (child.pid !== undefined) noteWorker(child.pid);
    let stoppedBy;
    const pass = (signal) => {
      stoppedBy = signal;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    signals.forEach((signal) => process.on(signal, pass));
    const end = (code, fault) => {
      signals.forEach((signal) => process.off(signal, pass));
      done({ code, fault, stoppedBy });
    };
    child.once('error', (fault) => end(null, fault));
    child.once('close', (code) => end(code));
  });
  clearInterval(ticker);
  closeSync(file);
  if (ticking) process.stderr.write('\r\u001b[2K');
  if (result.stoppedBy !== undefined) {
    throw new SetupFault(
      `\nStopped while: ${title}. The next start goes on from here.`,
      128 + os.constants.signals[result.stoppedBy],
    );
  }
  const output = readFileSync(log, 'utf8') + (result.fault === undefined ? '' : String(result.fault));
  const passed = result.code === 0;
  process.stderr.write(`${title}: ${passed ? 'done' : 'failed'} after ${seconds()} s\n`);
  return { passed, output, log };
}

/** The last lines of a failed step, for the terminal. */
export function lastLines(output, count = 25) {
  return output.trimEnd().split('\n').slice(-count).join('\n');
}
