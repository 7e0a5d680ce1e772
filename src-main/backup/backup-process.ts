/**
 * The backup's process: copies the database as it lies, enciphers, writes, reads back. It has no network and no log, answers one parent over
 * its channel, and ends when that parent is gone. SQLite's lock on the database belongs to the station's process, which this one never touches.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { proveCopy } from '../journal/prove-copy.ts';
import type { BackupTask, FromBackupProcess, ToBackupProcess } from './backup-messages.ts';
import { databaseName, formatVersion, type BackupManifest } from './container-format.ts';
import { ContainerReader } from './container-reader.ts';
import { ContainerWriter } from './container-writer.ts';

process.umask(0o077);
// The station decides when its backup ends, not Ctrl-C to the whole group.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('disconnect', () => process.exit(0));
// Cards go first.
setPriority(constants.priority.PRIORITY_LOW);

let signature: ((bytes: Uint8Array) => void) | null = null;

function send(message: FromBackupProcess): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}

async function write(task: BackupTask): Promise<{ readonly digest: string; readonly size: number }> {
  const writer = new ContainerWriter(task.file, task.header, task.databaseKey);
  try {
    writer.add(databaseName, task.database);
    await send({ kind: 'copied' });
    for (const { name, path } of task.files) writer.add(name, path);
    const manifest: BackupManifest = {
      format: 'cardwright-backup-manifest',
      version: formatVersion,
      station: task.header.station,
      header: writer.headerDigest,
      head: task.head,
      signingKey: task.signingKey,
      files: writer.files,
    };
    const text = canonicalJson(manifest);
    const signed = new Promise<Uint8Array>((resolve) => (signature = resolve));
    await send({ kind: 'sign', manifest: text });
    return writer.finish(text, await signed);
  } finally {
    writer.close();
  }
}

/** Reads the file back as a restore would, and opens the database in it. */
function readBack(task: BackupTask, digest: string): void {
  const folder = `${task.file}.check`;
  mkdirSync(folder, { mode: 0o700 });
  const reader = new ContainerReader(task.file);
  try {
    const unpacked = reader.unpackTo(folder, task.databaseKey);
    if (unpacked.digest !== digest) throw new StationFault('BACKUP-NOT-CONFIRMED', { what: 'its digest differs' });
    const place = { file: join(folder, databaseName), key: new Secret(task.databaseKey) };
    proveCopy(place, task.header.station, task.head);
  } catch (thrown) {
    if (thrown instanceof StationFault) throw new StationFault('BACKUP-NOT-CONFIRMED', { what: thrown.code }, thrown);
    throw thrown;
  } finally {
    reader.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function make(task: BackupTask): Promise<void> {
  try {
    const made = await write(task);
    readBack(task, made.digest);
    await send({ kind: 'made', ...made });
  } catch (thrown) {
    rmSync(task.file, { force: true });
    const code = (thrown as { readonly code?: unknown } | null)?.code;
    // Only codes leave: a message of another library might quote what it was given.
    await send(
      thrown instanceof StationFault
        ? { kind: 'failed', code: thrown.code, details: thrown.details }
        : {
            kind: 'failed',
            code: 'BACKUP-FAILED',
            details: { reason: typeof code === 'string' ? code : 'unexpected' },
          },
    );
  } finally {
    task.databaseKey.fill(0);
    process.exit(0);
  }
}

process.on('message', (message: ToBackupProcess) => {
  if (message.kind === 'make') void make(message.task);
  else signature?.(message.signature);
});
