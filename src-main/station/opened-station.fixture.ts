// What an intruder with both custodians' words would have of a training station's data folder, for tests that look for secrets there:
// `pin FOLDER` says the token's PIN, `values FOLDER FILE` writes every value of every table through the open key, `pages FOLDER FILE` every
// page of the database and of its write-ahead log in clear, those that SQLite has given up included. `plant FOLDER TEXT` puts a text into a
// table of its own, in a copy, and leaves it in the log. Says one JSON object.
import { createDecipheriv } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { Secret } from '#shared/bytes/secret.ts';
import { openDatabase, openForReading } from '../journal/open-database.ts';
import { openTrainingSeal } from '../keys/training-seal.ts';
import { placesIn } from './places.ts';

const [what, folder = '', file = ''] = process.argv.slice(2);
const places = placesIn(folder);
const { hsmPin, databaseKey } = (await openTrainingSeal(places.seal)).secret.reveal();

/** Bytes at a page's end that SQLCipher 4 keeps for itself: initialisation vector (16) and HMAC-SHA-512 (64). */
const reserved = 80;
const pageSize = 4096;
const logHeader = 32;
const frameHeader = 24;

function values(): Readonly<Record<string, unknown>> {
  const database = openForReading({ file: places.database, key: new Secret(databaseKey) });
  const out = openSync(file, 'w', 0o600);
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
  let count = 0;
  for (const table of tables) {
    for (const row of database.prepare(`SELECT * FROM "${table}"`).raw().iterate() as Iterable<unknown[]>) {
      for (const value of row) {
        writeSync(out, value instanceof Uint8Array ? value : Buffer.from(String(value)));
        writeSync(out, '\n');
        count += 1;
      }
    }
  }
  closeSync(out);
  database.close();
  return { tables: tables.length, values: count };
}

/** SQLCipher 4 with a raw key: AES-256-CBC page by page; the first page begins with the salt. */
function clearPage(page: Buffer, number: number): Buffer {
  const from = number === 1 ? 16 : 0;
  const iv = page.subarray(pageSize - reserved, pageSize - reserved + 16);
  const cipher = createDecipheriv('aes-256-cbc', databaseKey, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(page.subarray(from, pageSize - reserved)), cipher.final()]);
}

function pages(): Readonly<Record<string, unknown>> {
  const out = openSync(file, 'w', 0o600);
  const database = readFileSync(places.database);
  let [inFile, inLog] = [0, 0];
  for (let at = 0; at + pageSize <= database.length; at += pageSize) {
    const page = database.subarray(at, at + pageSize);
    // A page that was never written is all zeros.
    if (page.every((byte) => byte === 0)) continue;
    writeSync(out, clearPage(page, at / pageSize + 1));
    inFile += 1;
  }
  const log = existsSync(`${places.database}-wal`) ? readFileSync(`${places.database}-wal`) : Buffer.alloc(0);
  for (let at = logHeader; at + frameHeader + pageSize <= log.length; at += frameHeader + pageSize) {
    const page = log.subarray(at + frameHeader, at + frameHeader + pageSize);
    writeSync(out, clearPage(page, log.readUInt32BE(at)));
    inLog += 1;
  }
  closeSync(out);
  return { inFile, inLog };
}

/** Ends without closing the database: the log stays as it is. */
function plant(): never {
  const database = openDatabase({ file: places.database, key: new Secret(databaseKey), whenMissing: 'refuse' });
  database.exec('CREATE TABLE planted (value TEXT) STRICT');
  database.prepare('INSERT INTO planted VALUES (?)').run(file);
  writeFileSync(1, '{}\n');
  process.kill(process.pid, 'SIGKILL');
  throw new Error('it has ended');
}

const answers: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
  pin: () => ({ pin: hsmPin }),
  values,
  pages,
  plant,
};
const answer = answers[what ?? ''];
if (answer === undefined) throw new Error('pin, values, pages or plant');
writeFileSync(1, `${JSON.stringify(answer())}\n`);
