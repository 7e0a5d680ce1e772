import { resolve } from 'node:path';
import { BackupService } from '../backup/backup-service.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { Configuration } from './configuration.ts';
import type { Core } from './core.ts';
import type { Places } from './places.ts';
import { version } from './version.ts';

/** What of the data folder goes into a backup beside database and seal. Keys, virtual machines and the CMS's own folder do not. */
export function backedUp(places: Places): readonly { readonly name: string; readonly path: string }[] {
  return [
    { name: 'station.json', path: places.configuration },
    { name: 'boot.log', path: places.bootLog },
    { name: 'enrolment', path: places.enrolment },
    { name: 'reports', path: places.reports },
  ];
}

/** The station's backups: by hand, and as `station.json` says. */
export function openBackups(options: {
  readonly core: Core;
  readonly configuration: Configuration;
  readonly places: Places;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly changed: () => void;
}): BackupService {
  const { core, configuration, places, clock, randomness, changed } = options;
  const { journal, keys, databaseKey } = core;
  const { station, mode, backup } = configuration;
  const service = new BackupService({
    journal,
    keys,
    databaseKey,
    station,
    mode,
    program: version,
    settings: { ...backup, folder: resolve(places.data, backup.folder) },
    database: places.database,
    seal: places.seal,
    contents: backedUp(places),
    clock,
    randomness,
    changed,
  });
  service.open();
  return service;
}
