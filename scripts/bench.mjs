// npm run bench [-- name ...]: runs each bench/*.bench.ts by itself; each prints one JSON line with its figure.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { handOver } from './setup/hand-over.mjs';
import { root } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runScript, SetupFault } from './setup/setup-fault.mjs';

await runScript(async () => {
  const wanted = process.argv.slice(2);
  const folder = path.join(root, 'bench');
  const files = (existsSync(folder) ? readdirSync(folder).sort() : []).filter((name) => name.endsWith('.bench.ts'));
  const chosen = files.filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
  if (chosen.length === 0) throw new SetupFault(`No such bench. There are: ${files.join(', ')}`, 2);
  await prepare({ build: ['renderer'] });
  const failed = [];
  for (const name of chosen) {
    if ((await handOver(['--expose-gc', path.join(folder, name)])) !== 0) failed.push(name);
  }
  if (failed.length > 0) throw new SetupFault(`Failed: ${failed.join(', ')}`);
});
