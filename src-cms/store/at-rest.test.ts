import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
// oxlint-disable-next-line import/default -- a CommonJS package: Node gives module.exports as the default
import SqliteDatabase from 'better-sqlite3-multiple-ciphers';
import { compactDecrypt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMasterKeys } from '../sealing/vault.ts';
import { startTestCms, TestStation, type TestCms } from '../test-station.fixture.ts';
import { badRecords } from '../training/bad-batch.ts';
import { emvOrder, giftOrder, loyaltyOrder } from '../training/orders.ts';

let test: TestCms;
let firstRecord: string;
beforeAll(async () => {
  test = await startTestCms();
  const station = await TestStation.enrolled(test, 'cw-01');
  const lease = await station.lease('nb-debit-0001');
  await station.call('GET', `/v1/batches/nb-debit-0001/manifest?lease=${lease}`);
  const records = await station.call('GET', `/v1/batches/nb-debit-0001/records?lease=${lease}&from=0&count=5`);
  const { jwe } = JSON.parse(records.text.split('\n')[0] ?? '') as { jwe: string };
  const { contentKey } = test.cms.desk.recordKey(
    await test.cms.desk.require(lease, await test.cms.stations.identify(fingerprint(station))),
  );
  firstRecord = Buffer.from((await compactDecrypt(jwe, contentKey)).plaintext).toString();
});
afterAll(() => test.close());

function fingerprint(station: TestStation): string {
  return new X509Certificate(station.identity?.cert ?? '').fingerprint256;
}

/** PANs, names, tracks and chip data of the seeded batches, as they would stand in clear. */
function secrets(): Buffer[] {
  const source = { seed: 'cardwright', today: test.clock.now() };
  const key = { name: 'k', kcv: '000000', key: Buffer.alloc(32) };
  const debit = [0, 1, 2, 3, 4].map((position) => emvOrder({ ...source, serial: 1_000 + position, position }, key));
  const club = [0, 1, 2].map((position) => loyaltyOrder({ ...source, serial: 2_000 + position, position }));
  const gift = [0, 1, 2].map((position) => giftOrder({ ...source, serial: 3_000 + position, position }));
  const bad = [...badRecords({ ...source, serial: 8_000 }, key, debit[0] as (typeof debit)[number])].slice(0, 1);
  const texts = [
    ...debit.flatMap((order) => [
      order.pan,
      order.printName,
      order.encodedName,
      order.track1,
      order.track2,
      order.chip?.groupings[0]?.value,
    ]),
    ...club.flatMap((order) => [order.printName, order.track2, order.fields?.['loyaltyNumber']]),
    ...gift.map((order) => order.fields?.['giftNumber']),
    ...bad.map(({ text }) => text.slice(40, 80)),
  ].filter((text) => text !== undefined);
  return texts.flatMap((text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]);
}

describe('card data at rest', () => {
  it('stands in no file of the folder, and in no column of the open database', () => {
    const wanted = secrets();
    expect(wanted.length).toBeGreaterThan(70);
    // The texts looked for are really those of the stored orders.
    expect(wanted.slice(0, 8).filter((secret) => Buffer.from(firstRecord).includes(secret)).length).toBe(4);
    const files = readdirSync(test.data);
    expect(files).toEqual(expect.arrayContaining(['cms.db', 'cms.db-wal']));
    for (const name of files) {
      const content = readFileSync(join(test.data, name));
      expect(wanted.filter((secret) => content.includes(secret)).map(String)).toEqual([]);
    }
    const database = new SqliteDatabase(join(test.data, 'cms.db'), { readonly: true });
    database.pragma(`cipher='sqlcipher'`);
    database.pragma('legacy=4');
    const { database: fileKey } = openMasterKeys(test.cms.folder, test.clock);
    database.key(Buffer.from(`x'${fileKey.toString('hex')}'`));
    const tables = database.prepare(`select name from sqlite_master where type = 'table'`).pluck().all() as string[];
    let columns = 0;
    for (const table of tables) {
      for (const row of database.prepare(`select * from "${table}"`).raw().iterate() as IterableIterator<unknown[]>) {
        for (const value of row) {
          columns += 1;
          const content = Buffer.isBuffer(value) ? value : Buffer.from(String(value), 'utf8');
          const found = wanted.filter((secret) => content.includes(secret));
          if (found.length > 0) expect(`${table}: ${found.map(String).join(', ')}`).toBe('');
        }
      }
    }
    database.close();
    expect(columns).toBeGreaterThan(3_000);
  });

  it('lies in files that only their owner reads', () => {
    const modes = readdirSync(test.data).map((name) => statSync(join(test.data, name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });
});
