import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

// The setup is plain JavaScript for any Node from 18 on; its types are stated here.
const { reserveReaderPorts, withReaderPorts } = createRequire(import.meta.url)('./reader-ports.mjs') as {
  reserveReaderPorts: (file?: string) => void;
  withReaderPorts: (list: string) => string;
};

test.each([
  ['', '35963,35964'],
  ['35963-35964\n', '35963-35964'],
  ['8080,35000-36000', '8080,35000-36000'],
  ['35964,9000-9010', '35964,9000-9010,35963'],
])('the list "%s" becomes "%s"', (now, wanted) => {
  expect(withReaderPorts(now)).toBe(wanted);
});

test('what others have reserved stays reserved, and a file that is not there is no failure', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-ports-'));
  try {
    const file = path.join(folder, 'ip_local_reserved_ports');
    writeFileSync(file, '8080\n');
    reserveReaderPorts(file);
    reserveReaderPorts(file);
    expect(readFileSync(file, 'utf8')).toBe('8080,35963,35964');
    expect(() => reserveReaderPorts(path.join(folder, 'none'))).not.toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
