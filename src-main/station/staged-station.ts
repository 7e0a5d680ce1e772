import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Secret } from '#shared/bytes/secret.ts';
import { stationId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { databaseName } from '../backup/container-format.ts';
import { ContainerReader, type UnpackedBackup } from '../backup/container-reader.ts';
import { openDatabase } from '../journal/open-database.ts';
import { BootLog } from '../keys/boot-log.ts';
import { systemClock as clock } from '../platform/clock.ts';
import { syncFolder, writeFileDurably } from '../platform/write-file-durably.ts';
import type { SealedSecret } from '../keys/seal.ts';
import { placesIn, type Places } from './places.ts';
import { openBackupSeal } from './vault.ts';

/** A station's files put together beside their place, so that nothing in the data folder changes before two people have signed. */
export interface StagedStation {
  /** Places of the staged files. */
  readonly staged: Places;
  readonly secret: SealedSecret;
  /** The backup that they come from; null when they are the folder's own. */
  readonly backup: { readonly unpacked: UnpackedBackup; readonly made: string } | null;
}

const named = z.looseObject({ station: stationId });

function emptyStage(places: Places): Places {
  rmSync(places.restoring, { recursive: true, force: true });
  mkdirSync(places.restoring, { recursive: true, mode: 0o700 });
  return placesIn(places.restoring);
}

/** The station for which a folder is meant, where somebody has put a `station.json` there. */
function meantFor(places: Places): string | null {
  if (!existsSync(places.configuration)) return null;
  return named.safeParse(JSON.parse(readFileSync(places.configuration, 'utf8'))).data?.station ?? null;
}

/**
 * Unpacks a backup beside its place and unseals it.
 *
 * BACKUP-TARGET-NOT-EMPTY, BACKUP-OTHER-STATION, the faults of the reader and of the seal.
 */
export async function stageBackup(places: Places, file: string): Promise<StagedStation> {
  if (existsSync(places.database)) throw new StationFault('BACKUP-TARGET-NOT-EMPTY', { folder: places.data });
  const reader = new ContainerReader(file);
  try {
    const { header } = reader;
    const wanted = existsSync(places.restoring) ? null : meantFor(places);
    if (wanted !== null && wanted !== header.station) {
      throw new StationFault('BACKUP-OTHER-STATION', { found: header.station, wanted });
    }
    const staged = emptyStage(places);
    writeFileDurably(staged.seal, header.seal);
    const secret = await openBackupSeal(staged.seal, header.mode);
    const unpacked = reader.unpackTo(staged.data, secret.databaseKey);
    new BootLog(staged.bootLog, () => clock.now()).append('unsealed', { people: 'for a restore' });
    return { staged, secret, backup: { unpacked, made: header.made } };
  } finally {
    reader.close();
  }
}

/** Copies the folder's own journal beside its place. Faults of `openDatabase` and of the seal. */
export async function stageOwn(places: Places, mode: 'training' | 'live'): Promise<StagedStation> {
  const bootLog = new BootLog(places.bootLog, () => clock.now());
  bootLog.append('unseal-tried', {});
  const secret = await openBackupSeal(places.seal, mode);
  bootLog.append('unsealed', { people: 'to resolve the journal' });
  const key = new Secret(secret.databaseKey);
  // Closing it brings the log beside it into the file.
  openDatabase({ file: places.database, key, whenMissing: 'refuse' }).close();
  const staged = emptyStage(places);
  copyFileSync(places.database, staged.database);
  return { staged, secret, backup: null };
}

/** Brings what was staged into its place, the database last: with it the station is there. */
export function takePlace(places: Places): void {
  const names = readdirSync(places.restoring).filter((name) => !name.startsWith(databaseName));
  for (const name of names) {
    const target = join(places.data, name);
    // A machine's own configuration names its own devices and modules.
    if (name === 'station.json' && existsSync(target)) continue;
    rmSync(target, { recursive: true, force: true });
    renameSync(join(places.restoring, name), target);
  }
  for (const ending of ['-wal', '-shm']) rmSync(`${places.database}${ending}`, { force: true });
  renameSync(join(places.restoring, databaseName), places.database);
  syncFolder(places.data);
  rmSync(places.restoring, { recursive: true, force: true });
}
