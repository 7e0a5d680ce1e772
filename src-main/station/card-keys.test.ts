import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { issuerId } from '#shared/domain/identifiers.ts';
import type { Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { IntakeStation, never } from '../intake/intake-station.fixture.ts';
import { loadProducts } from '../preparation/product-catalogue.ts';
import { loadPaymentProfiles } from '../preparation/profile-catalogue.ts';
import { CmsProcess } from '../sync/cms-process.fixture.ts';
import { openCardKeys, type CardKeys, type CardKeysOptions } from './card-keys.ts';
import { Ending } from './ending.ts';

const assets = fileURLToPath(new URL('../../assets/', import.meta.url));
const northbank = issuerId.parse('northbank');
let cms: CmsProcess;
let products: readonly Product[];

beforeAll(async () => {
  cms = await CmsProcess.start();
  const profiles = await loadPaymentProfiles(`${assets}/payment-profiles`);
  const loaded = await loadProducts(`${assets}/profiles`, `${assets}/layouts`, profiles);
  products = [...loaded.values()].map(({ product }) => product);
});
afterAll(() => cms.end());

async function enrolled(name: string): Promise<IntakeStation> {
  const station = await IntakeStation.enrolled(cms, { station: name });
  onTestFinished(() => station.end());
  return station;
}

/** Opens the card keys as the station does at its start; what they end is ended with the test. */
async function open(station: IntakeStation, changes: Partial<CardKeysOptions> = {}): Promise<CardKeys> {
  const ending = new Ending();
  onTestFinished(() => ending.run(() => undefined));
  const { keys, journal, sync, clock } = station;
  const warn = (what: string) => (fault: unknown) => {
    throw new Error(what, { cause: fault });
  };
  const options = {
    keys,
    journal,
    mode: 'training',
    products,
    scheme: sync,
    clock,
    ending,
    warn,
    signal: never,
  } as const;
  return openCardKeys({ ...options, ...changes }, () => 'idle');
}

function since(station: IntakeStation, sequence: number): readonly string[] {
  return station.journal
    .read(sequence + 1, 1_000)
    .filter(({ header }) => !header.kind.startsWith('sync.') && header.subjects['key']?.includes('scp03') !== true)
    .map(({ header }) => `${header.actor.kind} ${header.kind} ${header.subjects['key'] ?? ''}`.trim());
}

describe('card keys at the start of a training station', () => {
  it(
    'makes the keys of an issuer, has its pair certified by the CMS, and does nothing twice',
    { timeout: 60_000 },
    async () => {
      const station = await enrolled('ck-01');
      const before = station.journal.head().sequence;
      const { certificates } = await open(station);
      const steps = [
        // Published test keys, for every key set that a product names beside the one that was there.
        ...['maker', 'scp02'].flatMap((set) =>
          ['enc', 'mac', 'dek'].map((part) => `station key.made northbank/${set}/${part}`),
        ),
        'station key.made imk-ac/northbank/1',
        'station key.made imk-smi/northbank/1',
        'station key.made imk-smc/northbank/1',
        'station key.made cvk/northbank/1',
        'station key.made issuer-rsa/northbank/1',
        'station scheme-authority.imported',
        'station issuer-certificate.requested issuer-rsa/northbank/1',
        'station issuer-certificate.imported issuer-rsa/northbank/1',
      ];
      expect(since(station, before)).toEqual(steps);
      const certificate = certificates.newest(northbank, station.clock.now());
      const publicKey = await station.keys.publicRsaKey('issuer-rsa/northbank/1', never);
      expect(certificate).toMatchObject({ keyName: 'issuer-rsa/northbank/1', authorityKeyIndex: 0xf1, publicKey });
      expect([certificate?.certificate.length, publicKey.modulus.length]).toEqual([248, 176]);
      expect(certificates.newest(issuerId.parse('mercato'), station.clock.now())).toBeNull();
      await open(station);
      await station.stop();
      await station.start('refuse');
      const again = await open(station);
      expect(since(station, before)).toEqual(steps);
      expect(again.certificates.newest(northbank, station.clock.now())).toEqual(certificate);
    },
  );

  it('fills the pool with the sizes that products name, and gives pairs out', { timeout: 60_000 }, async () => {
    const station = await enrolled('ck-02');
    const { iccKeys } = await open(station);
    expect(iccKeys.levels()).toMatchObject([{ bits: 1152, exponent: 3, level: 0, target: 32, state: 'off' }]);
    iccKeys.start();
    await vi.waitFor(() => expect(iccKeys.levels()[0]?.level).toBeGreaterThan(2), { timeout: 30_000 });
    expect(await iccKeys.take({ bits: 1152, exponent: 3 }, never)).toMatchObject({ size: 1152, exponent: 3 });
  });

  it(
    'does not make a key again that people destroyed, and goes on where a start was cut off',
    { timeout: 60_000 },
    async () => {
      const station = await enrolled('ck-03');
      const scheme = {
        schemeAuthority: () => station.sync.schemeAuthority(never),
        certifyIssuerKey: () => Promise.reject(new StationFault('CMS-UNREACHABLE', { reason: 'cut' })),
      };
      const told: string[] = [];
      await open(station, {
        scheme,
        warn: (what) => (fault) => void told.push(`${what} ${(fault as StationFault).code}`),
      });
      expect(told).toEqual(['training issuer keys CMS-UNREACHABLE']);
      const { kcv } = await station.keys.destroyKey('cvk/northbank/1', never);
      station.journal.append({
        kind: 'key.destroyed',
        actor: { kind: 'station' },
        issuer: 'northbank',
        subjects: { key: 'cvk/northbank/1' },
        payload: { name: 'cvk/northbank/1', usage: 'cvk', kcv },
      });
      const cut = station.journal.head().sequence;
      const { certificates } = await open(station);
      expect(since(station, cut)).toEqual([
        'station issuer-certificate.requested issuer-rsa/northbank/1',
        'station issuer-certificate.imported issuer-rsa/northbank/1',
      ]);
      expect(certificates.newest(northbank, station.clock.now())).not.toBeNull();
    },
  );

  it('does none of it in live', async () => {
    const station = await enrolled('ck-04');
    const before = station.journal.head().sequence;
    await open(station, { mode: 'live' });
    expect(since(station, before)).toEqual([]);
    expect((await station.keys.list(never)).map(({ name }) => name)).not.toContain('imk-ac/northbank/1');
  });
});
