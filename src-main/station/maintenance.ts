/** The program for a stopped station: restores it from a backup, or brings its journal forward. Speaks with its parent over its channel only. */
import { Secret } from '#shared/bytes/secret.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { FromMaintenance, ToMaintenance } from '../shells/launcher/maintenance-messages.ts';
import { maintainStation } from './maintain-station.ts';

process.umask(0o077);
const stopped = new AbortController();
const stop = (): void => stopped.abort(new StationFault('STATION-STOPPING'));
process.on('SIGTERM', stop);
process.on('SIGINT', () => undefined);
process.on('disconnect', stop);

function say(message: FromMaintenance): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

let answer: ((message: Extract<ToMaintenance, { kind: 'sign' | 'refuse' }>) => void) | null = null;

async function begin({ task, asker, password }: Extract<ToMaintenance, { kind: 'begin' }>): Promise<void> {
  try {
    const outcome = await maintainStation({
      task,
      people: {
        asker,
        password: new Secret(password),
        sign: async (statement, statementDigest) => {
          const answered = new Promise<Extract<ToMaintenance, { kind: 'sign' | 'refuse' }>>((resolve, reject) => {
            answer = resolve;
            stopped.signal.addEventListener('abort', () => reject(stopped.signal.reason as Error));
          });
          await say({ kind: 'statement', statement, statementDigest });
          const said = await answered;
          return said.kind === 'refuse' ? null : { ...said, password: new Secret(said.password) };
        },
      },
      progress: (text) => void say({ kind: 'progress', text }),
      signal: stopped.signal,
    });
    await say({ kind: 'done', outcome });
  } catch (thrown) {
    const fault =
      thrown instanceof StationFault
        ? thrown
        : new StationFault(
            'STATION-START-FAILED',
            { reason: thrown instanceof Error ? thrown.name : 'unknown' },
            thrown,
          );
    await say({ kind: 'failed', code: fault.code, ...describeFault(fault) });
  }
  process.exit(0);
}

process.on('message', (message: ToMaintenance) => {
  if (message.kind === 'begin') void begin(message);
  else answer?.(message);
});
