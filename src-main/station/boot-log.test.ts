import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { searchEntries } from '../journal/search.ts';
import { openLogger } from '../platform/logger.ts';
import { readConfiguration } from './configuration.ts';
import { openCore } from './core.ts';
import { Ending } from './ending.ts';
import { placesIn } from './places.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** One start and stop of the station's core on a folder: what it noticed, and what its journal says of the boot log. */
async function startOnce(data: string): Promise<{ readonly notices: readonly string[]; readonly broken: number }> {
  const ending = new Ending();
  const places = placesIn(data);
  try {
    const core = await openCore({
      configuration: { ...readConfiguration(data), hsm: { kind: 'files' } },
      places,
      logger: openLogger(places.log, 'silent'),
      ending,
      progress: () => undefined,
      fatal: (fault) => {
        throw fault;
      },
      signal: AbortSignal.timeout(30_000),
    });
    const { entries } = searchEntries(core.journal.database, {
      issuers: 'all',
      kinds: ['station.boot-log-broken'],
      limit: 10,
    });
    return { notices: core.notices.map(({ code }) => code), broken: entries.length };
  } finally {
    await ending.run((fault) => {
      throw fault;
    });
  }
}

it('notices at the next start that the log of starts and unseal tries was taken away', async () => {
  const data = mkdtempSync(join(tmpdir(), 'cardwright-boot-'));
  folders.push(data);
  expect((await startOnce(data)).broken).toBe(0);
  expect(await startOnce(data)).toMatchObject({ broken: 0 });
  rmSync(placesIn(data).bootLog);
  const after = await startOnce(data);
  expect(after.broken).toBe(1);
  expect(after.notices).toContain('BOOT-LOG-BROKEN');
}, 90_000);
