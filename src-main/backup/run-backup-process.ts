import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { BackupTask, FromBackupProcess, ToBackupProcess } from './backup-messages.ts';

const program = fileURLToPath(
  new URL(`./backup-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/** What the station does for the backup's process. */
export interface BackupDuties {
  /** The database was read: it need not be held still any longer. */
  copied(): void;
  /** Signs the manifest's text: 64 bytes. */
  sign(manifest: string): Promise<Uint8Array>;
}

/**
 * Has a backup written, read back and proven by a process of its own, so that no line waits for it.
 *
 * BACKUP-FAILED, BACKUP-NOT-CONFIRMED, or the signal's reason; what was half made is removed by the caller too, for a killed process cannot.
 */
export function runBackupProcess(
  task: BackupTask,
  duties: BackupDuties,
  signal: AbortSignal,
): Promise<{ readonly digest: string; readonly size: number }> {
  const electron = process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  const child = fork(program, [], {
    serialization: 'advanced',
    env: { ...electron },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const say = (message: ToBackupProcess): void => void child.send(message, () => undefined);
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      child.kill('SIGKILL');
      reject(signal.reason as Error);
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    child.once('error', (cause) => reject(new StationFault('BACKUP-FAILED', { reason: 'its process' }, cause)));
    child.once('exit', () => {
      signal.removeEventListener('abort', stop);
      reject(new StationFault('BACKUP-FAILED', { reason: 'its process ended early' }));
    });
    child.on('message', (message: FromBackupProcess) => {
      switch (message.kind) {
        case 'copied':
          return duties.copied();
        case 'sign':
          duties.sign(message.manifest).then(
            (signature) => say({ kind: 'signed', signature }),
            (thrown: unknown) => {
              child.kill('SIGKILL');
              reject(thrown);
            },
          );
          return;
        case 'made':
          return resolve({ digest: message.digest, size: message.size });
        case 'failed':
          return reject(new StationFault(message.code, message.details));
      }
    });
    say({ kind: 'make', task });
  });
}
