import { createHash } from 'node:crypto';
// oxlint-disable-next-line import/default -- a CommonJS package: Node gives module.exports as the default
import SqliteDatabase from 'better-sqlite3-multiple-ciphers';
import { systemSurroundings } from '../platform/surroundings.ts';
import { DataFolder } from '../platform/data-folder.ts';
import { openMasterKeys } from '../sealing/vault.ts';

/** Digest of every row of each table of a CMS's database, by table: two dumps are equal when nothing was changed. */
export function dumpTables(folder: string, besides: readonly string[] = []): Readonly<Record<string, string>> {
  const data = new DataFolder(folder);
  const database = new SqliteDatabase(data.file('cms.db'), { readonly: true });
  database.pragma(`cipher='sqlcipher'`);
  database.pragma('legacy=4');
  const key = openMasterKeys(data, systemSurroundings).database;
  database.key(Buffer.from(`x'${key.toString('hex')}'`, 'ascii'));
  const names = database
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  const dump = names
    .filter((name) => !besides.includes(name))
    .map((name) => {
      const hash = createHash('sha256');
      const rows = database.prepare(`SELECT * FROM "${name}" ORDER BY 1, 2`).raw().iterate() as IterableIterator<
        unknown[]
      >;
      for (const row of rows) hash.update(JSON.stringify(row));
      return [name, hash.digest('hex')] as const;
    });
  database.close();
  return Object.fromEntries(dump);
}
