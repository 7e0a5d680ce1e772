import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientId } from '../access/sessions.ts';
import { trainingPeople } from '../access/training-people.ts';
import { router } from '../api/router.ts';
import { startStation, type Station } from '../station.ts';

const modulePath = '/usr/lib/softhsm/libsofthsm2.so';
const data = mkdtempSync(join(tmpdir(), 'cardwright-registry-'));
const one = '7962d9ece03d1acd4c76089dce131543';
const two = '0123456789abcdeffedcba9876543210';
let station: Station;

function start(): Promise<Station> {
  return startStation({
    data,
    shell: 'test',
    progress: () => undefined,
    fatal: (fault) => {
      throw fault;
    },
    signal: AbortSignal.timeout(120_000),
  });
}

function as(person: string) {
  const context = { client: person as ClientId, via: 'command-line', services: station.services } as const;
  return createRouterClient(router, { context });
}

async function logIn(...people: readonly string[]): Promise<void> {
  for (const person of people) await as(person).session.logIn({ person, password: `training-${person}` });
}

/** The second person signs in place, at the asker's window. */
async function sign(asker: string, approval: string, ...approvers: readonly string[]): Promise<void> {
  for (const approver of approvers) {
    const { statementDigest } = await as(asker).approvals.get({ approval });
    const password = `training-${approver}`;
    await as(asker).approvals.decide({ approval, approver, password, statementDigest, verdict: { kind: 'approve' } });
  }
}

async function keyNamed(name: string) {
  return (await as('kofi').keys.list({})).keys.find((key) => key.name === name);
}

async function becomes(name: string, state: string): Promise<void> {
  await expect.poll(async () => (await keyNamed(name))?.state, { timeout: 10_000 }).toBe(state);
}

/** Every byte of every file below a folder, as text of single bytes. */
function allText(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'))
    .join('\n');
}

describe.skipIf(!existsSync(modulePath))('the registry of a training station over SoftHSM2', () => {
  beforeAll(async () => {
    const configuration = {
      version: 1,
      station: 'ST-REGISTRY',
      mode: 'training',
      issuers: [{ id: 'northbank', title: 'Northbank' }],
      cms: { kind: 'training' },
      hsm: { kind: 'automatic' },
      machines: {
        kind: 'configured',
        lines: [
          {
            line: 'line-1',
            title: 'Line 1',
            printer: {
              driver: 'evolis',
              serial: 'NONE-1',
              model: 'a printer that is switched off',
              environment: 'test',
              link: { kind: 'tcp', host: '127.0.0.1', port: 1 },
            },
            reader: null,
          },
        ],
      },
    };
    writeFileSync(join(data, 'station.json'), JSON.stringify(configuration));
    station = await start();
    await logIn('kofi', 'karin', 'sofia');
  }, 180_000);

  afterAll(async () => {
    await station.close();
    rmSync(data, { recursive: true, force: true });
  }, 60_000);

  it('generates a key under dual control, puts it into use and ends it, as custodians do', async () => {
    const { custodians } = Object.groupBy(trainingPeople, ({ role }) =>
      role === 'custodian' ? 'custodians' : 'others',
    );
    expect(custodians).toHaveLength(3);
    const wish = { usage: 'imk-ac', algorithm: 'TDES-2', issuer: 'northbank', validUntil: null };
    const asked = await as('kofi').keys.requestGeneration(wish);
    const waiting = (await as('karin').home.waiting({})).tasks.find(({ kind }) => kind === 'approval');
    expect(waiting?.title).toBe('Generation of a key imk-ac/northbank/2');
    await sign('kofi', asked.approval, 'karin');
    await becomes('imk-ac/northbank/2', 'pre-active');
    expect(await keyNamed('imk-ac/northbank/2')).toMatchObject({
      askedBy: 'Kofi Mensah',
      approvedBy: ['Karin Dahl'],
      alarm: 'none',
      mayAsk: ['activate', 'compromise', 'destroy'],
    });
    const key = 'imk-ac/northbank/2';
    for (const [change, state] of [
      ['activate', 'active'],
      ['compromise', 'compromised'],
      ['destroy', 'destroyed'],
    ] as const) {
      const request = await as('kofi').keys.requestChange({ key, change, reason: 'as planned' });
      await sign('kofi', request.approval, 'karin', ...(request.approversNeeded === 2 ? ['sofia'] : []));
      await becomes(key, state);
    }
    const store = await as('sofia').keys.store({});
    expect([store.provider, store.state, store.trouble]).toEqual(['pkcs11', 'ready', null]);
    expect(store.mechanisms.filter(({ state }) => state !== 'proven')).toEqual([]);
    const { usages } = await as('kofi').keys.usages({});
    expect(usages.filter(({ unavailable }) => unavailable !== null)).toEqual([]);
  }, 60_000);

  it('holds a ceremony over the calls of the window; no digit is in any file of the station', async () => {
    const asked = await as('kofi').keys.requestCeremony({
      usage: 'imk-smi',
      algorithm: 'TDES-2',
      issuer: 'northbank',
      validUntil: '2027-12-31',
      custodians: ['kofi', 'karin'],
      leavesUnder: null,
    });
    await sign('kofi', asked.approval, 'sofia');
    const ceremony = asked.subjects['ceremony'] ?? '';
    await expect.poll(async () => (await as('kofi').keys.ceremony({ ceremony })).state).toBe('entering');
    for (const [person, digits] of [
      ['kofi', one],
      ['karin', two],
    ] as const) {
      const turn = (await as(person).home.waiting({})).tasks.find(({ kind }) => kind === 'ceremony');
      expect(turn?.route).toBe(`/keys/ceremonies/${ceremony}`);
      for (let pass = 1; pass <= 2; pass++) {
        for (const digit of digits) {
          await as(person).keys.enterDigit({ ceremony, digit: Number.parseInt(digit, 16) });
        }
        const { count, mine } = await as(person).keys.ceremony({ ceremony });
        expect([count, mine]).toEqual([32, person === 'kofi' ? 1 : 2]);
        await as(person).keys.endEntry({ ceremony });
      }
    }
    const { kcv } = await as('karin').keys.ceremony({ ceremony });
    await as('karin').keys.confirmValue({ ceremony, kcv: kcv ?? '' });
    expect((await as('kofi').keys.confirmValue({ ceremony, kcv: kcv ?? '' })).state).toBe('kept');
    expect(await keyNamed('imk-smi/northbank/2')).toMatchObject({ kcv, wayIn: 'components', validUntil: '2027-12-31' });
    const { journal } = station.services;
    const entries = JSON.stringify(journal.read(1, journal.head().sequence));
    const text = `${allText(data)}${entries}`.toLowerCase();
    for (const digits of [one, two]) {
      expect(text).not.toContain(digits);
      expect(text).not.toContain(Buffer.from(digits, 'hex').toString('latin1').toLowerCase());
    }
    expect(readFileSync(join(data, 'log', 'station.log'), 'utf8')).not.toContain('digit');
  }, 60_000);

  it('ends a ceremony in which a custodian logs out within an entry', async () => {
    const asked = await as('kofi').keys.requestCeremony({
      usage: 'imk-smc',
      algorithm: 'TDES-2',
      issuer: 'northbank',
      validUntil: null,
      custodians: ['karin', 'kofi'],
      leavesUnder: null,
    });
    await sign('kofi', asked.approval, 'sofia');
    const ceremony = asked.subjects['ceremony'] ?? '';
    await expect.poll(async () => (await as('kofi').keys.ceremony({ ceremony })).state).toBe('entering');
    await as('karin').keys.enterDigit({ ceremony, digit: 7 });
    await as('karin').session.logOut({});
    await expect.poll(async () => (await as('kofi').keys.ceremony({ ceremony })).state).toBe('given-up');
    await logIn('karin');
  }, 60_000);

  it('tells at home which key expires soon, and which came to nothing', async () => {
    const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const wish = { usage: 'key-block-protection', algorithm: 'AES-256', issuer: 'northbank', validUntil: soon };
    const protection = 'key-block-protection/northbank/1';
    const asked = await as('kofi').keys.requestGeneration(wish);
    await sign('kofi', asked.approval, 'karin');
    await becomes(protection, 'pre-active');
    const activation = await as('kofi').keys.requestChange({ key: protection, change: 'activate', reason: 'first' });
    await sign('kofi', activation.approval, 'karin');
    await becomes(protection, 'active');
    const block = `D0112P0AE00E0000${'AB'.repeat(48)}`;
    const zone = { usage: 'zone-pin-key', algorithm: 'AES-128', issuer: 'northbank', validUntil: null };
    const brought = await as('kofi').keys.requestBlockImport({
      ...zone,
      block,
      protectionKey: protection,
      expectedKcv: null,
    });
    await sign('kofi', brought.approval, 'karin');
    const told = async (person: string) =>
      (await as(person).home.waiting({})).tasks
        .filter(({ kind }) => kind.startsWith('key-'))
        .map(({ kind, title, urgent }) => [kind, title, urgent]);
    const alarm = ['key-alarm', `Key ${protection} expires soon`, 'no'];
    await expect
      .poll(() => told('kofi'))
      .toEqual([['key-not-made', 'Key zone-pin-key/northbank/1 was not made', 'yes'], alarm]);
    const failed = (await as('kofi').home.waiting({})).tasks.find(({ kind }) => kind === 'key-not-made');
    expect(failed?.detail).toMatch(/^The key block is refused: [a-z ]+\. Nothing of it was kept/);
    expect(await told('sofia')).toEqual([alarm]);
    expect(await keyNamed('zone-pin-key/northbank/1')).toBeUndefined();
  }, 60_000);

  it('knows its keys again after a start', async () => {
    await station.close();
    station = await start();
    await logIn('kofi');
    expect((await keyNamed('imk-smi/northbank/2'))?.state).toBe('pre-active');
    expect((await keyNamed('imk-ac/northbank/2'))?.state).toBe('destroyed');
  }, 120_000);
});
