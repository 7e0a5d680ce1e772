import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient, isProcedure, ORPCError } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import { actsOfRole, type Act } from '#shared/domain/roles.ts';
import type { ClientId } from '../access/sessions.ts';
import { scriptLines } from '#shared/product-description/script-text.ts';
import { addPerson } from '../access/people.ts';
import { trainingPeople } from '../access/training-people.ts';
import { startStation, type Station } from '../station.ts';

import { router } from './router.ts';
import { batches, inputOf, products, rows } from './walked-calls.fixture.ts';

type Call = (input: unknown, options?: { signal: AbortSignal }) => Promise<unknown>;

/** What came of a call: the error's code, or `answered`. Live views are opened and left. */
async function outcome(station: Station, client: string, path: readonly string[], input: unknown): Promise<string> {
  const context = { client: client as ClientId, via: 'command-line', services: station.services } as const;
  let target: unknown = createRouterClient(router, { context });
  for (const name of path) target = (target as Record<string, unknown>)[name];
  try {
    const answer = await (target as Call)(input, { signal: AbortSignal.timeout(20_000) });
    if (answer !== null && typeof answer === 'object' && Symbol.asyncIterator in answer) {
      const iterator = (answer as AsyncIterable<unknown>)[Symbol.asyncIterator]();
      await iterator.next();
      await iterator.return?.();
    }
    return 'answered';
  } catch (thrown) {
    return thrown instanceof ORPCError ? String(thrown.code) : `thrown ${String(thrown)}`;
  }
}

const data = mkdtempSync(join(tmpdir(), 'cardwright-rights-'));
let station: Station;

/** Calls that would end the walk or change who is logged in. */
const leftOut = new Set(['session.logIn', 'session.logOut']);

describe('the rights of every call', () => {
  beforeAll(async () => {
    const nowhere = (at: number) => ({
      line: `line-${at}`,
      title: `Line ${at}`,
      printer: {
        driver: 'evolis',
        serial: `NONE-${at}`,
        model: 'a printer that is switched off',
        environment: 'test',
        link: { kind: 'tcp', host: '127.0.0.1', port: at },
      },
      reader: null,
    });
    const configuration = {
      version: 1,
      station: 'ST-RIGHTS',
      mode: 'training',
      issuers: [
        { id: 'northbank', title: 'Northbank' },
        { id: 'mercato', title: 'Mercato Retail' },
      ],
      cms: { kind: 'training' },
      hsm: { kind: 'files' },
      machines: { kind: 'configured', lines: [nowhere(1), nowhere(2)] },
    };
    writeFileSync(join(data, 'station.json'), JSON.stringify(configuration));
    station = await startStation({
      data,
      shell: 'test',
      progress: () => undefined,
      fatal: (fault) => {
        throw fault;
      },
      signal: AbortSignal.timeout(120_000),
    });
    for (const { person, password } of trainingPeople) {
      const context = { client: person as ClientId, via: 'command-line', services: station.services } as const;
      await createRouterClient(router, { context }).session.logIn({ person, password });
    }
    for (const batch of Object.values(batches)) {
      expect(await outcome(station, 'olivia', ['batches', 'pull'], { batch })).toBe('answered');
    }
  }, 180_000);

  afterAll(async () => {
    await station.close();
    rmSync(data, { recursive: true, force: true });
  }, 60_000);

  it('finds an act and a scope in every row, and a handler behind it', () => {
    expect(rows.length).toBeGreaterThan(30);
    const bare = rows.filter(({ meta }) => meta.act === undefined || meta.scope === undefined);
    expect(bare).toEqual([]);
    const handlers = rows.filter(({ path }) => {
      let part: unknown = router;
      for (const name of path) part = (part as Record<string, unknown>)[name];
      return !isProcedure(part);
    });
    expect(handlers).toEqual([]);
  });

  it('refuses who is not logged in, but for the public calls', async () => {
    for (const { path, meta } of rows) {
      if (leftOut.has(path.join('.'))) continue;
      const seen = await outcome(station, 'a stranger', path, inputOf(path.join('.'), 'northbank'));
      expect([path.join('.'), seen]).toEqual([path.join('.'), meta.act === 'public' ? 'answered' : 'UNAUTHORIZED']);
    }
  });

  it.each(trainingPeople.map(({ person, role, issuers }) => ({ person, role, issuers })))(
    'gives $person ($role) exactly what the role carries',
    async ({ person, role, issuers }) => {
      for (const { path, meta } of rows) {
        const call = path.join('.');
        if (leftOut.has(call)) continue;
        // What holds things of every issuer is for people of all issuers.
        const wide = meta.scope?.kind !== 'every-issuer' || issuers === 'all';
        const may = wide && actsOfRole[role].includes(meta.act as Act);
        const seen = await outcome(station, person, path, inputOf(call, 'northbank'));
        if (may) expect([call, seen]).not.toEqual([call, 'FORBIDDEN']);
        else expect([call, seen]).toEqual([call, 'FORBIDDEN']);
        expect([call, seen]).not.toEqual([call, 'UNAUTHORIZED']);
        expect(seen).not.toContain('thrown');
      }
    },
    120_000,
  );

  it('hides another issuer: its batch does not exist for who is limited, in calls and in lists alike', async () => {
    for (const { path, meta } of rows) {
      const call = path.join('.');
      if (meta.scope?.kind !== 'batch' || !actsOfRole.operator.includes(meta.act as Act)) continue;
      const theirs = await outcome(station, 'oscar', path, inputOf(call, 'mercato'));
      const nobodys = await outcome(station, 'oscar', path, {
        ...(inputOf(call, 'mercato') as object),
        batch: 'no-such',
      });
      expect([call, theirs, nobodys]).toEqual([call, 'NOT_FOUND', 'NOT_FOUND']);
    }
    expect(await outcome(station, 'oscar', ['batches', 'pull'], { batch: 'mc-club-0001' })).toBe('NOT_FOUND');
    const context = { client: 'oscar' as ClientId, via: 'command-line', services: station.services } as const;
    const oscar = createRouterClient(router, { context });
    const listed = await oscar.batches.list({ state: 'all' });
    expect(new Set(listed.batches.map(({ issuer }) => issuer))).toEqual(new Set(['northbank']));
    const offered = await oscar.batches.available({});
    expect(offered.batches.every(({ issuer }) => issuer === 'northbank')).toBe(true);
    const entries = await oscar.journal.search({ limit: 500 });
    expect(entries.total).toBeGreaterThan(0);
    expect(entries.entries.filter(({ issuer }) => issuer !== 'northbank')).toEqual([]);
    const waiting = await oscar.home.waiting({});
    expect(JSON.stringify(waiting)).not.toContain('mc-');
  });

  it('shows who is limited the products of their own issuer, and compares none with another’s', async () => {
    const as = (client: string) =>
      createRouterClient(router, {
        context: { client: client as ClientId, via: 'command-line', services: station.services },
      });
    const seen = await as('oscar').products.list({});
    expect(new Set(seen.products.map(({ issuer }) => issuer))).toEqual(new Set(['northbank']));
    expect((await as('olivia').products.list({})).products.map(({ product }) => product)).toContain('gift-print@1');
    const refused = async (path: string, input: unknown) => outcome(station, 'oscar', ['products', path], input);
    expect(await refused('show', { product: products.mercato })).toBe('NOT_FOUND');
    expect(await refused('show', { product: 'no-such@1' })).toBe('NOT_FOUND');
    expect(await refused('compare', { before: products.northbank, after: products.mercato })).toBe('NOT_FOUND');
    expect(await refused('compare', { before: products.mercato, after: products.northbank })).toBe('NOT_FOUND');
    expect(await refused('show', { product: products.northbank })).toBe('answered');
    const { differences } = await as('olivia').products.compare({
      before: products.northbank,
      after: products.mercato,
    });
    expect(differences.map(({ area }) => area)).toEqual(expect.arrayContaining(['chip', 'stripe', 'fields', 'keys']));
    const { keys } = await as('oscar').products.show({ product: products.northbank });
    expect(keys.map(({ usage, here }) => [usage, here.length > 0])).toEqual([
      ['scp03-enc', true],
      ['scp03-mac', true],
      ['scp03-dek', true],
      ['dgi-transport', true],
    ]);
  });

  it('prints the script of one order without its number, its name and its secrets', async () => {
    const as = (client: string) =>
      createRouterClient(router, {
        context: { client: client as ClientId, via: 'command-line', services: station.services },
      });
    const batch = batches.northbank;
    const { records } = await as('olivia').batches.records({ batch, filter: {} });
    const order = records[0]?.order ?? '';
    const script = await as('sofia').products.script({ batch, order });
    const text = script.steps.flatMap(scriptLines).join('\n');
    expect(text).toContain(records[0]?.maskedPan ?? 'a number');
    expect(text).toMatch(/northbank\/scp03\/\S+ \(KCV [0-9a-f]{6}\)/i);
    expect(text).toMatch(/dgi-transport\/northbank\/\S+ \(KCV [0-9a-f]{6}\)/i);
    expect(JSON.stringify(script)).not.toMatch(/9900[0-4]\d{11}/);
    expect(await outcome(station, 'sofia', ['products', 'script'], { batch, order: 'no-such' })).toBe('NOT_FOUND');
    expect(await outcome(station, 'amira', ['products', 'script'], { batch, order })).toBe('FORBIDDEN');
  });

  it('shows who is limited no key and no export of another issuer', async () => {
    const { journal } = station.services;
    const actor = { kind: 'station' } as const;
    const nora = {
      person: 'nora',
      displayName: 'Nora Nystrom',
      roles: ['administrator'],
      issuers: ['northbank'],
      environment: 'test',
      password: new Secret('nora-for-this-test'),
    } as const;
    await addPerson(journal, journal.credentials, nora, actor);
    const as = (client: string) =>
      createRouterClient(router, {
        context: { client: client as ClientId, via: 'command-line', services: station.services },
      });
    await as('nora').session.logIn({ person: 'nora', password: 'nora-for-this-test' });
    const ofAll = (await as('amira').devices.list({})).keys.map(({ name }) => name);
    expect(ofAll).toContain('batch-wrapping/mc-gift-0001');
    for (const client of ['nora', 'oscar']) {
      const names = (await as(client).devices.list({})).keys.map(({ name }) => name);
      expect(names).toContain('batch-wrapping/nb-debit-0001');
      expect(names.filter((name) => /mercato|\bmc-/.test(name))).toEqual([]);
    }
    expect(await outcome(station, 'nora', ['journal', 'export'], { approval: 'none' })).toBe('FORBIDDEN');
  });

  it('hides keys, requests about them and ceremonies of another issuer from a custodian who is limited', async () => {
    const { journal } = station.services;
    const nils = {
      person: 'nils',
      displayName: 'Nils Norling',
      roles: ['custodian'],
      issuers: ['northbank'],
      environment: 'test',
      password: new Secret('nils-for-this-test'),
    } as const;
    await addPerson(journal, journal.credentials, nils, { kind: 'station' });
    const as = (client: string) =>
      createRouterClient(router, {
        context: { client: client as ClientId, via: 'command-line', services: station.services },
      });
    await as('nils').session.logIn({ person: 'nils', password: 'nils-for-this-test' });
    // The walk made every custodian ask for a key of northbank; here one of the other issuer.
    const asked = await as('kofi').keys.requestCeremony({
      usage: 'cvk',
      algorithm: 'TDES-2',
      issuer: 'mercato',
      validUntil: null,
      custodians: ['kofi', 'karin'],
      leavesUnder: null,
    });
    const { keys: seen } = await as('nils').keys.list({});
    expect(seen.map(({ issuer }) => issuer)).not.toContain('mercato');
    expect((await as('kofi').keys.list({})).keys.map(({ name }) => name)).toContain('pan-digest/mercato/1');
    const { ceremonies } = await as('nils').keys.ceremonies({});
    expect(ceremonies.map(({ key }) => key.issuer)).not.toContain('mercato');
    const ceremony = asked.subjects['ceremony'] ?? '';
    expect((await as('kofi').keys.ceremony({ ceremony })).state).toBe('waiting-for-approval');
    for (const [call, input] of [
      ['requestGeneration', inputOf('keys.requestGeneration', 'mercato')],
      ['requestChange', inputOf('keys.requestChange', 'mercato')],
      ['requestBlockImport', inputOf('keys.requestBlockImport', 'mercato')],
      ['requestCeremony', inputOf('keys.requestCeremony', 'mercato')],
      ['certificateRequest', inputOf('keys.certificateRequest', 'mercato')],
      ['requestCertificateImport', inputOf('keys.requestCertificateImport', 'mercato')],
      ['ceremony', { ceremony }],
      ['enterDigit', { ceremony, digit: 1 }],
      ['giveUpCeremony', { ceremony, reason: 'none' }],
    ] as const) {
      expect([call, await outcome(station, 'nils', ['keys', call], input)]).toEqual([call, 'NOT_FOUND']);
    }
  });

  it('names a custodian who is limited no product of another issuer beside keys and mechanisms', async () => {
    const { journal } = station.services;
    const mila = {
      person: 'mila',
      displayName: 'Mila Moretti',
      roles: ['custodian'],
      issuers: ['mercato'],
      environment: 'test',
      password: new Secret('mila-for-this-test'),
    } as const;
    await addPerson(journal, journal.credentials, mila, { kind: 'station' });
    const named = async (client: string): Promise<readonly string[]> => {
      const context = { client: client as ClientId, via: 'command-line', services: station.services } as const;
      const { keys } = createRouterClient(router, { context });
      const [listed, store] = [await keys.list({}), await keys.store({})];
      return [...listed.keys, ...store.mechanisms].flatMap(({ products: needing }) => needing);
    };
    const context = { client: 'mila' as ClientId, via: 'command-line', services: station.services } as const;
    await createRouterClient(router, { context }).session.logIn({ person: 'mila', password: 'mila-for-this-test' });
    expect(await named('kofi')).toContain(products.northbank);
    const { products: own } = await createRouterClient(router, { context }).products.list({});
    const allowed = own.map(({ product }) => product);
    expect((await named('mila')).filter((product) => !allowed.includes(product))).toEqual([]);
  });

  it('ends a live view with the session that opened it, whoever sits at the window next', async () => {
    const client = 'one window' as ClientId;
    const window = createRouterClient(router, { context: { client, via: 'window', services: station.services } });
    const { signal } = new AbortController();
    await window.session.logIn({ person: 'samuel', password: 'training-samuel', takeOver: 'yes' });
    const view = await window.production.watch({}, { signal });
    expect((await view.next()).done).toBe(false);
    await window.session.logIn({ person: 'oscar', password: 'training-oscar', takeOver: 'yes' });
    const next = view.next();
    expect((await next).done).toBe(true);
  });

  it('counts blindly over every call, closes the day, and begins no card until the next is open', async () => {
    const as = (client: string) =>
      createRouterClient(router, {
        context: { client: client as ClientId, via: 'command-line', services: station.services },
      });
    const [olivia, oscar] = [as('olivia'), as('oscar')];
    await oscar.session.logIn({ person: 'oscar', password: 'training-oscar', takeOver: 'yes' });
    const { places } = await olivia.stock.places({});
    const lines = places.filter(({ kind }) => kind === 'line');
    const expected = new Map(
      lines.flatMap(({ place, holdings }) => holdings.map(({ item, count }) => [`${place} ${item}`, count ?? 0])),
    );
    // On each of two lines: a lot of every kind of blank that a product takes, and a ribbon.
    const blanks = new Set(station.services.products.all().map(({ product }) => product.stock.blank));
    expect(expected.size).toBe(2 * (blanks.size + 1));
    for (const { place } of lines) {
      const { counts } = await olivia.stock.openCounts({ place });
      const items = new Set(counts.map(({ item }) => item));
      for (const person of [olivia, oscar]) {
        const { lots } = await person.stock.lots({});
        const told = lots
          .filter(({ lot }) => items.has(lot))
          .map(({ received, used, left, places: at }) => [received, used, left, at.map(({ count }) => count)]);
        expect(new Set(told.flat(2))).toEqual(new Set([null]));
        const day = (await person.stock.day({})).open;
        expect(day?.lots.filter(({ lot }) => items.has(lot)).map(({ figures }) => figures)).toEqual(
          counts.map(() => null),
        );
        const seen = await person.stock.places({});
        const here = seen.places.flatMap(({ holdings }) => holdings).filter(({ item }) => items.has(item));
        expect(new Set(here.map(({ count }) => count))).toEqual(new Set([null]));
        const running = await person.stock.counts({});
        expect(new Set(running.counts.flatMap((one) => [one.expected, one.difference, ...one.figures]))).toEqual(
          new Set([null]),
        );
      }
      for (const { count, item } of counts) {
        const right = expected.get(`${place} ${item}`) ?? 0;
        const first = await olivia.stock.enterCount({ count, figure: right + 1 });
        expect([first.state, first.yourFigure, first.expected, first.figures.map(({ figure }) => figure)]).toEqual([
          'second',
          'not-you',
          null,
          [null],
        ]);
        expect((await oscar.stock.enterCount({ count, figure: right })).state).toBe('same');
      }
    }
    const asked = await olivia.stock.requestDayClose({});
    const { approval, statementDigest } = asked;
    const signing = { approval, approver: 'sofia', password: 'training-sofia', statementDigest } as const;
    await olivia.approvals.decide({ ...signing, verdict: { kind: 'approve' } });
    await expect.poll(async () => (await olivia.stock.day({})).open).toBeNull();
    const start = () =>
      as('olivia')
        .production.start({ batch: batches.northbank })
        .catch((thrown: unknown) => (thrown as ORPCError<string, { code: string }>).data.code);
    expect(await start()).toBe('STOCK-NO-DAY');
    const { tasks } = await olivia.home.waiting({});
    expect(tasks.filter(({ kind }) => kind === 'day').map(({ title, urgent }) => [title, urgent])).toEqual([
      ['Open the day', 'yes'],
    ]);
    await olivia.stock.openDay({});
    expect(await start()).toBe('PRODUCTION-NOT-RELEASED');
  });

  it('shows no full PAN and no name on any card in any answer of the walk', async () => {
    const context = { client: 'olivia' as ClientId, via: 'command-line', services: station.services } as const;
    const olivia = createRouterClient(router, { context });
    const { records } = await olivia.batches.records({ batch: batches.northbank, filter: {} });
    expect(records).toHaveLength(5);
    for (const { maskedPan } of records) expect(maskedPan).toMatch(/^\d{6}•+\d{4}$/);
    const { entries } = await olivia.journal.search({ limit: 500 });
    expect(JSON.stringify(entries)).not.toMatch(/(?<!\d)9900[0-4]\d{11}(?!\d)/);
  });
});
