import { expect, test } from 'vitest';
import { fromHex } from '#shared/bytes/bytes.ts';
import { issuerId } from '#shared/domain/identifiers.ts';
import { bringKey, combineKey, faultOf as fault } from './conformance-ceremony.ts';
import { requested } from './conformance-registry.ts';
import { secretCheckValue } from './hsm-worker/check-value.ts';
import type { KeyPort } from './port.ts';

const { signal } = new AbortController();

/** ASC X9 TR 31-2018 annex A, examples of versions D and B: the same PIN key under two protection keys. */
export const publishedBlocks = {
  key: '3f419e1cb7079442aa37474c2efbf8b8',
  aesProtection: '88e1ab2a2e3dd38c1fa039a536500cc8a87ab9d62dc92c01058fa79f44657de6',
  aesBlock:
    'D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F7425509593D03A457DC34',
  tdesProtection: 'dd7515f2bfc17f85ce48f3ca25cb21f6',
  tdesBlock: 'B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F5341176EED7B727B8A248E',
};

/** Keys that come and leave as key blocks; the store is prepared as a test station already. */
export function describeKeyBlocks(keysOf: () => KeyPort): void {
  const aes = 'key-block-protection/northbank/aes';
  const tdes = 'key-block-protection/northbank/tdes';
  const pinKey = requested('zone-pin-key', 'AES-128', 'zone-pin-key/northbank/block');
  const published = { block: publishedBlocks.aesBlock, protectionKey: aes, key: pinKey, expectedKcv: null };

  test('opens the published key block of version D, and refuses it with any of its characters altered', async () => {
    const keys = keysOf();
    const protection = requested('key-block-protection', 'AES-256', aes);
    await bringKey(keys, protection, fromHex(publishedBlocks.aesProtection));
    const before = await keys.list(signal);
    for (let at = 0; at < published.block.length; at++) {
      const other = published.block[at] === 'A' ? 'B' : 'A';
      const block = published.block.slice(0, at) + other + published.block.slice(at + 1);
      await expect(keys.importKeyBlock({ ...published, block }, signal)).rejects.toEqual(fault('KEYS-BLOCK'));
    }
    for (const block of ['', published.block.slice(0, -32), `${published.block}00`, published.block.toLowerCase()]) {
      await expect(keys.importKeyBlock({ ...published, block }, signal)).rejects.toEqual(fault('KEYS-BLOCK'));
    }
    expect(await keys.list(signal)).toEqual(before);
    const kcv = secretCheckValue('AES-128', fromHex(publishedBlocks.key));
    const wrong = { ...published, expectedKcv: '000000' };
    await expect(keys.importKeyBlock(wrong, signal)).rejects.toEqual(fault('KEYS-WRONG-KCV', { found: kcv }));
    expect(await keys.importKeyBlock({ ...published, expectedKcv: kcv }, signal)).toEqual({
      ...pinKey,
      kcv,
      kcvMethod: 'aes-cmac-zeros',
    });
    await expect(keys.importKeyBlock(published, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
    await keys.destroyKey(pinKey.name, signal);
  }, 60_000);

  test('opens the published key block of version B, whose key has bytes of even parity and is refused for them', async () => {
    const keys = keysOf();
    await bringKey(keys, requested('key-block-protection', 'TDES-2', tdes), fromHex(publishedBlocks.tdesProtection));
    const key = requested('zone-pin-key', 'TDES-2', 'zone-pin-key/northbank/even');
    const request = { block: publishedBlocks.tdesBlock, protectionKey: tdes, key, expectedKcv: null };
    await expect(keys.importKeyBlock(request, signal)).rejects.toEqual(fault('KEYS-PARITY', { what: key.name }));
  });

  test('a ceremony key leaves as a block that only its own purpose takes in again', async () => {
    const keys = keysOf();
    const material = fromHex('0123456789abcdeffedcba9876543210');
    const kcv = secretCheckValue('TDES-2', material);
    for (const [protectionKey, form] of [
      [tdes, /^B0096E0TX00N0000[0-9A-F]{80}$/],
      [aes, /^D0112E0TX00N0000[0-9A-F]{96}$/],
    ] as const) {
      const key = requested('imk-ac', 'TDES-2', `imk-ac/northbank/${protectionKey === tdes ? 'b' : 'd'}`);
      const ceremony = await combineKey(keys, key, material);
      const none = 'pan-digest/northbank/1';
      await expect(keys.leaveAsKeyBlock(ceremony, none, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
      const block = await keys.leaveAsKeyBlock(ceremony, protectionKey, signal);
      await expect(keys.keepCeremonyKey(ceremony, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
      expect(block).toMatch(form);
      const request = { block, protectionKey, key, expectedKcv: kcv };
      const take = (altered: object): Promise<unknown> => keys.importKeyBlock({ ...request, ...altered }, signal);
      await expect(take({ key: { ...key, usage: 'imk-smc' } })).rejects.toEqual(fault('KEYS-BLOCK'));
      await expect(take({ key: { ...key, algorithm: 'TDES-3' } })).rejects.toEqual(
        // Two-key TDES may not protect three-key TDES at all.
        fault(protectionKey === tdes ? 'KEYS-REFUSED' : 'KEYS-BLOCK'),
      );
      await expect(take({ key: { ...key, issuer: issuerId.parse('eastbank') } })).rejects.toEqual(
        fault('KEYS-REFUSED'),
      );
      await expect(take({ key: { ...key, environment: 'live' } })).rejects.toEqual(fault('KEYS-ENVIRONMENT'));
      await expect(take({ protectionKey: protectionKey === tdes ? aes : tdes })).rejects.toEqual(fault('KEYS-BLOCK'));
      await expect(take({ protectionKey: none })).rejects.toEqual(fault('KEYS-REFUSED'));
      await expect(take({ protectionKey: 'none' })).rejects.toEqual(fault('KEYS-NOT-FOUND'));
      expect(await keys.importKeyBlock(request, signal)).toEqual({ ...key, kcv, kcvMethod: 'tdes-zeros' });
      await keys.destroyKey(key.name, signal);
    }
    const strong = await combineKey(keys, pinKey, fromHex(publishedBlocks.key));
    await expect(keys.leaveAsKeyBlock(strong, tdes, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
    await keys.abortCeremony(strong, signal);
  });
}
