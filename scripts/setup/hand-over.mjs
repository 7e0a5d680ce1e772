import { spawn } from 'node:child_process';
import os from 'node:os';
import { nodeBinary, root } from './paths.mjs';

/** A card exchange holds one libuv thread; with the default of four the files would wait behind slow cards. */
export const stationEnvironment = { UV_THREADPOOL_SIZE: '16' };

/** Runs a program of this project under its own Node 24, passes signals on, and resolves to its exit code. */
export function handOver(args, { env = {}, cwd = root } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(nodeBinary, args, {
      cwd,
      stdio: 'inherit',
      env: { ...process.env, ...stationEnvironment, ...env },
    });
    const pass = (signal) => {
      // Ctrl-C at a terminal reaches the whole group: the child has it already.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    signals.forEach((signal) => process.on(signal, pass));
    child.once('error', failed);
    child.once('exit', (code, signal) => {
      signals.forEach((name) => process.off(name, pass));
      done(code ?? 128 + (os.constants.signals[signal] ?? 0));
    });
  });
}
