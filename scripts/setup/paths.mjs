import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** What the scripts remember between starts; may be deleted at any time. */
export const cacheFolder = path.join(root, '.cache');

/** The package `node` of npm brings the project's own Node 24, binary and headers, per platform. */
const platformName = { win32: 'win', darwin: 'darwin', linux: 'linux' }[process.platform] ?? process.platform;
export const nodeHome = path.join(root, 'node_modules', 'node', 'node_modules', `node-${platformName}-${process.arch}`);
export const nodeBinary = path.join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);
