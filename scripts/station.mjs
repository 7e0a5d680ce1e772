// npm run -s station -- <command>: the command line of the station. Sets up npm packages when they are missing; all talk of that goes to stderr.
import path from 'node:path';
import { handOver } from './setup/hand-over.mjs';
import { root } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runScript } from './setup/setup-fault.mjs';

await runScript(async () => {
  await prepare({ debian: 'with-install' });
  process.exitCode = await handOver([path.join(root, 'src-main', 'cli', 'main.ts'), ...process.argv.slice(2)], {
    cwd: process.cwd(),
  });
});
