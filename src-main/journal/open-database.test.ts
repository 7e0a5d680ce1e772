import { spawn } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { default as Database } from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { entryHash } from '#shared/journal-format/entry.ts';
import { rawKey } from './database-file.ts';
import { EntryStore, entryOfRow, type EntryRow } from './entry-store.ts';
import { firstStart } from './first-start.fixture.ts';
import { digest } from './history.fixture.ts';
import { databaseKey, openJournal, SoftwareKeys, testFolder } from './journal.fixture.ts';
import { openDatabase } from './open-database.ts';
import { sha256 } from './sha256.ts';

const keys = new SoftwareKeys();

function filledFile(folder: string): string {
  const file = join(folder, 'journal.db');
  const journal = openJournal(file);
  journal.append(...firstStart(keys.jwk));
  journal.close();
  return file;
}

/** Every file of a folder by content; SQLite's index and an empty log hold nothing. */
function contents(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    if (name.endsWith('-shm') || (name.endsWith('-wal') && bytes.length === 0)) continue;
    found[name] = digest(bytes.toString('hex'));
  }
  return found;
}

/** Opens and answers with the fault's code; the folder must stay byte for byte as it was, and the words must be there. */
function refusal(file: string, folder: string, key = databaseKey()): string {
  const before = contents(folder);
  try {
    openDatabase({ file, key, whenMissing: 'refuse' }).close();
    return 'opened';
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    expect(contents(folder)).toEqual(before);
    const { text, next } = describeFault(thrown);
    expect(text + next).not.toMatch(/[{}]|unexpected/);
    return thrown.code;
  }
}

function rawDatabase(file: string): Database.Database {
  const database = new Database(file);
  database.pragma("cipher='sqlcipher'");
  database.pragma('legacy=4');
  database.key(rawKey(databaseKey().reveal()));
  return database;
}

describe('a journal file', () => {
  it('has the settings that it needs', () => {
    const database = openDatabase({ file: filledFile(testFolder()), key: databaseKey(), whenMissing: 'refuse' });
    const pragma = (name: string): unknown => database.pragma(name, { simple: true });
    expect(['journal_mode', 'synchronous', 'temp_store', 'foreign_keys', 'locking_mode'].map(pragma)).toEqual([
      'wal',
      2,
      2,
      1,
      'exclusive',
    ]);
    const loose = database
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
      )
      .all();
    expect(loose).toEqual([]);
    database.close();
  });

  it('is refused under a wrong key', () => {
    const folder = testFolder();
    expect(refusal(filledFile(folder), folder, databaseKey('other'))).toBe('JOURNAL-WRONG-KEY');
  });

  it('is refused when it is foreign: text, SQLite in clear, a folder, another program under the same key', () => {
    const folder = testFolder();
    const text = join(folder, 'text.db');
    writeFileSync(text, 'a letter to the bank, long enough to be read as a header');
    expect(refusal(text, folder)).toBe('JOURNAL-FOREIGN');
    const clear = join(folder, 'clear.db');
    const plain = new Database(clear);
    plain.exec('CREATE TABLE t (a)');
    plain.close();
    expect(refusal(clear, folder)).toBe('JOURNAL-FOREIGN');
    expect(refusal(folder, folder)).toBe('JOURNAL-FOREIGN');
    const other = join(folder, 'other.db');
    const enciphered = rawDatabase(other);
    enciphered.exec('CREATE TABLE t (a)');
    enciphered.close();
    expect(refusal(other, folder)).toBe('JOURNAL-FOREIGN');
  });

  it('is refused when a newer version wrote it, also with an unfinished write-ahead log', () => {
    const folder = testFolder();
    const file = filledFile(folder);
    const database = rawDatabase(file);
    database.pragma('journal_mode=WAL');
    database.pragma('user_version=99');
    const copy = testFolder();
    copyFileSync(file, join(copy, 'journal.db'));
    copyFileSync(`${file}-wal`, join(copy, 'journal.db-wal'));
    database.close();
    expect(refusal(file, folder)).toBe('JOURNAL-NEWER-VERSION');
    expect(refusal(join(copy, 'journal.db'), copy)).toBe('JOURNAL-NEWER-VERSION');
  });

  it('is refused when a newer version wrote events or rules that this one does not know', () => {
    const folder = testFolder();
    const file = filledFile(folder);
    const database = rawDatabase(file);
    database.pragma('journal_mode=DELETE');
    database.prepare('UPDATE projection_form SET rules = 9999').run();
    database.close();
    expect(refusal(file, folder)).toBe('JOURNAL-NEWER-RULES');

    const other = testFolder();
    const newer = filledFile(other);
    const writing = rawDatabase(newer);
    writing.pragma('journal_mode=DELETE');
    const last = writing.prepare<[], EntryRow>('SELECT * FROM entries ORDER BY sequence DESC LIMIT 1').get();
    if (last === undefined) throw new Error('a filled journal has entries');
    const { header } = entryOfRow(last);
    const next = { ...header, sequence: header.sequence + 1, kind: 'robot.fed', previous: entryOfRow(last).entryHash };
    new EntryStore(writing).insert(
      { header: next, entryHash: entryHash(next, sha256), salt: null, payload: null },
      '{}',
    );
    writing.close();
    expect(refusal(newer, other)).toBe('JOURNAL-NEWER-ENTRIES');
  });

  it('is refused when it is missing, cut short, or any of its pages is damaged', () => {
    const folder = testFolder();
    expect(refusal(join(folder, 'none.db'), folder)).toBe('JOURNAL-MISSING');
    const file = filledFile(folder);
    const whole = readFileSync(file);
    for (const length of [10, 1000, 4096, whole.length - 4096]) {
      writeFileSync(file, whole.subarray(0, length));
      expect(refusal(file, folder)).toBe('JOURNAL-DAMAGED');
    }
    for (let page = 0; page < whole.length / 4096; page++) {
      const damaged = Buffer.from(whole);
      const at = page * 4096 + 100;
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(file, damaged);
      expect(refusal(file, folder)).toBe('JOURNAL-DAMAGED');
    }
    writeFileSync(file, whole);
    expect(refusal(file, folder)).toBe('opened');
  });

  it('has one opener', () => {
    const folder = testFolder();
    const file = join(folder, 'journal.db');
    const journal = openJournal(file);
    journal.append(...firstStart(keys.jwk));
    expect(() => openJournal(file)).toThrow('JOURNAL-LOCKED');
    journal.append(...firstStart(keys.jwk).slice(1, 2));
  });

  it('is copied under the same key', () => {
    const folder = testFolder();
    const journal = openJournal(join(folder, 'journal.db'));
    journal.append(...firstStart(keys.jwk));
    journal.copyTo(join(folder, 'copy.db'));
    const copy = openJournal(join(folder, 'copy.db'), { whenMissing: 'refuse', headRegister: journal.head() });
    expect(copy.read(1, 100)).toEqual(journal.read(1, 100));
  });

  it.runIf(process.platform === 'linux')(
    'makes no temporary file when a sort outgrows the cache, as SQLite otherwise does',
    () => {
      const folder = testFolder();
      const database = openDatabase({ file: join(folder, 'journal.db'), key: databaseKey(), whenMissing: 'create' });
      onTestFinished(() => void database.close());
      // SQLite opens its temporary files and removes their names at once: they are seen as descriptors only.
      const temporary = (): number =>
        readdirSync('/proc/self/fd').filter((name) => {
          try {
            return /etilqs_/.test(readlinkSync(`/proc/self/fd/${name}`));
          } catch {
            return false;
          }
        }).length;
      const filesOfSort = (): number => {
        const rows = database.prepare(
          `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
         SELECT 'HOLDERNAME' || (i * 7919 % 200003) || hex(zeroblob(200)) AS word FROM n ORDER BY word`,
        );
        for (const _ of rows.iterate()) return temporary();
        return -1;
      };
      expect(filesOfSort()).toBe(0);
      database.pragma('temp_store=FILE');
      expect(filesOfSort()).toBeGreaterThan(0);
    },
  );
});

const appender = (file: string): string => `
  import { Journal } from ${JSON.stringify(join(import.meta.dirname, 'journal.ts'))};
  import { Secret } from ${JSON.stringify(join(import.meta.dirname, '../../src-shared/bytes/secret.ts'))};
  import { systemClock } from ${JSON.stringify(join(import.meta.dirname, '../platform/clock.ts'))};
  import { systemRandomness } from ${JSON.stringify(join(import.meta.dirname, '../platform/randomness.ts'))};
  import { writeSync } from 'node:fs';
  import { hash } from 'node:crypto';
  const journal = Journal.open({ file: ${JSON.stringify(file)}, key: new Secret(hash('sha256', 'key', 'buffer')), whenMissing: 'create',
    station: 'station-test', headRegister: null, clock: systemClock, randomness: systemRandomness, onFatal() {}, onSubscriberFault() {} });
  const base = { actor: { kind: 'station' }, issuer: null };
  for (;;) {
    const n = journal.head().sequence;
    const [, last] = journal.append(
      { ...base, kind: 'lot.received', subjects: { lot: 'lot-' + n }, payload: { blankType: 'emv', count: 1, environment: 'test' } },
      { ...base, kind: 'lot.loaded', subjects: { lot: 'lot-' + n, line: 'line-1' }, payload: { line: 'line-1' } });
    writeSync(1, last.header.sequence + ' ' + last.entryHash + '\\n');
  }`;

describe('a killed station', () => {
  it('has lost nothing that it had acknowledged, and both of a pair or none', { timeout: 60_000 }, async () => {
    const file = join(testFolder(), 'journal.db');
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', appender(file)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: join(import.meta.dirname, '../..'),
      });
      let said = '';
      let complaint = '';
      child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
      const ended = new Promise((resolve) => child.once('close', resolve));
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (data: Buffer) => {
          said += data.toString();
          // Somewhere inside an append, a little later each round.
          if (said.length > 2000) setTimeout(() => child.kill('SIGKILL'), round * 3).unref();
          if (said.length > 2000) resolve();
        });
        child.once('close', () => reject(new Error(complaint)));
      });
      await ended;
      const [sequence, entryHash] = said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1)?.split(' ') ?? [];
      const journal = openJournal(file, { headRegister: { sequence: Number(sequence), entryHash: entryHash ?? '' } });
      expect(journal.head().sequence % 2).toBe(0);
      expect(journal.projections.stock.lots()).toHaveLength(journal.head().sequence / 2);
      journal.close();
    }
  });
});
