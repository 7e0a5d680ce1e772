import path from 'node:path';

/** The project's root folder. */
export const root = path.resolve(import.meta.dirname, '..', '..');

/** The programs as their users start them: by path, never by import. */
export const programs = {
  launch: path.join(root, 'src-main', 'shells', 'launch.ts'),
  station: path.join(root, 'src-main', 'station', 'process.ts'),
  commandLine: path.join(root, 'src-main', 'cli', 'main.ts'),
  printer: path.join(root, 'src-sim', 'printer', 'main.ts'),
  card: path.join(root, 'src-sim', 'card', 'main.ts'),
} as const;

/** The environment of a started program: nothing of this machine's person or display, thread pool and memory as its launcher sets them. */
export function programEnvironment(further: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  const own = Object.entries(rest).filter(([name]) => !name.startsWith('CARDWRIGHT_') && !name.startsWith('VITEST'));
  return {
    ...Object.fromEntries(own),
    NODE_ENV: 'production',
    UV_THREADPOOL_SIZE: '16',
    GLIBC_TUNABLES: 'glibc.malloc.perturb=90:glibc.malloc.tcache_count=0',
    ...further,
  };
}
