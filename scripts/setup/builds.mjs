import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from './folder-digest.mjs';
import { lastLines, longStep } from './long-step.mjs';
import { nodeBinary, root } from './paths.mjs';
import { SetupFault } from './setup-fault.mjs';

const shared = ['src-shared', 'package-lock.json', 'package.json'];

/** What is built from source, each with what it is built from. Electron's part is built only where Electron runs. */
export const builds = {
  renderer: {
    title: 'Building the pages',
    config: 'vite.config.ts',
    folder: 'out/renderer',
    from: ['src-renderer', 'vite.config.ts', ...shared],
  },
  electron: {
    title: 'Building the Electron part',
    config: 'vite.electron.config.ts',
    folder: 'out/electron',
    from: ['src-main', 'src-sim', 'src-cms', 'vite.electron.config.ts', ...shared],
  },
};

const stampOf = (build) => path.join(root, `${build.folder}.stamp`);

export function buildCurrent(build) {
  try {
    return readFileSync(stampOf(build), 'utf8') === digestOf(build.from);
  } catch {
    return false;
  }
}

/** Builds beside and moves into place, so that a station that serves the old files is not disturbed in the middle. */
export async function runBuild(build) {
  const digest = digestOf(build.from);
  const target = path.join(root, build.folder);
  const fresh = `${target}.new`;
  rmSync(stampOf(build), { force: true });
  rmSync(fresh, { recursive: true, force: true });
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const step = await longStep(
    build.title,
    nodeBinary,
    [vite, 'build', '--config', build.config, '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'],
    { env: { NODE_ENV: 'production' } },
  );
  if (!step.passed)
    throw new SetupFault(`${lastLines(step.output)}\n${build.title} failed; its output is in ${step.log}.`);
  mkdirSync(path.dirname(target), { recursive: true });
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  writeFileSync(stampOf(build), digest);
}
