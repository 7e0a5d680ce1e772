import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { faultOf, IntakeStation, never, operator } from '../intake/intake-station.fixture.ts';
import { CmsClient } from './cms-client.ts';
import { CmsProcess } from './cms-process.fixture.ts';
import { readEnrolment } from './enrolment-files.ts';

let cms: CmsProcess;
let other: CmsProcess;
beforeAll(async () => {
  [cms, other] = await Promise.all([CmsProcess.start(), CmsProcess.start()]);
});
afterAll(() => Promise.all([cms.end(), other.end()]));

async function open(name: string): Promise<IntakeStation> {
  const station = await IntakeStation.open(() => cms.url, { station: name });
  onTestFinished(() => station.end());
  return station;
}

describe('enrolment', () => {
  it('keeps certificate and keys, brings in the transport key, and journals all of it', async () => {
    const station = await open('en-01');
    expect(station.sync.state().state).toBe('not-enrolled');
    await station.enrol(cms);
    const file = join(station.folder, 'cms', 'enrolment.json');
    expect([statSync(file).mode & 0o777, statSync(join(station.folder, 'cms')).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await station.keyNames()).toEqual([
      'dgi-transport/northbank/1',
      'icc-pool-wrapping/station/1',
      'pan-digest/mercato/1',
      'pan-digest/northbank/1',
      'record-decryption/1',
      'station-signing/1',
    ]);
    expect(station.kinds().filter((kind) => kind !== 'sync.acknowledged')).toEqual([
      'station.created',
      ...Array.from({ length: 6 }, () => 'key.made'),
      'station.enrolled-with-cms',
    ]);
    const stored = readEnrolment(join(station.folder, 'cms'));
    expect(station.journal.projections.station.facts()?.cms).toEqual({
      cms: cms.url,
      certificateSerial: stored?.certificateSerial,
      issuers: ['mercato', 'northbank'],
    });
    expect(station.sync.issuers()).toEqual([
      { id: 'mercato', name: 'Mercato Retail' },
      { id: 'northbank', name: 'Northbank' },
    ]);
    // What only the stored file knows survives a restart, and nothing is journaled twice.
    await station.stop();
    await station.start('refuse');
    expect(station.sync.enrolled).toBe('yes');
    expect((await station.sync.batches(never)).length).toBe(8);
    expect(station.kinds().filter((kind) => kind === 'station.enrolled-with-cms').length).toBe(1);
  });

  it('journals at the next start what a crash left out of the journal', async () => {
    const [first, second] = [await open('en-02'), await open('en-03')];
    await first.enrol(cms);
    await second.enrol(cms);
    const file = (station: IntakeStation) => join(station.folder, 'cms', 'enrolment.json');
    const renamed = readFileSync(file(first), 'utf8').replace('"en-02"', '"en-03"');
    await second.stop();
    writeFileSync(file(second), renamed);
    await second.start('refuse');
    expect(second.kinds().filter((kind) => kind === 'station.enrolled-with-cms').length).toBe(2);
  });

  it('refuses codes that are none, used or of another station, and an unknown authority', async () => {
    const station = await open('en-04');
    const enrol = async (code: string, more = {}) =>
      faultOf(station.sync.enrol({ code, authority: cms.authority, ...more }, operator, never));
    const before = station.tables();
    expect(await enrol('not a code')).toBe('CMS-CODE-FORM');
    expect(await enrol(await cms.code('en-99'))).toBe('CMS-CODE-UNKNOWN');
    const code = await cms.code('en-04');
    expect(await enrol(code, { authority: other.authority })).toBe('CMS-CERTIFICATE');
    expect(await enrol(code, { authority: 'no certificate' })).toBe('CMS-ENROLMENT-ANSWER');
    expect(await enrol(code, { authorityFingerprint: '00'.repeat(32) })).toBe('CMS-ENROLMENT-ANSWER');
    await cms.control({ answer: { kind: 'garbage', times: 1 } });
    expect(await enrol(code)).toBe('CMS-ANSWER-FORM');
    await cms.control({ answer: { kind: 'hang-up', times: 1 } });
    expect(await enrol(code)).toBe('CMS-UNREACHABLE');
    expect(station.tables()).toEqual(before);
    expect(station.sync.enrolled).toBe('no');
    expect(await enrol(code.toLowerCase())).toBe('none');
    expect(await enrol(code)).toBe('CMS-CODE-UNKNOWN');
    expect(await enrol(await cms.code('en-04'))).toBe('CMS-STATION-ENROLLED');
    // A code that replaces: the CMS has a new chain and is sent everything from the first entry.
    expect(await enrol(await cms.code('en-04', 'replace'))).toBe('none');
    await station.sync.flush(never);
    expect(station.sync.state()).toMatchObject({ state: 'in-step', queued: 0 });
  });

  it('brings no transport key back that people destroyed', async () => {
    const station = await open('en-07');
    await station.enrol(cms);
    const name = 'dgi-transport/northbank/1';
    const { kcv } = await station.keys.destroyKey(name, never);
    station.journal.append({
      kind: 'key.destroyed',
      actor: operator,
      issuer: 'northbank',
      subjects: { key: name },
      payload: { name, usage: 'dgi-transport', kcv },
    });
    await station.enrol(cms, 'replace');
    expect(await station.keyNames()).not.toContain(name);
    expect(station.journal.projections.keys.find(name)?.state).toBe('destroyed');
  });

  it('names a damaged file instead of enrolling over it', async () => {
    const station = await open('en-05');
    await station.enrol(cms);
    await station.stop();
    const file = join(station.folder, 'cms', 'enrolment.json');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.slice(0, 300));
    expect(await faultOf(station.start('refuse'))).toBe('CMS-ENROLMENT-DAMAGED');
    writeFileSync(file, whole.replace('"test"', '"live"'));
    station.journal.close();
    await station.keys.close();
    expect(await faultOf(station.start('refuse'))).toBe('CMS-ENROLMENT-DAMAGED');
    station.journal.close();
    await station.keys.close();
    writeFileSync(file, whole);
    await station.start('refuse');
  });
});

describe('the client', () => {
  it('says in words of its own what is wrong with an answer', async () => {
    const station = await open('en-06');
    await station.enrol(cms);
    await station.sync.flush(never);
    const stored = readEnrolment(join(station.folder, 'cms'));
    const identity = {
      authority: cms.authority,
      client: { certificate: stored?.certificate ?? '', key: stored?.tlsKey ?? '' },
    };
    const deadlines = { usual: 400, manifest: 400, records: 400, events: 400 };
    const client = new CmsClient(cms.url, identity, deadlines);
    const stranger = new CmsClient(cms.url, { authority: cms.authority }, deadlines);
    const nowhere = new CmsClient('https://127.0.0.1:9', identity, deadlines);
    onTestFinished(async () => {
      await Promise.all([client.close(), stranger.close(), nowhere.close()]);
    });
    const codes: string[] = [];
    for (const answer of [
      { kind: 'garbage', times: 1 },
      { kind: 'error-500', times: 1 },
      { kind: 'never', times: 1 },
      { kind: 'slow', times: 1, milliseconds: 5_000 },
      { kind: 'hang-up', times: 2 },
      { kind: 'hang-up', times: 1 },
    ]) {
      await cms.control({ answer });
      codes.push(await faultOf(client.batches(never)));
    }
    // A connection lost once is tried again; all calls but the enrolment are harmless when repeated.
    expect(codes).toEqual(['CMS-ANSWER-FORM', 'CMS-FAILED', 'CMS-DEADLINE', 'CMS-DEADLINE', 'CMS-UNREACHABLE', 'none']);
    expect(await faultOf(stranger.batches(never))).toBe('CMS-CERTIFICATE-REFUSED');
    expect(await faultOf(nowhere.batches(never))).toBe('CMS-UNREACHABLE');
    expect(await faultOf(client.takeLease('none', never))).toBe('CMS-BATCH-NOT-AVAILABLE');
    expect(await faultOf(client.heartbeat('none', never))).toBe('CMS-LEASE-LOST');
    await expect(client.batches(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    await cms.control({ revoke: { station: 'en-06' } });
    expect(await faultOf(client.batches(never))).toBe('CMS-STATION-REVOKED');
  });

  it('does not speak to a CMS of another authority', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cardwright-none-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const client = new CmsClient(other.url, { authority: cms.authority });
    onTestFinished(() => client.close());
    expect(await faultOf(client.batches(never))).toBe('CMS-CERTIFICATE');
  });
});
