import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import { batchId, stationId } from '#shared/domain/identifiers.ts';
import { faultOf, IntakeStation, never, operator, softHsmModule } from '../intake/intake-station.fixture.ts';
import { Journal } from '../journal/journal.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { CmsProcess } from '../sync/cms-process.fixture.ts';

const batch = batchId.parse('nb-debit-0001');
const module = existsSync(softHsmModule);
if (!module) process.stdout.write(`skipped: no SoftHSM2 at ${softHsmModule}\n`);

let cms: CmsProcess;
beforeAll(async () => {
  cms = await CmsProcess.start();
});
afterAll(() => cms.end());

function openCopy(file: string): Journal {
  return Journal.open({
    file,
    key: new Secret(new Uint8Array(32).fill(7)),
    whenMissing: 'refuse',
    station: stationId.parse('cw-erase'),
    headRegister: null,
    clock: systemClock,
    randomness: systemRandomness,
    onFatal: () => undefined,
    onSubscriberFault: () => undefined,
  });
}

it.skipIf(!module)(
  'opens no record of a closed batch from an old copy of the database with today’s HSM',
  async () => {
    const station = await IntakeStation.enrolled(cms, { station: 'cw-erase', provider: 'pkcs11' });
    try {
      await station.intake.pull(batch, operator, never);
      const file = join(station.folder, 'old-copy.db');
      station.journal.copyTo(file);
      const old = openCopy(file);
      const wrapped = old.sealedRecords.key(batch);
      const records = old.sealedRecords.range(batch, 0, 100);
      expect(records).toHaveLength(5);
      if (wrapped === null) throw new Error('the copy holds no data key');

      // The copy is whole: while the batch's key exists, everything in it opens.
      const opened = await station.keys.unseal(batch, wrapped, records, never);
      expect(opened.map((bytes) => Buffer.from(bytes).toString().includes('"pan"'))).toEqual([
        true,
        true,
        true,
        true,
        true,
      ]);

      await station.keys.destroyBatchKey(batch, never);
      for (const record of records) {
        expect(await faultOf(station.keys.unseal(batch, wrapped, [record], never))).toBe('KEYS-NOT-FOUND');
      }
      expect((await station.keyNames()).filter((name) => name.includes(batch))).toEqual([]);
      old.close();
    } finally {
      await station.end();
    }
  },
  60_000,
);
