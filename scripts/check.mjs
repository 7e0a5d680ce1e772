// npm run check [-- name ...]: types, lint, format, import rules, unused code. Every part runs; the exit code tells whether all passed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = (name) => path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

const parts = [
  { name: 'types-shared', command: 'tsc', args: ['-p', 'tsconfig.shared.json', '--noEmit'] },
  { name: 'types-node', command: 'tsc', args: ['-p', 'tsconfig.node.json', '--noEmit'] },
  { name: 'types-renderer', command: 'tsc', args: ['-p', 'tsconfig.renderer.json', '--noEmit'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', command: 'prettier', args: ['--check', '--log-level=warn', '.'] },
  {
    name: 'imports',
    command: 'depcruise',
    args: [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      ...['src-shared', 'src-main', 'src-cms', 'src-sim', 'src-renderer', 'e2e', 'bench'].filter((folder) =>
        existsSync(path.join(root, folder)),
      ),
    ],
  },
  { name: 'unused', command: 'knip', args: ['--no-progress'] },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((word) => !parts.some((part) => part.name.startsWith(word)));
if (unknown.length > 0) {
  console.error(`Unknown check: ${unknown.join(', ')}. Known: ${parts.map((part) => part.name).join(', ')}.`);
  process.exit(2);
}

const environment = {
  ...process.env,
  PATH: path.join(root, 'node_modules', '.bin') + path.delimiter + process.env.PATH,
};
const failed = [];
for (const part of parts) {
  if (wanted.length > 0 && !wanted.some((word) => part.name.startsWith(word))) continue;
  const began = Date.now();
  const result = spawnSync(bin(part.command), part.args, {
    cwd: root,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  // dependency-cruiser is content with nothing at all when it cannot read TypeScript: nothing cruised is a failure.
  const blind = part.name === 'imports' && /\(0 modules/.test(output);
  const passed = result.status === 0 && !blind;
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${part.name}  ${((Date.now() - began) / 1000).toFixed(1)} s`);
  if (passed) continue;
  failed.push(part.name);
  console.log(output.trimEnd());
  if (result.error) console.log(String(result.error.message));
}
if (failed.length > 0) {
  console.error(`\ncheck failed: ${failed.join(', ')}`);
  process.exit(1);
}
