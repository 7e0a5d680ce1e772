// Writes docs/faults.md from the recovery policy: node scripts/faults-document.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { faultsDocument } from '../src-main/production/faults-document.ts';

const file = join(import.meta.dirname, '..', 'docs', 'faults.md');
writeFileSync(file, await format(faultsDocument(), { ...(await resolveConfig(file)), parser: 'markdown' }));
