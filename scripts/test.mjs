// npm test [-- vitest filters]: setup, pages, then all tests but the long ones; `--long` runs the campaigns instead.
// The last line is `N passed, N failed, N skipped`.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { handOver } from './setup/hand-over.mjs';
import { root } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runScript } from './setup/setup-fault.mjs';
import { countTests } from './setup/test-count.mjs';

const long = process.argv.includes('--long');
const filters = process.argv.slice(2).filter((argument) => argument !== '--long');
const report = path.join(root, 'out', long ? 'test-report-long.json' : 'test-report.json');
const projects = long ? ['long'] : ['unit', 'wire', 'e2e'];

await runScript(async () => {
  await prepare({ build: ['renderer'] });
  rmSync(report, { force: true });
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const exitCode = await handOver(
    [
      vitest,
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...filters,
    ],
    { env: long ? { CARDWRIGHT_LONG: '1' } : {} },
  );
  const count = countTests(readReport());
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  // Nothing run at all is no success.
  process.exitCode = exitCode === 0 && count.passed === 0 ? 1 : exitCode;
});

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}
