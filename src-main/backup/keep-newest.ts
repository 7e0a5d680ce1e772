import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { Journal } from '../journal/journal.ts';
import { searchEntries } from '../journal/search.ts';

const looksBack = 500;

/** Removes the backups of the schedule beyond the newest `keep`, each an event. Those that a person made stay until a person removes them. */
export function keepNewest(journal: Journal, settings: { readonly folder: string; readonly keep: number }): void {
  const made = searchEntries(journal.database, { issuers: 'all', kinds: ['backup.made'], limit: looksBack }).entries;
  const scheduled = made
    .filter(({ header }) => header.actor.kind === 'station')
    .map(({ payload }) => (payload as EventPayload<'backup.made'>).file)
    .filter((file) => existsSync(join(settings.folder, file)));
  for (const file of scheduled.slice(settings.keep)) {
    rmSync(join(settings.folder, file), { force: true });
    journal.append({
      kind: 'backup.removed',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { file },
    });
  }
}
