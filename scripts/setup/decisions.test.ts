import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';

// The setup is plain JavaScript for any Node from 18 on; its types are stated here.
const require = createRequire(import.meta.url);
interface AptState {
  missing: string[];
  isRoot: boolean;
  isDebian: boolean;
  hasTerminal: boolean;
  inCi: boolean;
  declinedBefore: boolean;
  forbidden: boolean;
}
const apt = require('./debian-packages.mjs') as {
  aptDecision: (state: AptState) => string;
  installCommand: (missing: string[], system: { isRoot: boolean; isDebian: boolean }) => string;
  missingDebianPackages: (isInstalled: (name: string) => boolean) => string[];
};
interface Stamp {
  lock: string;
  platform: string;
  leftOut: string[];
  headersThere: boolean;
}
const packages = require('./node-modules.mjs') as {
  installReason: (state: {
    stamp: Stamp | undefined;
    lock: string;
    platform: string;
    nodeThere: boolean;
    headersThere: boolean;
  }) => string | undefined;
};
const electron = require('./electron-binary.mjs') as {
  fetchWorthTrying: (remembered: { version: string; at: number } | undefined, version: string, now: number) => boolean;
  electronBinary: (folder: string, environment: Record<string, string>) => string | undefined;
};
const counts = require('./test-count.mjs') as {
  countTests: (report: unknown) => { passed: number; failed: number; skipped: number };
};

describe('Debian packages', () => {
  const state: AptState = {
    missing: ['pcscd'],
    isRoot: true,
    isDebian: true,
    hasTerminal: false,
    inCi: false,
    declinedBefore: false,
    forbidden: false,
  };
  test.each<[string, Partial<AptState>]>([
    ['nothing', { missing: [] }],
    ['install', {}],
    ['ask', { hasTerminal: true }],
    ['install', { hasTerminal: true, inCi: true }],
    ['tell', { hasTerminal: true, declinedBefore: true }],
    ['install', { declinedBefore: true }],
    ['tell', { isRoot: false }],
    ['tell', { isDebian: false }],
    ['tell', { forbidden: true }],
  ])('%s when %o', (decision, change) => {
    expect(apt.aptDecision({ ...state, ...change })).toBe(decision);
  });

  test('what is told is one line to copy', () => {
    const commands = [
      apt.installCommand(['pcscd', 'socat'], { isRoot: true, isDebian: true }),
      apt.installCommand(['pcscd', 'socat'], { isRoot: false, isDebian: true }),
    ];
    expect(commands).toEqual([
      'apt-get update && apt-get install -y --no-install-recommends pcscd socat',
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends pcscd socat',
    ]);
  });

  test('all that are not installed are missing', () => {
    expect(apt.missingDebianPackages((name) => !['chromium', 'socat'].includes(name))).toEqual(['socat', 'chromium']);
  });
});

describe('npm packages are installed again', () => {
  const stamp: Stamp = { lock: 'a', platform: 'linux-x64', leftOut: [], headersThere: true };
  const state = { stamp, lock: 'a', platform: 'linux-x64', nodeThere: true, headersThere: true };
  test.each([
    ['not when all is as it was', state, undefined],
    ['after an interruption', { ...state, stamp: undefined }, /interrupted/],
    ['when the lock file changed', { ...state, lock: 'b' }, /package-lock/],
    ['on another system', { ...state, platform: 'linux-arm64' }, /another system/],
    ['without the Node binary', { ...state, nodeThere: false }, /Node 24/],
    [
      'when headers came later',
      { ...state, stamp: { ...stamp, leftOut: ['smartcard'], headersThere: false } },
      /reader/,
    ],
    ['not when a compile failed with headers', { ...state, stamp: { ...stamp, leftOut: ['smartcard'] } }, undefined],
    ['not when headers went away', { ...state, headersThere: false }, undefined],
  ])('%s', (_when, given, reason) => {
    const found = packages.installReason(given);
    if (reason === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(reason);
  });
});

describe('Electron', () => {
  const day = 24 * 3600_000;
  test.each([
    [undefined, true],
    [{ version: '45.4.1', at: 100 * day }, false],
    [{ version: '45.4.1', at: 92 * day }, true],
    [{ version: '45.4.0', at: 100 * day }, true],
    [{ version: '45.4.1', at: 200 * day }, true],
  ])('after %o a fetch is worth trying: %s', (remembered, worth) => {
    expect(electron.fetchWorthTrying(remembered, '45.4.1', 101 * day)).toBe(worth);
  });

  test('is not there without path.txt', () => {
    expect(electron.electronBinary('/nowhere', {})).toBeUndefined();
  });
});

test('a file that failed to load and a missing report count as failures', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
      { status: 'passed', assertionResults: [] },
    ],
  };
  expect([counts.countTests(report), counts.countTests(undefined)]).toEqual([
    { passed: 3, failed: 2, skipped: 2 },
    { passed: 0, failed: 1, skipped: 0 },
  ]);
});
