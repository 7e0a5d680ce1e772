import { buildCurrent, builds, runBuild } from './builds.mjs';
import { ensureDebianPackages } from './debian-packages.mjs';
import { installNodeModules, nodeModulesCurrent } from './node-modules.mjs';
import { reserveReaderPorts } from './reader-ports.mjs';
import { alone } from './setup-lock.mjs';

/**
 * Brings the checkout to where the named builds are there: Debian packages, npm packages, builds. Does nothing, quickly, when all is current.
 * `debian`: `always` looks at the Debian packages each time, `with-install` only when npm packages are installed anyway.
 */
export async function prepare({ debian = 'always', build = [] } = {}) {
  reserveReaderPorts();
  const stale = () => !nodeModulesCurrent();
  if (debian === 'always' || stale()) await alone(() => ensureDebianPackages());
  if (stale()) {
    await alone(async () => {
      if (stale()) await installNodeModules();
    });
  }
  await ensureBuilds(build);
}

/** Runs those of the named builds whose sources have changed. */
export async function ensureBuilds(names) {
  for (const name of names) {
    if (buildCurrent(builds[name])) continue;
    await alone(async () => {
      if (!buildCurrent(builds[name])) await runBuild(builds[name]);
    });
  }
}
