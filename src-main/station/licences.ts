import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from './places.ts';

const projectFile = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const packageFile = z.object({
  version: z.string().default(''),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
});

/** Name, version and licence of each package that the station runs on. */
export const licences: readonly { readonly name: string; readonly version: string; readonly licence: string }[] =
  (() => {
    const own = projectFile.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    return Object.keys({ ...own.dependencies, ...own.optionalDependencies })
      .sort()
      .flatMap((name) => {
        const path = join(root, 'node_modules', name, 'package.json');
        if (!existsSync(path)) return [];
        const { version, license } = packageFile.parse(JSON.parse(readFileSync(path, 'utf8')));
        return [
          { name, version, licence: typeof license === 'string' ? license : (license?.type ?? 'see its folder') },
        ];
      });
  })();
