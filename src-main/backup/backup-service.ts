import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '#shared/bytes/bytes.ts';
import type { Secret } from '#shared/bytes/secret.ts';
import type { StationId, StationMode } from '#shared/domain/identifiers.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyPort } from '../keys/port.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import { syncFolder } from '../platform/write-file-durably.ts';
import { keepNewest } from './keep-newest.ts';
import { formatVersion, signedBytes } from './container-format.ts';
import { runBackupProcess } from './run-backup-process.ts';

/** When backups are made by themselves, and where. */
export interface BackupSettings {
  readonly folder: string;
  readonly everyHours: number;
  /** How many of those that the schedule made stay. */
  readonly keep: number;
}

export interface BackupOptions {
  readonly journal: Journal;
  readonly keys: Pick<KeyPort, 'sign' | 'publicKey'>;
  readonly databaseKey: Secret<Uint8Array>;
  readonly station: StationId;
  readonly mode: StationMode;
  readonly program: string;
  readonly settings: BackupSettings;
  readonly database: string;
  readonly seal: string;
  /** Files and whole folders of the data folder that go in where they exist, by their names in the backup. */
  readonly contents: readonly { readonly name: string; readonly path: string }[];
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly changed: () => void;
}

/** One backup as the journal tells of it. */
export interface BackupMade {
  readonly file: string;
  readonly digest: string;
  readonly size: number;
  readonly sequence: number;
  readonly time: string;
}

export interface BackupState {
  readonly folder: string;
  readonly everyHours: number;
  readonly keep: number;
  readonly running: 'yes' | 'no';
  readonly last: BackupMade | null;
  /** The last try, where it failed. */
  readonly failed: { readonly time: string; readonly code: string; readonly text: string } | null;
}

const hour = 3_600_000;
const checkEvery = 5 * 60_000;
const deadline = 2 * hour;
const afterFailure = hour;

/** Everything below a path that is there, by names for the backup. */
function filesOf(name: string, path: string): readonly { readonly name: string; readonly path: string }[] {
  if (!existsSync(path)) return [];
  const entries = readdirSyncOrNull(path);
  if (entries === null) return [{ name, path }];
  return entries.flatMap((entry) => filesOf(`${name}/${entry}`, join(path, entry)));
}

function readdirSyncOrNull(path: string): readonly string[] | null {
  try {
    return readdirSync(path).sort();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw thrown;
  }
}

/** Makes backups by hand and by schedule while the station runs: written by a process of its own, read back, proven, then told as an event. */
export class BackupService {
  readonly #options: BackupOptions;
  readonly #stop = new AbortController();
  #running: Promise<BackupMade> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: BackupOptions) {
    this.#options = options;
  }

  /** Removes what a crash left half made, and begins to keep the schedule. */
  open(): void {
    const { folder } = this.#options.settings;
    if (existsSync(folder)) {
      for (const name of readdirSync(folder)) {
        if (/\.partial(\.check)?$/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
      }
    }
    this.#timer = setInterval(() => this.check(), checkEvery);
    this.#timer.unref();
  }

  /** Makes the backup that is due, if one is. Faults are events. */
  check(): void {
    if (this.#running !== null || !this.#due()) return;
    this.make({ kind: 'station' }, this.#stop.signal).catch(() => undefined);
  }

  #due(): boolean {
    const { journal, settings, clock } = this.#options;
    const now = clock.now().getTime();
    const made =
      journal.entries.lastOfKind('backup.made')?.header.time ?? journal.projections.station.facts()?.createdAt;
    const failed = journal.entries.lastOfKind('backup.failed')?.header.time;
    // An entry of the future was written under a clock that stood wrong: it puts nothing off until that day.
    const since = (time: string): number => {
      const passed = now - Date.parse(time);
      return passed < -checkEvery ? Number.POSITIVE_INFINITY : passed;
    };
    if (failed !== undefined && since(failed) < afterFailure) return false;
    return made !== undefined && since(made) >= settings.everyHours * hour;
  }

  /** BACKUP-UNDER-WAY, BACKUP-FAILED, BACKUP-NOT-CONFIRMED; a failure is an event and leaves nothing half made. */
  async make(actor: JournalActor, signal: AbortSignal): Promise<BackupMade> {
    if (this.#running !== null) throw new StationFault('BACKUP-UNDER-WAY');
    const limit = AbortSignal.any([signal, this.#stop.signal, AbortSignal.timeout(deadline)]);
    this.#running = this.#make(actor, limit).finally(() => {
      this.#running = null;
      this.#options.changed();
    });
    this.#options.changed();
    return this.#running;
  }

  async #make(actor: JournalActor, signal: AbortSignal): Promise<BackupMade> {
    const { journal, settings, clock } = this.#options;
    const about = { actor, issuer: null, subjects: {} } as const;
    try {
      const payload = await this.#write(clock.now().toISOString(), signal);
      const [entry] = journal.append({ ...about, kind: 'backup.made', payload });
      keepNewest(journal, settings);
      return madeOf(payload, entry?.header.time ?? '');
    } catch (thrown) {
      if (this.#stop.signal.aborted) throw thrown;
      const code = (thrown as { readonly code?: unknown } | null)?.code;
      const fault =
        thrown instanceof StationFault
          ? thrown
          : new StationFault('BACKUP-FAILED', { reason: typeof code === 'string' ? code : 'interrupted' }, thrown);
      journal.append({
        ...about,
        kind: 'backup.failed',
        payload: { code: fault.code, text: describeFault(fault).text },
      });
      throw fault;
    }
  }

  async #write(made: string, signal: AbortSignal): Promise<EventPayload<'backup.made'>> {
    const { journal, keys, databaseKey, station, mode, program, settings, database, seal, contents, randomness } =
      this.#options;
    const name = `${station}-${made.replaceAll(/[-:]|\.\d+/g, '')}.cwbackup`;
    const partial = join(settings.folder, `${name}.partial`);
    mkdirSync(settings.folder, { recursive: true, mode: 0o700 });
    const { x, y } = await keys.publicKey('station-signing', signal);
    const { head, thaw } = journal.freeze();
    try {
      const written = await runBackupProcess(
        {
          file: partial,
          header: {
            format: 'cardwright-backup',
            version: formatVersion,
            station,
            mode,
            made,
            program,
            salt: toHex(randomness.bytes(16)),
            seal: readFileSync(seal, 'utf8'),
          },
          databaseKey: databaseKey.reveal(),
          database,
          files: contents.flatMap((one) => filesOf(one.name, one.path)),
          head,
          signingKey: { x, y },
        },
        { copied: thaw, sign: (manifest) => keys.sign(signedBytes(manifest), signal) },
        signal,
      );
      renameSync(partial, join(settings.folder, name));
      syncFolder(settings.folder);
      return { file: name, ...written, head };
    } finally {
      thaw();
      rmSync(partial, { force: true });
      rmSync(`${partial}.check`, { recursive: true, force: true });
    }
  }

  state(): BackupState {
    const { journal, settings } = this.#options;
    const made = journal.entries.lastOfKind('backup.made');
    const failed = journal.entries.lastOfKind('backup.failed');
    const current = failed !== null && failed.header.sequence > (made?.header.sequence ?? 0) ? failed : null;
    return {
      ...settings,
      running: this.#running === null ? 'no' : 'yes',
      last: made === null ? null : madeOf(made.payload as EventPayload<'backup.made'>, made.header.time),
      failed:
        current === null ? null : { time: current.header.time, ...(current.payload as EventPayload<'backup.failed'>) },
    };
  }

  /** Ends a backup under way; what was half made is removed. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#stop.abort(new StationFault('STATION-STOPPING'));
    await this.#running?.catch(() => undefined);
  }
}

function madeOf(payload: EventPayload<'backup.made'>, time: string): BackupMade {
  const { file, digest, size, head } = payload;
  return { file, digest, size, sequence: head.sequence, time };
}
