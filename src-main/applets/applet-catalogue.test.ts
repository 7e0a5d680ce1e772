import { createHash, createPublicKey } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { rebuildProjections } from '../journal/rebuild.ts';
import { AppletWorld, id } from './applet-world.fixture.ts';
import { capFile, ecdsaProvider, rsaProvider, testPackage, type TestProvider } from './test-package.fixture.ts';

let acme: TestProvider;
let world: AppletWorld;
const file = capFile();
const hash = createHash('sha256').update(file).digest('hex');

beforeAll(() => {
  acme = ecdsaProvider();
});
beforeEach(async () => {
  world = new AppletWorld();
  await world.trust('acme', acme);
});

const fault = async (act: () => unknown): Promise<string> => {
  try {
    await act();
    return 'done';
  } catch (thrown) {
    if (thrown instanceof StationFault) return thrown.code;
    throw thrown;
  }
};
const asking = (changes: Partial<Parameters<AppletWorld['catalogue']['requestPackage']>[0]> = {}) =>
  world.catalogue.requestPackage(
    { file, provider: 'acme', signature: acme.sign(file), dap: [], ...changes },
    id('ada'),
  );
const stateOf = (approval: string) => world.journal.projections.approvals.find(approval)?.state;

describe('a provider', () => {
  it('is trusted once two others have signed what its key is', async () => {
    const { publicKey } = rsaProvider();
    const approval = world.catalogue.requestProvider({ provider: 'beta', title: 'Beta AG', publicKey }, id('ada'));
    const spki = createPublicKey(publicKey).export({ format: 'der', type: 'spki' });
    expect(world.fields(approval)).toEqual({
      Provider: 'Beta AG (beta)',
      Key: 'RSA',
      'Fingerprint of the key (SHA-256)': createHash('sha256').update(spki).digest('hex').toUpperCase(),
      For: 'test cards',
    });
    await world.sign(approval, 'kofi');
    expect(await fault(() => world.catalogue.carryOut(approval))).toMatch(/^APPROVAL-/);
    await world.sign(approval, 'sara');
    world.catalogue.carryOut(approval);
    expect(world.newest(2)).toEqual(['approval.used', 'applet.provider-imported']);
    expect(world.catalogue.providers().map(({ provider, withdrawnAt }) => [provider, withdrawnAt])).toEqual([
      ['acme', null],
      ['beta', null],
    ]);
  });
  it('is not asked for twice, under its name or with its key', async () => {
    const brought = { provider: 'acme', title: 'Acme', publicKey: ecdsaProvider().publicKey };
    expect(await fault(() => world.catalogue.requestProvider(brought, id('ada')))).toBe('APPLET-THERE');
    const again = { provider: 'acme-2', title: 'Acme', publicKey: acme.publicKey };
    expect(await fault(() => world.catalogue.requestProvider(again, id('ada')))).toBe('APPLET-THERE');
  });
  it.each<[string, () => string]>([
    ['on another curve', () => ecdsaProvider('secp384r1').publicKey],
    ['of 1024 bits', () => rsaProvider(1024).publicKey],
    ['that is text', () => 'ssh-rsa AAAA'],
    ['that is half a key', () => acme.publicKey.slice(0, 90)],
  ])('with a key %s is refused', async (_, publicKey) => {
    const brought = { provider: 'gamma', title: 'Gamma', publicKey: publicKey() };
    expect(await fault(() => world.catalogue.requestProvider(brought, id('ada')))).toBe('APPLET-KEY');
  });
});

describe('a package', () => {
  it('is in the catalogue once another person has signed hash, AID, version and provider', async () => {
    const approval = asking();
    expect(world.fields(approval)).toEqual({
      'Hash of the file (SHA-256)': hash.toUpperCase(),
      Package: 'F04357524947485400',
      Version: '1.0',
      'Name in the file': 'org/cardwright/applications',
      Provider: 'acme',
      'Signature of the provider': 'right',
      Applets: 'F0435752494748540001, F0435752494748540002, F0435752494748540003',
      Size: expect.stringMatching(/^\d+ bytes, \d+ of them loaded$/) as string,
      For: 'test cards',
    });
    expect(world.catalogue.packages()).toEqual([]);
    expect(await fault(() => world.catalogue.carryOut(approval))).toMatch(/^APPROVAL-/);
    await world.sign(approval, 'sara');
    world.catalogue.carryOut(approval);
    expect(world.newest(2)).toEqual(['approval.used', 'applet.package-imported']);
    expect(await fault(() => world.catalogue.carryOut(approval))).toMatch(/^APPROVAL-/);
    const found = world.catalogue.forLoading(hash, 'test');
    expect(found).toMatchObject({
      hash,
      aid: testPackage.aid,
      version: { major: 1, minor: 0 },
      modules: testPackage.applets,
      dap: [],
    });
    expect(toHex(found.loadFileHash)).toBe(createHash('sha256').update(found.loadFileDataBlock).digest('hex'));
  });
  it('is signed by RSA, by ECDSA in DER, or by ECDSA as two numbers', async () => {
    const rsa = rsaProvider();
    await world.trust('rsa', rsa);
    const other = capFile({ version: [2, 0] });
    expect(await world.bring('rsa', rsa, other)).toBe(createHash('sha256').update(other).digest('hex'));
    const der = acme.sign(file);
    const numbers = [der.subarray(4, 4 + (der[3] ?? 0)), der.subarray(6 + (der[3] ?? 0))].map((number) => {
      const short = number[0] === 0 ? number.slice(1) : number;
      return concatBytes(new Uint8Array(32 - short.length), short);
    });
    const approval = asking({ signature: concatBytes(...numbers) });
    expect(stateOf(approval)).toBe('open');
  });
  it.each<[string, () => Parameters<typeof asking>[0], string]>([
    ['of a stranger', () => ({ provider: 'stranger' }), 'APPLET-PROVIDER'],
    ['signed by another', () => ({ signature: ecdsaProvider().sign(file) }), 'APPLET-SIGNATURE'],
    ['signed for another file', () => ({ signature: acme.sign(file.slice(1)) }), 'APPLET-SIGNATURE'],
    ['with a signature of no form', () => ({ signature: fromHex('00'.repeat(64)) }), 'APPLET-SIGNATURE'],
    ['that is damaged', () => ({ file: file.slice(0, -9), signature: acme.sign(file.slice(0, -9)) }), 'CAP-ARCHIVE'],
  ])('%s is not even asked for', async (_, changes, code) => {
    expect(await fault(() => asking(changes()))).toBe(code);
    expect(world.journal.packageFiles.hashes()).toEqual([]);
  });
  it('that is there is not asked for again, nor another file with its AID and version', async () => {
    await world.bring('acme', acme);
    expect(await fault(() => asking())).toBe('APPLET-THERE');
    const twin = capFile({ code: 3001 });
    expect(await fault(() => asking({ file: twin, signature: acme.sign(twin) }))).toBe('APPLET-VERSION');
    const next = capFile({ version: [1, 1] });
    expect(await fault(() => asking({ file: next, signature: acme.sign(next) }))).toBe('done');
  });
  it('whose provider was withdrawn in between is withdrawn too, and not brought in', async () => {
    const approval = asking();
    await world.withdraw('provider', 'acme');
    await world.sign(approval, 'sara');
    expect(await fault(() => world.catalogue.carryOut(approval))).toBe('APPLET-PROVIDER');
    expect(stateOf(approval)).toBe('withdrawn');
    expect(world.catalogue.packages()).toEqual([]);
  });
  it('whose file was altered in between is not brought in', async () => {
    const approval = asking();
    const other = capFile({ code: 5 });
    world.journal.appendWith(() => world.journal.packageFiles.put(hash, other));
    await world.sign(approval, 'sara');
    expect(await fault(() => world.catalogue.carryOut(approval))).toBe('APPLET-SIGNATURE');
    expect(stateOf(approval)).toBe('withdrawn');
  });
  it('that was asked for and refused leaves no file behind', async () => {
    const approval = asking();
    world.approvals.withdraw(approval, id('ada'));
    const next = capFile({ version: [1, 1] });
    asking({ file: next, signature: acme.sign(next) });
    expect(world.journal.packageFiles.hashes()).toEqual([createHash('sha256').update(next).digest('hex')]);
  });
});

describe('before it is loaded', () => {
  beforeEach(async () => {
    await world.bring('acme', acme);
  });
  it.each<[string, () => unknown, string]>([
    ['a package that was withdrawn', () => world.withdraw('package', hash), 'APPLET-WITHDRAWN'],
    ['a package whose provider was withdrawn', () => world.withdraw('provider', 'acme'), 'APPLET-PROVIDER'],
    [
      'a package whose file is gone',
      () => world.journal.appendWith(() => world.journal.packageFiles.delete(hash)),
      'APPLET-ALTERED',
    ],
    [
      'a package whose file was altered',
      () => world.journal.appendWith(() => world.journal.packageFiles.put(hash, capFile({ code: 9 }))),
      'APPLET-SIGNATURE',
    ],
    [
      'a package with the file of another that is signed too',
      () => {
        const other = capFile({ code: 9 });
        world.journal.database.prepare('UPDATE applet_packages SET signature = ?').run(toHex(acme.sign(other)));
        world.journal.appendWith(() => world.journal.packageFiles.put(hash, other));
      },
      'APPLET-ALTERED',
    ],
  ])('%s is refused', async (_, spoil, code) => {
    expect(await fault(() => world.catalogue.forLoading(hash, 'test'))).toBe('done');
    await spoil();
    expect(await fault(() => world.catalogue.forLoading(hash, 'test'))).toBe(code);
  });
  it('a package that nobody brought, or of the other environment, is refused', async () => {
    expect(await fault(() => world.catalogue.forLoading('0'.repeat(64), 'test'))).toBe('APPLET-UNKNOWN');
    expect(await fault(() => world.catalogue.forLoading(hash, 'live'))).toBe('APPLET-ENVIRONMENT');
  });
  it('a package that was withdrawn comes back when it is signed for once more', async () => {
    await world.withdraw('package', hash);
    expect(
      await fault(() => world.catalogue.requestWithdrawal({ of: 'package', name: hash, reason: 'again' }, id('ada'))),
    ).toBe('APPLET-WITHDRAWN');
    await world.bring('acme', acme);
    expect(world.catalogue.packages()).toMatchObject([{ hash, withdrawnAt: null }]);
    expect(await fault(() => world.catalogue.forLoading(hash, 'test'))).toBe('done');
  });
});

it('is made anew from the entries alone', async () => {
  await world.bring('acme', acme);
  await world.withdraw('package', hash);
  const before = [world.catalogue.packages(), world.catalogue.providers()];
  const { tables } = await rebuildProjections(world.journal, AbortSignal.timeout(60_000));
  expect(tables.filter(({ differing }) => differing > 0)).toEqual([]);
  expect([world.catalogue.packages(), world.catalogue.providers()]).toEqual(before);
});

it('of a live station holds live packages only', async () => {
  const live = new AppletWorld('live');
  await live.trust('acme', acme);
  await live.bring('acme', acme);
  expect(live.catalogue.packages()).toMatchObject([{ environment: 'live' }]);
  expect(await fault(() => live.catalogue.forLoading(hash, 'test'))).toBe('APPLET-ENVIRONMENT');
});
