import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder of this test's own, mode 0700, that is gone when the test lets it go. */
export interface OwnFolder extends Disposable {
  readonly path: string;
}

/** Makes a folder under the system's temporary folder; kept where CARDWRIGHT_E2E_KEEP is set. */
export function ownFolder(purpose: string): OwnFolder {
  const folder = mkdtempSync(path.join(tmpdir(), `cardwright-e2e-${purpose}-`));
  const keep = process.env['CARDWRIGHT_E2E_KEEP'] !== undefined;
  return {
    path: folder,
    [Symbol.dispose]: () => {
      if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** A copy of the data folder of a station that does not run. Sockets are left out: they are of no use elsewhere. */
export function copyOfFolder(source: string, purpose: string): OwnFolder {
  const copy = ownFolder(purpose);
  cpSync(source, copy.path, { recursive: true, filter: (from) => !from.endsWith('.sock') && !from.endsWith('/tty') });
  return copy;
}
