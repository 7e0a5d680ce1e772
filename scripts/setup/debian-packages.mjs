import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { lastLines, longStep } from './long-step.mjs';
import { cacheFolder } from './paths.mjs';
import { SetupFault } from './setup-fault.mjs';

/** What each package is for is said when it is missing. */
export const debianPackages = [
  { name: 'pcscd', why: 'smart card readers' },
  { name: 'libpcsclite-dev', why: 'compiling the reader binding' },
  { name: 'vsmartcard-vpcd', why: 'virtual cards for training and tests' },
  { name: 'softhsm2', why: 'the training HSM' },
  { name: 'opensc', why: 'an independent judge of cards and tokens' },
  { name: 'socat', why: 'virtual serial ports' },
  { name: 'chromium', why: 'the window where Electron is not there' },
  { name: 'xvfb', why: 'a display for tests' },
  { name: 'fonts-noto-core', why: 'the scripts of names on cards' },
  { name: 'iproute2', why: 'fast virtual cards' },
  { name: 'poppler-utils', why: 'reading the words of a PDF report in tests' },
];

const declinedFile = path.join(cacheFolder, 'apt-declined');

export function missingDebianPackages(isInstalled = installedByDpkg) {
  return debianPackages.filter((entry) => !isInstalled(entry.name)).map((entry) => entry.name);
}

/** One dpkg-query for all; on a system without dpkg everything counts as missing. */
let listed;
function installedByDpkg(name) {
  if (listed === undefined) {
    const answer = spawnSync(
      'dpkg-query',
      ['-W', '-f', '${Package} ${db:Status-Status}\n', ...debianPackages.map((entry) => entry.name)],
      {
        encoding: 'utf8',
      },
    );
    listed = new Set(
      (answer.stdout ?? '')
        .split('\n')
        .filter((line) => line.endsWith(' installed'))
        .map((line) => line.split(' ')[0]),
    );
  }
  return listed.has(name);
}

/**
 * What to do about missing packages. `install` only as root on Debian; with a terminal and outside CI the person is asked first;
 * a person who declined is not asked again for the same list. CARDWRIGHT_NO_APT=1 forbids it.
 */
export function aptDecision({ missing, isRoot, isDebian, hasTerminal, inCi, declinedBefore, forbidden }) {
  if (missing.length === 0) return 'nothing';
  if (!isDebian || !isRoot || forbidden) return 'tell';
  if (!hasTerminal || inCi) return 'install';
  return declinedBefore ? 'tell' : 'ask';
}

export function installCommand(missing, { isRoot, isDebian }) {
  if (!isDebian) return `the equivalents of these Debian packages: ${missing.join(' ')}`;
  return `${isRoot ? '' : 'sudo '}apt-get update && ${isRoot ? '' : 'sudo '}apt-get install -y --no-install-recommends ${missing.join(' ')}`;
}

/** Installs what is missing or says what to install; never fails: the station goes on with what there is. */
export async function ensureDebianPackages() {
  if (process.platform !== 'linux') {
    return;
  }
  const missing = missingDebianPackages();
  const system = {
    isRoot: process.getuid?.() === 0,
    isDebian: existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-query'),
  };
  const fingerprint = createHash('sha256').update(missing.join(' ')).digest('hex');
  const decision = aptDecision({
    missing,
    ...system,
    hasTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
    forbidden: (process.env.CARDWRIGHT_NO_APT ?? '') !== '',
    inCi: (process.env.CI ?? '') !== '',
    declinedBefore: existsSync(declinedFile) && readFileSync(declinedFile, 'utf8') === fingerprint,
  });
  if (decision === 'nothing') return;
  if (decision === 'tell') return tell(missing, system);
  if (decision === 'ask' && !(await agreed(missing))) {
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(declinedFile, fingerprint);
    return tell(missing, system);
  }
  await install(missing, system);
  listed = undefined;
}

function tell(missing, system) {
  const reasons = debianPackages
    .filter((entry) => missing.includes(entry.name))
    .map((entry) => `${entry.name} (${entry.why})`);
  console.error(`Not installed: ${reasons.join(', ')}.`);
  console.error(`To install them: ${installCommand(missing, system)}`);
  console.error('Going on with what there is.');
}

async function agreed(missing) {
  console.error('These Debian packages are needed and not installed:');
  for (const entry of debianPackages.filter((candidate) => missing.includes(candidate.name))) {
    console.error(`  ${entry.name.padEnd(18)} ${entry.why}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C ends the start, Ctrl-D means no.
  const left = new Promise((done, failed) => {
    terminal.once('SIGINT', () => failed(new SetupFault('', 130)));
    terminal.once('close', () => done('n'));
  });
  const question = terminal.question('Install them with apt now? [Y/n] ');
  const answer = await Promise.race([question, left]).finally(() => terminal.close());
  return /^(y|yes|)$/i.test(answer.trim());
}

async function install(missing, system) {
  const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
  const arguments_ = ['install', '-y', '--no-install-recommends', ...options, ...missing];
  // A failed update is no reason to stop: the lists that are there may do.
  await longStep('Reading the Debian package lists', 'apt-get', ['update', ...options], { env, log: 'apt-update' });
  const title = `Installing ${missing.length} Debian packages`;
  let step = await longStep(title, 'apt-get', arguments_, { env, log: 'apt-install' });
  if (!step.passed && /dpkg --configure -a/.test(step.output)) {
    await longStep('Finishing an interrupted installation', 'dpkg', ['--configure', '-a'], {
      env,
      log: 'dpkg-configure',
    });
    step = await longStep(title, 'apt-get', arguments_, { env, log: 'apt-install' });
  }
  if (step.passed) return;
  console.error(lastLines(step.output, 12));
  console.error(`apt could not install them (${step.log}). By hand: ${installCommand(missing, system)}`);
  console.error('Going on with what there is.');
}
