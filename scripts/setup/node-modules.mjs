import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lastLines, longStep } from './long-step.mjs';
import { nodeBinary, nodeHome, root } from './paths.mjs';
import { SetupFault } from './setup-fault.mjs';

const stampFile = path.join(root, 'node_modules', '.cardwright-stamp.json');
/** Compiled at install; a machine without headers or compiler goes on without them. */
const compiled = ['smartcard', 'pkcs11js'];

/** Whether the installed packages are those of the lock file, and as complete as this machine allows. */
export function nodeModulesCurrent() {
  return (
    installReason({
      stamp: readStamp(),
      lock: lockDigest(),
      platform: platform(),
      nodeThere: existsSync(nodeBinary),
      headersThere: pcscHeaders(),
    }) === undefined
  );
}

/** Why the packages must be installed (again), or undefined. A native package that was left out for want of headers is tried again once they are there. */
export function installReason({ stamp, lock, platform: here, nodeThere, headersThere }) {
  if (stamp === undefined) return 'not installed, or an installation was interrupted';
  if (stamp.lock !== lock) return 'package-lock.json has changed';
  if (stamp.platform !== here) return 'installed for another system';
  if (!nodeThere) return 'the Node 24 binary is missing';
  if (stamp.leftOut.includes('smartcard') && headersThere && !stamp.headersThere)
    return 'the reader binding can be compiled now';
  return undefined;
}

/** `npm ci` with the project's own Node headers for what is compiled. The stamp goes first and comes last, so an interrupted run is repeated. */
export async function installNodeModules() {
  rmSync(stampFile, { force: true });
  const headersThere = pcscHeaders();
  const npm = npmCommand();
  const step = await longStep('Installing npm packages', npm.command, [...npm.args, 'ci', '--no-audit', '--no-fund'], {
    shell: npm.shell,
    env: { npm_package_config_node_gyp_nodedir: nodeHome, NODE_ENV: 'development' },
    log: 'npm-ci',
  });
  if (!step.passed || !existsSync(nodeBinary)) {
    throw new SetupFault(`${lastLines(step.output)}\nnpm ci failed; its output is in ${step.log}.`);
  }
  const leftOut = compiled.filter((name) => !existsSync(path.join(root, 'node_modules', name, 'package.json')));
  if (leftOut.includes('smartcard'))
    console.error(
      'The reader binding (smartcard) could not be compiled: libpcsclite-dev and g++ are needed. A virtual reader takes its place.',
    );
  if (leftOut.includes('pkcs11js'))
    console.error(
      'The HSM binding (pkcs11js) could not be compiled: g++ is needed. Training keys are kept by Node instead.',
    );
  writeFileSync(stampFile, JSON.stringify({ lock: lockDigest(), platform: platform(), leftOut, headersThere }));
}

/** npm as it was called, else npm from the path. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.c?js$/.test(script))
    return { command: process.execPath, args: [script], shell: false };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

const platform = () => `${process.platform}-${process.arch}`;

const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');

const pcscHeaders = () => process.platform !== 'linux' || existsSync('/usr/include/PCSC/winscard.h');

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined;
  }
}
