import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The pages, for both shells. The shell puts a fresh nonce in place of the mark in every answer. */
export default defineConfig({
  root: path.join(import.meta.dirname, 'src-renderer'),
  base: '/',
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  // `#shared/` is an import of the package.json above this root.
  resolve: { alias: [{ find: /^#shared\//, replacement: `${path.join(import.meta.dirname, 'src-shared')}/` }] },
  build: {
    outDir: path.join(import.meta.dirname, 'out', 'renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4_000,
    reportCompressedSize: false,
  },
});
