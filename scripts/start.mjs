// npm start [-- --demo ...]: sets up what is missing, then hands over to the station's shell. Plain Node 18, no packages.
import path from 'node:path';
import { electronBinaryOrFetch } from './setup/electron-binary.mjs';
import { handOver } from './setup/hand-over.mjs';
import { root } from './setup/paths.mjs';
import { ensureBuilds, prepare } from './setup/prepare.mjs';
import { runScript } from './setup/setup-fault.mjs';

const args = process.argv.slice(2);
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

await runScript(async () => {
  await prepare({ build: ['renderer'] });
  const env = {};
  const electron = hasDisplay ? await electronBinaryOrFetch() : undefined;
  if (electron !== undefined) {
    await ensureBuilds(['electron']);
    env.CARDWRIGHT_ELECTRON = electron;
    env.CARDWRIGHT_ELECTRON_MAIN = path.join(root, 'out', 'electron', 'src-main', 'shells', 'electron', 'main.js');
  }
  process.exitCode = await handOver([path.join(root, 'src-main', 'shells', 'launch.ts'), ...args], {
    env,
    cwd: process.cwd(),
  });
});
