import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, nodeBinary, root } from './paths.mjs';

const TRY_MS = 15_000;
const REMEMBER_MS = 7 * 24 * 3600_000;
const failureFile = path.join(cacheFolder, 'electron-not-fetched.json');

/** The Electron program if it is on this machine. Found by path: requiring the package would start a download. */
export function electronBinary(packageFolder = path.join(root, 'node_modules', 'electron'), environment = process.env) {
  try {
    const name = readFileSync(path.join(packageFolder, 'path.txt'), 'utf8').trim();
    const folder = environment.ELECTRON_OVERRIDE_DIST_PATH || path.join(packageFolder, 'dist');
    const program = path.join(folder, name);
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a fetch is worth its seconds: not within a week of one that failed for the same version. */
export function fetchWorthTrying(remembered, version, now) {
  return !(remembered?.version === version && now - remembered.at < REMEMBER_MS && now >= remembered.at);
}

/** The Electron program, fetched once if need be; undefined where it cannot be had in 15 seconds, which is remembered for a week. */
export async function electronBinaryOrFetch() {
  const present = electronBinary();
  if (present !== undefined) return present;
  const folder = path.join(root, 'node_modules', 'electron');
  const install = path.join(folder, 'install.js');
  if (!existsSync(install)) return undefined;
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (!fetchWorthTrying(readFailure(), version, Date.now())) return undefined;
  process.stderr.write('Fetching Electron (at most 15 s, else the window is Chromium) ...\n');
  await tryFetch(install);
  const program = electronBinary();
  if (program === undefined) {
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(failureFile, JSON.stringify({ version, at: Date.now() }));
    process.stderr.write('Electron could not be fetched; not tried again for a week.\n');
  } else {
    rmSync(failureFile, { force: true });
  }
  return program;
}

function tryFetch(install) {
  return new Promise((done) => {
    const child = spawn(nodeBinary, [install], { stdio: 'ignore' });
    const deadline = setTimeout(() => child.kill('SIGKILL'), TRY_MS);
    const stop = (signal) => {
      child.kill('SIGKILL');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const end = () => {
      clearTimeout(deadline);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      done();
    };
    child.once('error', end);
    child.once('close', end);
  });
}

function readFailure() {
  try {
    return JSON.parse(readFileSync(failureFile, 'utf8'));
  } catch {
    return undefined;
  }
}
