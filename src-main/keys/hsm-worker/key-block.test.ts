import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { publishedBlocks } from '../conformance-blocks.ts';
import { openKeyBlock, sealKeyBlock, type ProtectionKey } from './key-block.ts';
import { readKeyBlockHeader } from './key-block-header.ts';
import { nodeCiphers } from './node-ciphers.ts';
import { tdesCmac } from './node-tdes.ts';

const tdes = (algorithm: 'TDES-2' | 'TDES-3', key: Uint8Array): ProtectionKey => ({
  algorithm,
  cmac: (data) => tdesCmac(key, data),
});
const aes256: ProtectionKey = {
  algorithm: 'AES-256',
  cmac: (data) => nodeCiphers.aesCmac(fromHex(publishedBlocks.aesProtection), data),
};

test('the published blocks of versions B and D hold the published key', () => {
  const b = openKeyBlock(publishedBlocks.tdesBlock, tdes('TDES-2', fromHex(publishedBlocks.tdesProtection)));
  const d = openKeyBlock(publishedBlocks.aesBlock, aes256);
  expect([toHex(b.value), toHex(d.value)]).toEqual([publishedBlocks.key, publishedBlocks.key]);
  expect(d.header).toEqual({
    version: 'D',
    usage: 'P0',
    algorithm: 'A',
    mode: 'E',
    keyVersion: '00',
    exportability: 'E',
    context: '0',
    optional: new Map(),
    length: 16,
  });
});

test('three-key protection derives three parts, and what it seals it opens', () => {
  const protection = tdes('TDES-3', fromHex('0123456789abcdef23456789abcdef01456789abcdef0123'));
  const value = fromHex(publishedBlocks.key);
  const form = { usage: 'C0', algorithm: 'T', mode: 'C', exportability: 'N' } as const;
  const block = sealKeyBlock(value, form, protection, randomBytes);
  expect(openKeyBlock(block, protection)).toMatchObject({ value, header: { usage: 'C0', mode: 'C' } });
  expect(sealKeyBlock(value, form, protection, randomBytes)).not.toBe(block);
});

test.each([
  ['B0032C0TC00N0200KC0400PB0CABCDEFGH', 'its length is not the one that it names'],
  ['B0034C0TC00N0200KC0A001122PB08ABCD', 'its optional blocks do not fill whole cipher blocks'],
  ['B0024C0TC00N0100XX08ABCD', 'the optional block XX is not understood'],
  ['B0032C0TC00N0200KP080011KP080011', 'the optional block KP is not understood'],
  ['B0024C0TC00N0100KC03ABCD', 'an optional block has a wrong length'],
  ['B0024C0TC00N0100KCFFABCD', 'an optional block has a wrong length'],
  ['B0024C0TC00N0100KC00ABCD', 'an optional block has a wrong length'],
  ['B0024C0TC00N0100KC000008', 'an optional block has a wrong length'],
  ['B0024C0TC00N0100KC000107', 'an optional block has a wrong length'],
  ['B0026C0TC00N0100KC000300FF', 'an optional block has a wrong length'],
  ['B0024C0TC00N0100kc08ABCD', 'the optional block ? is not understood'],
  ['B0024C0TC00N0100KC0aABCD', 'an optional block has a wrong length'],
  ['B0024C0TC00N0200KC08ABCD', 'an optional block has a wrong length'],
  ['B0016C0TC00N0030', 'its header is not of version B or D'],
  ['A0016C0TC00N0000', 'its header is not of version B or D'],
  ['B0016C0TC00N0001', 'its header is not of version B or D'],
  ['B0016C0TC00X0000', 'its header is not of version B or D'],
])('the header %s is refused', (text, reason) => {
  expect(() => readKeyBlockHeader(text)).toThrow(expect.objectContaining({ code: 'KEYS-BLOCK', details: { reason } }));
});

test('optional blocks that change no meaning are read', () => {
  const { optional, length } = readKeyBlockHeader('B0040C0TC00N0200KC0C00A1B2C3PB0CABCDEFGH');
  expect([[...optional], length]).toEqual([
    [
      ['KC', '00A1B2C3'],
      ['PB', 'ABCDEFGH'],
    ],
    40,
  ]);
});
