// npm run dist [-- electron-builder options]: builds pages and Electron part, then packs (deb and AppImage on Linux, nsis on Windows).
import path from 'node:path';
import { handOver } from './setup/hand-over.mjs';
import { root } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runScript } from './setup/setup-fault.mjs';

await runScript(async () => {
  await prepare({ debian: 'with-install', build: ['renderer', 'electron'] });
  const builder = path.join(root, 'node_modules', 'electron-builder', 'cli.js');
  process.exitCode = await handOver([builder, '--publish', 'never', ...process.argv.slice(2)]);
});
