import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { StationFault } from '#shared/faults/station-fault.ts';
import { fromMaintenance, type Maintained, type MaintenanceTask, type ToMaintenance } from './maintenance-messages.ts';
import { StationRefusal } from './station-program.ts';

const program = fileURLToPath(
  new URL(`../../station/maintenance.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

export interface MaintenanceWish {
  readonly task: MaintenanceTask;
  readonly asker: string;
  readonly password: string;
  readonly progress: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Shows the statement to the second person; null when they refuse. */
  readonly sign: (
    statement: string,
    statementDigest: string,
  ) => Promise<{ readonly approver: string; readonly password: string } | null>;
  readonly signal: AbortSignal;
}

/** Runs the program for a stopped station to its end. StationRefusal in its own words, BACKUP-PROGRAM when it ended without any. */
export function runMaintenance(wish: MaintenanceWish): Promise<Maintained> {
  const child = fork(program, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: { ...wish.environment } });
  const say = (message: ToMaintenance): void => void child.send(message, () => undefined);
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      child.kill('SIGTERM');
      reject(wish.signal.reason as Error);
    };
    wish.signal.addEventListener('abort', stop, { once: true });
    child.once('error', (cause) => reject(new StationFault('BACKUP-PROGRAM', {}, cause)));
    child.once('exit', () => {
      wish.signal.removeEventListener('abort', stop);
      reject(new StationFault('BACKUP-PROGRAM'));
    });
    // The folder is free only when the process is gone.
    const settle = (act: () => void): void => void child.once('exit', act);
    child.on('message', (raw) => {
      const message = fromMaintenance.safeParse(raw).data;
      switch (message?.kind) {
        case 'progress':
          return wish.progress(message.text);
        case 'statement': {
          const { statement, statementDigest } = message;
          wish.sign(statement, statementDigest).then(
            (second) => say(second === null ? { kind: 'refuse' } : { kind: 'sign', ...second, statementDigest }),
            (thrown: unknown) => {
              settle(() => reject(thrown));
              child.kill('SIGTERM');
            },
          );
          return;
        }
        case 'done':
          child.removeAllListeners('exit');
          return settle(() => resolve(message.outcome));
        case 'failed':
          child.removeAllListeners('exit');
          return settle(() => reject(new StationRefusal(message)));
        case undefined:
      }
    });
    say({ kind: 'begin', task: wish.task, asker: wish.asker, password: wish.password });
  });
}
