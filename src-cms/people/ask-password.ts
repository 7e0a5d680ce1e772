import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { PeopleFault } from './people-fault.ts';

/** A person's password from an environment variable, else asked at the terminal without echo. PASSWORD-MISSING where nobody can be asked. */
export async function askPassword(person: string, variable: string): Promise<string> {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  if (process.stdin.isTTY !== true) throw new PeopleFault('PASSWORD-MISSING');
  process.stderr.write(`Password of ${person}: `);
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
