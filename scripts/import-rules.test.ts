import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, existsSync, copyFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.dirname(import.meta.dirname);
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: { name: string }[] };

/** One planted file per row: rule that must bite, the file, what it imports. */
const planted: [rule: string, file: string, imported: string][] = [
  ['shared-knows-nobody', 'src-shared/domain/bad-owner.ts', 'src-main/keys/key-registry.ts'],
  ['shared-is-pure', 'src-shared/domain/bad-core.ts', 'node:fs'],
  ['shared-is-pure', 'src-shared/domain/bad-react.ts', 'react'],
  ['protocols-imports', 'src-shared/protocols/apdu/bad-domain.ts', 'src-shared/domain/order.ts'],
  ['bytes-imports', 'src-shared/bytes/bad-protocol.ts', 'src-shared/protocols/apdu/command.ts'],
  ['main-imports', 'src-main/production/bad-sim.ts', 'src-sim/printer/printer.ts'],
  ['main-imports', 'src-main/sync/bad-cms.ts', 'src-cms/leases.ts'],
  ['cms-imports', 'src-cms/bad-main.ts', 'src-main/journal/append.ts'],
  ['renderer-imports', 'src-renderer/features/bad-main.tsx', 'src-main/api/batches.ts'],
  ['renderer-has-no-node', 'src-renderer/features/bad-core.tsx', 'node:path'],
  ['sim-imports', 'src-sim/card/bad-host.ts', 'src-shared/protocols/globalplatform/scp03.ts'],
  ['sim-imports', 'src-sim/card/bad-domain.ts', 'src-shared/domain/order.ts'],
  ['sim-imports', 'src-sim/printer/bad-driver.ts', 'src-main/devices/printer/drivers/evolis/driver.ts'],
  ['sim-starts-no-test-station', 'src-sim/card/bad-lock.ts', 'e2e/stations/pcscd.ts'],
  ['e2e-imports', 'e2e/flows/bad-main.ts', 'src-main/journal/append.ts'],
  ['e2e-imports', 'e2e/flows/bad-contract.ts', 'src-shared/contract/contract.ts'],
  ['judges-imports', 'e2e/judges/bad-package.ts', 'zod'],
  ['nobody-knows-the-tests', 'src-main/journal/bad-test.ts', 'src-main/journal/append.test.ts'],
  ['platform-imports', 'src-main/platform/bad-journal.ts', 'src-main/journal/append.ts'],
  ['shells-imports', 'src-main/shells/bad-journal.ts', 'src-main/journal/append.ts'],
  ['cli-imports', 'src-main/cli/bad-journal.ts', 'src-main/journal/append.ts'],
  ['api-imports', 'src-main/api/bad-driver.ts', 'src-main/devices/printer/drivers/evolis/driver.ts'],
  ['api-imports', 'src-main/api/bad-link.ts', 'src-main/devices/links/tcp-link.ts'],
  ['production-imports', 'src-main/production/bad-driver.ts', 'src-main/devices/printer/drivers/evolis/driver.ts'],
  ['production-imports', 'src-main/production/bad-keys.ts', 'src-main/keys/key-registry.ts'],
  ['production-imports', 'src-main/production/bad-approvals.ts', 'src-main/approvals/policy.ts'],
  ['preparation-imports', 'src-main/preparation/bad-keys.ts', 'src-main/keys/key-registry.ts'],
  ['verification-imports', 'src-main/verification/bad-layout.ts', 'src-main/layout/layout.ts'],
  ['intake-imports', 'src-main/intake/bad-sync.ts', 'src-main/sync/pull.ts'],
  ['sync-imports', 'src-main/sync/bad-stock.ts', 'src-main/stock/lot.ts'],
  ['approvals-imports', 'src-main/approvals/bad-production.ts', 'src-main/production/engine.ts'],
  ['keys-imports', 'src-main/keys/bad-policy.ts', 'src-main/approvals/policy.ts'],
  ['applets-imports', 'src-main/applets/bad-preparation.ts', 'src-main/preparation/prepare-card.ts'],
  ['stock-imports', 'src-main/stock/bad-production.ts', 'src-main/production/engine.ts'],
  ['backup-imports', 'src-main/backup/bad-sync.ts', 'src-main/sync/pull.ts'],
  ['layout-imports', 'src-main/layout/bad-keys.ts', 'src-main/keys/port.ts'],
  ['access-imports', 'src-main/access/bad-stock.ts', 'src-main/stock/lot.ts'],
  ['journal-imports', 'src-main/journal/bad-production.ts', 'src-main/production/engine.ts'],
  ['journal-approval-only-for-export', 'src-main/journal/bad-approval.ts', 'src-main/approvals/port.ts'],
  ['devices-imports', 'src-main/devices/printer/drivers/evolis/bad-encoder.ts', 'src-main/devices/encoder/port.ts'],
  ['devices-imports', 'src-main/devices/printer/bad-journal.ts', 'src-main/journal/append.ts'],
  ['links-know-no-device', 'src-main/devices/links/bad-device.ts', 'src-main/devices/printer/port.ts'],
  [
    'drivers-are-named-by-the-station',
    'src-main/intake/bad-driver.ts',
    'src-main/devices/printer/drivers/evolis/driver.ts',
  ],
  ['nobody-knows-the-shell', 'src-main/stock/bad-shell.ts', 'src-main/shells/loopback/server.ts'],
  ['station-is-the-root', 'src-main/cli/bad-station.ts', 'src-main/station.ts'],
  ['package-electron', 'src-main/shells/loopback/bad-electron.ts', 'electron'],
  ['package-ws', 'src-main/api/bad-ws.ts', 'ws'],
  ['package-smartcard', 'src-main/devices/encoder/bad-smartcard.ts', 'smartcard'],
  ['package-serialport', 'src-main/devices/printer/bad-serialport.ts', 'serialport'],
  ['package-usb', 'src-main/devices/printer/bad-usb.ts', 'usb'],
  ['package-pkcs11js', 'src-main/production/bad-pkcs11.ts', 'pkcs11js'],
  ['package-koffi', 'src-main/production/bad-koffi.ts', 'koffi'],
  ['package-better-sqlite3-multiple-ciphers', 'src-main/stock/bad-sqlite.ts', 'better-sqlite3-multiple-ciphers'],
  ['package-sharp', 'src-main/production/bad-sharp.ts', 'sharp'],
  ['package-fastify', 'src-main/api/bad-fastify.ts', 'fastify'],
  ['package-undici', 'src-main/api/bad-undici.ts', 'undici'],
  ['package-commander', 'src-main/api/bad-commander.ts', 'commander'],
  ['package-node-rs-argon2', 'src-main/journal/bad-argon2.ts', '@node-rs/argon2'],
  ['package-react', 'src-main/api/bad-react.ts', 'react'],
  ['no-circles', 'src-main/platform/circle-a.ts', 'src-main/platform/circle-b.ts'],
  ['everything-resolves', 'src-main/platform/bad-nowhere.ts', './no-such-file.ts'],
  ['no-build-package-at-run-time', 'src-main/platform/bad-build.ts', 'vite'],
];

/** What the house plan asks for and no rule may forbid. */
const allowed: [file: string, imported: string][] = [
  ['src-shared/contract/good.ts', 'zod'],
  ['src-shared/contract/good-orpc.ts', '@orpc/contract'],
  ['src-shared/protocols/tlv/good.ts', 'src-shared/bytes/bytes.ts'],
  ['src-shared/protocols/tlv/good.test.ts', 'node:crypto'],
  ['src-main/intake/good.ts', 'src-main/journal/append.ts'],
  ['src-main/intake/good-key.ts', 'src-main/keys/port.ts'],
  ['src-main/sync/good.ts', 'src-main/journal/append.ts'],
  ['src-main/approvals/good.ts', 'src-main/journal/append.ts'],
  ['src-main/keys/good.ts', 'src-main/approvals/port.ts'],
  ['src-main/stock/good.ts', 'src-main/journal/append.ts'],
  ['src-main/backup/good.ts', 'src-main/journal/append.ts'],
  ['src-main/backup/good-key.ts', 'src-main/keys/port.ts'],
  ['src-main/layout/good.ts', 'src-main/approvals/port.ts'],
  ['src-main/access/good.ts', 'src-main/journal/append.ts'],
  ['src-main/journal/export-log.ts', 'src-main/approvals/port.ts'],
  ['src-main/production/good-printer.ts', 'src-main/devices/printer/port.ts'],
  ['src-main/production/good-plan.ts', 'src-main/preparation/port.ts'],
  ['src-main/production/good-verdict.ts', 'src-main/verification/compare.ts'],
  ['src-main/production/good-approval.ts', 'src-main/approvals/port.ts'],
  ['src-main/production/good-lease.ts', 'src-main/sync/lease-port.ts'],
  ['src-main/production/good-key-store.ts', 'src-main/keys/key-store-port.ts'],
  ['src-main/production/good-stock.ts', 'src-main/stock/lot.ts'],
  ['src-main/production/good-journal.ts', 'src-main/journal/append.ts'],
  ['src-main/preparation/good.ts', 'src-shared/protocols/globalplatform/scp03.ts'],
  ['src-main/preparation/good-layout.ts', 'src-main/layout/layout.ts'],
  ['src-main/verification/good.ts', 'src-shared/protocols/apdu/command.ts'],
  ['src-main/verification/good-keys.ts', 'src-main/keys/port.ts'],
  ['src-main/devices/printer/drivers/evolis/good.ts', 'src-main/devices/links/tcp-link.ts'],
  ['src-main/devices/links/good.ts', 'serialport'],
  ['src-main/api/good.ts', 'src-main/stock/lot.ts'],
  ['src-main/platform/good.ts', 'src-shared/domain/order.ts'],
  ['src-main/station/good.ts', 'src-main/devices/printer/drivers/evolis/driver.ts'],
  ['src-main/station.ts', 'src-main/shells/loopback/server.ts'],
  ['src-main/cli/good.ts', 'commander'],
  ['src-main/cli/good-contract.ts', 'src-shared/contract/contract.ts'],
  ['src-main/devices/links/good.wire.test.ts', 'e2e/stations/pcscd.ts'],
  ['src-main/devices/printer/good.test.ts', 'src-sim/printer/printer.ts'],
  ['src-sim/card/good.wire.test.ts', 'e2e/stations/pcscd.ts'],
  ['src-sim/card/good.ts', 'src-shared/protocols/apdu/command.ts'],
  ['src-sim/card/main.ts', 'commander'],
  ['src-cms/good.ts', 'fastify'],
  ['src-cms/store/good.ts', 'better-sqlite3-multiple-ciphers'],
  ['src-renderer/features/good.tsx', 'react'],
  ['bench/good.bench.ts', 'src-main/journal/append.ts'],
  ['e2e/flows/good.ts', 'e2e/stations/pcscd.ts'],
  ['e2e/judges/good.ts', 'node:child_process'],
];

interface Cruise {
  modules: { source: string }[];
  summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] };
}

let folder: string;
let cruise: Cruise;

function specifier(file: string, imported: string): string {
  if (imported.startsWith('./')) return imported;
  if (!/^(src-|e2e\/|bench\/)/.test(imported)) return imported;
  if (imported.startsWith('src-shared/') && !file.startsWith('src-shared/'))
    return imported.replace('src-shared/', '#shared/');
  const relative = path.posix.relative(path.posix.dirname(file), imported);
  return relative.startsWith('.') ? relative : `./${relative}`;
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-import-rules-'));
  for (const file of ['package.json', 'tsconfig.base.json', '.dependency-cruiser.cjs']) {
    copyFileSync(path.join(root, file), path.join(folder, file));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const rows = [...planted.map(([, file, imported]) => [file, imported] as const), ...allowed];
  // A type-only import is knowledge too: every second row is one.
  rows.forEach(([file, imported], index) => {
    const keyword = index % 2 === 0 && !file.includes('circle') ? 'import type { x }' : 'import { x }';
    const local = /^(src-|e2e\/|bench\/|\.\/)/.test(imported);
    write(
      file,
      `${local ? keyword : 'import * as x'} from '${specifier(file, imported)}';\nexport type Y = typeof x;\nexport const y = typeof x;\n`,
    );
  });
  write('src-main/platform/circle-b.ts', `import { y } from './circle-a.ts';\nexport const x = y;\n`);
  for (const [, imported] of rows) {
    if (/^(src-|e2e\/|bench\/)/.test(imported) && !existsSync(path.join(folder, imported)))
      write(imported, 'export const x = 1;\n');
  }
  const tops = ['src-shared', 'src-main', 'src-cms', 'src-sim', 'src-renderer', 'e2e', 'bench'];
  const command = path.join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const result = spawnSync(
    process.execPath,
    [command, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...tops],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  if (result.stdout === '') throw new Error(`dependency-cruiser ended with ${result.status}: ${result.stderr}`);
  cruise = JSON.parse(result.stdout) as Cruise;
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('every planted file was cruised', () => {
  const seen = new Set(cruise.modules.map((module) => module.source));
  expect(cruise.summary.totalCruised).toBeGreaterThan(planted.length + allowed.length);
  expect(
    [...planted.map(([, file]) => file), ...allowed.map(([file]) => file)].filter((file) => !seen.has(file)),
  ).toEqual([]);
});

test('every rule has a planted violation', () => {
  const proven = new Set(planted.map(([rule]) => rule));
  expect(config.forbidden.map((rule) => rule.name).filter((name) => !proven.has(name))).toEqual([]);
});

test.each(planted)('%s bites in %s, which imports %s', (rule, file) => {
  expect(
    cruise.summary.violations.filter((violation) => violation.from === file).map((violation) => violation.rule.name),
  ).toContain(rule);
});

test.each(allowed)('%s may import %s', (file) => {
  expect(cruise.summary.violations.filter((violation) => violation.from === file)).toEqual([]);
});
