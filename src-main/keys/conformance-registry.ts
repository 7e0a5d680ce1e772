import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { issuerId } from '#shared/domain/identifiers.ts';
import type { KeyAlgorithm, KeyUsage } from '#shared/domain/key-usage.ts';
import { keyUsages } from '#shared/domain/key-usage.ts';
import type { KeyPort, KeyRequest } from './port.ts';

const northbank = issuerId.parse('northbank');
const { signal } = new AbortController();

function fault(code: string, details: Readonly<Record<string, unknown>> = {}): unknown {
  return expect.objectContaining({ code, details: expect.objectContaining(details) as object });
}

/** A key of one issuer to be made. */
export function requested(usage: KeyUsage, algorithm: KeyAlgorithm, name = `${usage}/northbank/1`): KeyRequest {
  return { name, usage, algorithm, issuer: northbank, environment: 'test', version: 1 };
}

/** Making, listing and ending the keys of the registry; the store is prepared as a test station already. */
export function describeRegistry(keysOf: () => KeyPort): void {
  test('proves every mechanism, and says which usages hang on it', async () => {
    const states = await keysOf().mechanisms(signal);
    expect(states.filter(({ state }) => state !== 'proven')).toEqual([]);
    const usagesOf = (name: string): readonly KeyUsage[] | undefined =>
      states.find(({ mechanism }) => mechanism === name)?.usages;
    expect(usagesOf('retail MAC')).toEqual(['cvk']);
    expect(usagesOf('RSA raw signature')).toEqual(['issuer-rsa', 'dap']);
    expect(usagesOf('ECDSA P-256')).toEqual(['station-signing']);
  });

  test('makes a key of every usage that is generated, checked by the method of its algorithm, and ends it', async () => {
    const keys = keysOf();
    for (const usage of Object.keys(keyUsages) as KeyUsage[]) {
      const { algorithms, waysIn } = keyUsages[usage];
      if (!(waysIn as readonly string[]).includes('generated')) continue;
      for (const algorithm of algorithms.filter((each) => each !== 'RSA')) {
        const request = requested(usage, algorithm, `made/${usage}/${algorithm.toLowerCase()}`);
        const made = await keys.generateKey(request, signal);
        const kcvMethod = algorithm.startsWith('TDES') ? 'tdes-zeros' : 'aes-cmac-zeros';
        expect(made).toEqual({ ...request, kcv: expect.stringMatching(/^[0-9a-f]{6}$/) as string, kcvMethod });
        expect((await keys.list(signal)).filter(({ name }) => name === request.name)).toEqual([made]);
        expect(await keys.destroyKey(request.name, signal)).toEqual({ kcv: made.kcv });
        expect(await keys.destroyKey(request.name, signal)).toEqual({ kcv: made.kcv });
      }
    }
    await expect(keys.destroyKey('never/was', signal)).rejects.toEqual(fault('KEYS-NOT-FOUND'));
    await expect(keys.destroyKey('station-signing/1', signal)).rejects.toEqual(fault('KEYS-REFUSED'));
  }, 60_000);

  test('makes RSA pairs of a size in whole bytes and one of two exponents', async () => {
    const keys = keysOf();
    for (const [size, exponent] of [
      [1408, 3],
      [1984, 65537],
    ] as const) {
      const request = { ...requested('issuer-rsa', 'RSA', `issuer-rsa/northbank/${size}`), size, exponent };
      const made = await keys.generateKey(request, signal);
      const half = await keys.publicRsaKey(request.name, signal);
      expect([half.modulus.length * 8, (half.modulus[0] ?? 0) >= 0x80, [...half.exponent]]).toEqual([
        size,
        true,
        exponent === 3 ? [3] : [1, 0, 1],
      ]);
      const kcv = createHash('sha256').update(half.modulus).update(half.exponent).digest('hex').slice(0, 6);
      expect(made).toEqual({ ...request, kcv, kcvMethod: 'public-key-sha256' });
      await keys.destroyKey(request.name, signal);
    }
    await expect(keys.publicRsaKey('issuer-rsa/northbank/1408', signal)).rejects.toEqual(fault('KEYS-NOT-FOUND'));
    await expect(keys.publicRsaKey('station-signing/1', signal)).rejects.toEqual(fault('KEYS-NOT-FOUND'));
  }, 60_000);

  test('refuses a key that the table of usages does not know, and makes nothing', async () => {
    const keys = keysOf();
    const before = await keys.list(signal);
    const rsa = requested('issuer-rsa', 'RSA');
    const refused: readonly (readonly [Parameters<KeyPort['generateKey']>[0], string])[] = [
      [requested('cvk', 'AES-128'), 'a key of the usage cvk cannot be AES-128'],
      [requested('kmc-scp03', 'TDES-2'), 'a key of the usage kmc-scp03 cannot be TDES-2'],
      [{ ...requested('station-signing', 'EC-P256'), issuer: null }, 'does not come in by way of generated'],
      [requested('scheme-ca', 'RSA'), 'does not come in by way of generated'],
      [{ ...requested('imk-ac', 'TDES-2'), issuer: null }, 'belongs to its issuer'],
      [requested('imk-ac', 'TDES-2', 'Not A Name'), 'a key is named by'],
      [requested('imk-ac', 'TDES-2', 'station-signing/1'), 'there is a key station-signing/1 already'],
      [{ ...requested('imk-ac', 'TDES-2'), size: 128 }, 'size and exponent belong to RSA pairs'],
      [rsa, 'has 1024 to 1984 bits'],
      [{ ...rsa, size: 2048, exponent: 3 }, 'has 1024 to 1984 bits'],
      [{ ...rsa, size: 1412, exponent: 3 }, 'in whole bytes'],
      [{ ...rsa, size: 1408 }, 'the exponent is 3 or 65537'],
    ];
    for (const [request, reason] of refused) {
      await expect(keys.generateKey(request, signal)).rejects.toEqual(
        fault('KEYS-REFUSED', { reason: expect.stringContaining(reason) as string }),
      );
    }
    const live = { ...requested('imk-ac', 'TDES-2'), environment: 'live' } as const;
    await expect(keys.generateKey(live, signal)).rejects.toEqual(fault('KEYS-ENVIRONMENT'));
    expect(await keys.list(signal)).toEqual(before);
  });
}
