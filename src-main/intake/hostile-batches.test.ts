import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchId } from '#shared/domain/identifiers.ts';
import { CmsProcess } from '../sync/cms-process.fixture.ts';
import { faultOf, IntakeStation, never, operator } from './intake-station.fixture.ts';

let cms: CmsProcess;
let station: IntakeStation;

beforeAll(async () => {
  cms = await CmsProcess.start();
  station = await IntakeStation.enrolled(cms);
});
afterAll(async () => {
  await station.end();
  await cms.end();
});

/** Each way in which the CMS can spoil a batch, and the code that refuses it. */
const refusals = {
  unsigned: 'INTAKE-MANIFEST-UNSIGNED',
  'foreign-signature': 'INTAKE-SIGNATURE',
  'altered-manifest': 'INTAKE-SIGNATURE',
  'header-not-allowed': 'INTAKE-MANIFEST-HEADER',
  'truncated-manifest': 'INTAKE-MANIFEST-CUT-OFF',
  'truncated-records': 'INTAKE-RECORDS-MISSING',
  'reordered-records': 'INTAKE-RECORD-ORDER',
  'over-many-records': 'INTAKE-RECORDS-TOO-MANY',
  'over-long-record': 'INTAKE-RECORD-TOO-LONG',
  'wrong-content-key': 'INTAKE-CONTENT-KEY',
  'wrong-encryption': 'INTAKE-RECORD-ENCRYPTION',
  'record-header-not-allowed': 'INTAKE-RECORD-HEADER',
  'wrong-audience': 'INTAKE-AUDIENCE',
  'future-version': 'INTAKE-MANIFEST-VERSION',
  'wrong-product-version': 'INTAKE-PRODUCT-VERSION',
  'live-environment': 'INTAKE-LIVE-IN-TRAINING',
  'digest-differs': 'INTAKE-RECORD-DIGEST',
  'garbage-manifest': 'INTAKE-MANIFEST-FORM',
  'wrong-count': 'INTAKE-MANIFEST-COUNT',
  'another-batch': 'INTAKE-OTHER-BATCH',
} as const;

/** Tables in which a refusal itself is told, and the one that names the last entry. */
const told = ['batches', 'keys', 'sync_state', 'entry_subjects', 'entry_actors', 'projection_form'];

describe('a spoilt batch', () => {
  it.each(Object.entries(refusals))('%s is refused whole with %s and leaves nothing', async (hostile, code) => {
    const batch = batchId.parse(await cms.make('emv-debit@1', 1_200, hostile));
    const before = station.tables(told);
    const keys = await station.keyNames();
    const from = station.journal.head().sequence + 1;
    expect(await faultOf(station.intake.pull(batch, operator, never))).toBe(code);
    expect(station.tables(told)).toEqual(before);
    expect(await station.keyNames()).toEqual(keys);
    const row = station.journal.projections.batches.find(batch);
    expect([row?.state, row?.reason?.split(':')[0]]).toEqual(['refused', code]);
    const kinds = station.kinds(from).filter((kind) => !kind.startsWith('sync.'));
    expect([kinds[0], kinds.at(-1)]).toEqual(['batch.leased', 'batch.refused']);
    // The lease went back.
    expect(await cms.control({ state: { batch } })).toMatchObject({ state: 'available', station: null });
  });

  it('comes in once it is mended, and a second time is refused', async () => {
    const batch = batchId.parse(await cms.make('loyalty-stripe@1', 30, 'truncated-records'));
    expect(await faultOf(station.intake.pull(batch, operator, never))).toBe('INTAKE-RECORDS-MISSING');
    await cms.control({ hostile: { batch, kind: null } });
    await station.intake.pull(batch, operator, never);
    expect(station.journal.projections.batches.view(batch)).toMatchObject({ state: 'ready', orders: { ready: 30 } });
    await cms.control({ offerAgain: { batch } });
    const before = station.tables();
    expect(await faultOf(station.intake.pull(batch, operator, never))).toBe('INTAKE-BATCH-KNOWN');
    expect(station.tables()).toEqual(before);
    expect((await station.intake.available(never)).some(({ id }) => id === batch)).toBe(false);
  });

  it('that nobody offers is named', async () => {
    expect(await faultOf(station.intake.pull(batchId.parse('nobodys'), operator, never))).toBe('INTAKE-NOT-AVAILABLE');
  });
});
