import { globSync, readFileSync } from 'node:fs';
import { builtinModules, stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const preload = 'src-main/shells/electron/preload.cts';

/** Every source file of the station and its children as one JavaScript file in the same place below out/electron, packages left in node_modules. */
const sources = globSync(['src-main/**/*.ts', 'src-sim/**/*.ts', 'src-cms/**/*.ts'], { cwd: root }).filter(
  (file) => !/\.(test|fixture|d)\.ts$/.test(file),
);

/**
 * Electron cannot run TypeScript as Node does, so its part is built: the tree stays as it is, `x.ts` becomes `x.js`.
 * A program that starts another by path takes the ending of its own file. The preload script of a sandboxed page must be CommonJS.
 */
export default defineConfig({
  publicDir: false,
  plugins: [
    {
      name: 'preload-as-commonjs',
      generateBundle() {
        const source = stripTypeScriptTypes(readFileSync(path.join(root, preload), 'utf8'));
        this.emitFile({ type: 'asset', fileName: preload.replace(/\.cts$/, '.cjs'), source });
      },
    },
  ],
  resolve: { alias: [{ find: /^#shared\//, replacement: `${path.join(root, 'src-shared')}/` }] },
  ssr: { noExternal: /^#shared\// },
  build: {
    ssr: true,
    outDir: path.join(root, 'out', 'electron'),
    target: 'node24',
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(sources.map((file) => [file.replace(/\.ts$/, ''), path.join(root, file)])),
      external: (id) =>
        id.startsWith('node:') ||
        builtinModules.includes(id) ||
        (!id.startsWith('.') && !id.startsWith('#') && !path.isAbsolute(id)),
      output: {
        format: 'esm',
        preserveModules: true,
        preserveModulesRoot: root,
        entryFileNames: '[name].js',
      },
    },
  },
});
