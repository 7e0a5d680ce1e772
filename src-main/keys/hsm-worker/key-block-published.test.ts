import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { KeyAlgorithm } from '#shared/domain/key-usage.ts';
import { isFault } from '#shared/faults/station-fault.ts';
import { openKeyBlock, sealKeyBlock, type ProtectionKey } from './key-block.ts';
import { readKeyBlockHeader } from './key-block-header.ts';
import { requirePurpose } from './key-block-purpose.ts';
import { nodeCiphers } from './node-ciphers.ts';
import { tdesCmac } from './node-tdes.ts';

function protection(algorithm: KeyAlgorithm, key: Uint8Array): ProtectionKey {
  const tdes = algorithm.startsWith('TDES');
  return { algorithm, cmac: (data) => (tdes ? tdesCmac(key, data) : nodeCiphers.aesCmac(key, data)) };
}

const pinKey = '3f419e1cb7079442aa37474c2efbf8b8';
const firstAes = protection('AES-256', fromHex('88e1ab2a2e3dd38c1fa039a536500cc8a87ab9d62dc92c01058fa79f44657de6'));
const secondAes = protection('AES-256', fromHex('e38331fbace33f0b8694aba5dc611ca20831949feb8988102147291578f704e1'));
const isoAes = protection('AES-256', fromHex('3235362d62697420414553207772617070696e67202849534f20323030333829'));
const payShieldAes = protection('AES-256', new Uint8Array(32).fill(0x41));
const firstTdes = protection('TDES-2', fromHex('dd7515f2bfc17f85ce48f3ca25cb21f6'));
const secondTdes = protection('TDES-2', fromHex('1d22bf32387c600ad97f9b97a51311ac'));
const payShieldTdes = protection('TDES-2', fromHex('efe0853b256b583d868f251ce99ea1d9'));

/**
 * Blocks of the standards as public test suites of key block libraries quote them by section, and blocks that a Thales payShield 10K made, as
 * the tests of openemv/tr31 (test/tr31_decrypt_test.c) give them.
 */
const published: readonly (readonly [from: string, key: ProtectionKey, block: string, value: string])[] = [
  [
    'ANSI X9.143-2022 8.1',
    firstAes,
    'D0144P0AE00E00002C77FA3F4A553BED6E88AE5C172A4166E3D4ACA8E2AC71C158A476FAC12C13C3829DE55D3AB54C48F4C4FEF7AC75E90FC47F1B77E7B19A73ED46E64410082557',
    pinKey,
  ],
  [
    'ANSI X9.143-2022 8.2, optional blocks KS, TS and PB',
    secondAes,
    'D0192C0AVA1N0300KS08VM9ATS1A2018-06-18T20:42:39.22PB0E00000000005FDAFA00A1E84F599C2EB51A1F7A767D5E42314F0E84A3FC1A7B84C1DE81114659E6306AD544208F68F15602BD3E12DA0C7F9FC551F1C8E6385FAFC1F7B499F5',
    '8c326037f8910bbfdbc267e5101dfbf9480433028d5e67b34673440f8acec972',
  ],
  [
    'ANSI X9.143-2022 8.3.2.2',
    firstTdes,
    'B0096P0TE00E0000D7ED9E189BC6F715125B265B149DF8FE218A396785608923D6197378386A3759308FC49A2AA891BA',
    pinKey,
  ],
  [
    'ANSI X9.143-2022 8.4.2, optional block KS',
    secondTdes,
    'B0120B0TX12S0100KS1800604B120F929280000015CEB14B76D551F21EC43A75390FA118A98C6CB049E3B9E864A5F4A8B9A5108A6DB5635C95B042D7',
    'e8bc63e5479455e26577f715d587fe68',
  ],
  [
    'ASC X9 TR 31-2018 A.7.3.2, optional block KS',
    secondTdes,
    'B0104B0TX12S0100KS1800604B120F9292800000BB68BE8680A400D9191AD4ECE45B6E6C0D21C4738A52190E248719E24B433627',
    'e8bc63e5479455e26577f715d587fe68',
  ],
  [
    'ISO 20038:2017 B.3, a TDES key under AES',
    isoAes,
    'D0112M3TV16N000018462FA5903B8D2B82FEE26B29713C0BE7ED81601087F12252093D06FC0A012C1CF769AD0E3E9E4877166AB013FC22B4',
    '767361707064642032454552206b6479',
  ],
  [
    'payShield 10K, version B',
    payShieldTdes,
    'B0080K0TN00N00001C414014375212C24995E405B5EE052CB92B67F455EA2680F6751088F9F1C228',
    '5db50b454f8389adce573be50861f2bf',
  ],
  [
    'payShield 10K, version D, AES-256',
    payShieldAes,
    'D0144D0AN00N0000127862F945C2DED04530FAF7CDBC8B0BA10C7AA79BD5E0C2C5D6AC173BF588E4B19ACF1357178D50EA0AB193228E13958304FC6149632DFDCADF3A5B3D57E814',
    'be19e6a07a760f10ef8e83a226b63aad141f463fddd4f47db244b4023ec3cacc',
  ],
];

test.each(published)('%s is opened', (_from, key, block, value) => {
  expect(toHex(openKeyBlock(block, key).value)).toBe(value);
});

test.each([
  ['ANSI X9.143-2022 8.1', 0, 'A', '1a87bbfa2cfe78d383e5f4c6aa83473c1c2965473ce206bb855b01533782'],
  ['ANSI X9.143-2022 8.3.2.2', 2, 'T', '7cb920d261e9f3aa1c2965473ce2'],
] as const)('%s is made with its own padding', (_from, index, algorithm, padding) => {
  const [, key, block, value] = published[index] ?? ['', firstAes, '', ''];
  const form = { usage: 'P0', algorithm, mode: 'E', exportability: 'E' } as const;
  expect(sealKeyBlock(fromHex(value), form, key, () => fromHex(padding))).toBe(block);
});

const letters = ['0', '1', '5', '9', 'A', 'B', 'D', 'F', 'G', 'S', 'T', 'Z', 'a', 'f', ' ', '-', '\u0000', '\u00e9'];

test.each(published.slice(0, 4))('%s with any one character altered is refused', (_from, key, block) => {
  const opened: string[] = [];
  for (let at = 0; at < block.length; at++) {
    for (const letter of letters) {
      if (block[at] === letter) continue;
      const altered = block.slice(0, at) + letter + block.slice(at + 1);
      try {
        openKeyBlock(altered, key);
        opened.push(altered);
      } catch (thrown) {
        if (!isFault(thrown, 'KEYS-BLOCK')) throw thrown;
      }
    }
  }
  expect(opened).toEqual([]);
});

test.each(published.slice(0, 4))(
  '%s cut short, made longer, in lower case or under another key is refused',
  (...row) => {
    const [, key, block] = row;
    const refused = expect.objectContaining({ code: 'KEYS-BLOCK' }) as Error;
    for (let end = 0; end < block.length; end++) expect(() => openKeyBlock(block.slice(0, end), key)).toThrow(refused);
    for (const more of ['0', '00', '00'.repeat(8), '00'.repeat(16)]) {
      const length = String(block.length + more.length).padStart(4, '0');
      expect(() => openKeyBlock(block + more, key)).toThrow(refused);
      expect(() => openKeyBlock(block[0] + length + block.slice(5) + more, key)).toThrow(refused);
    }
    expect(() => openKeyBlock(block.toLowerCase(), key)).toThrow(refused);
    for (const other of [firstAes, secondAes, firstTdes, secondTdes]) {
      if (other !== key) expect(() => openKeyBlock(block, other)).toThrow(refused);
    }
  },
);

test('whatever is sealed is opened, under every protection key and for keys of every length', () => {
  const algorithms = ['TDES-2', 'TDES-3', 'AES-128', 'AES-192', 'AES-256'] as const;
  const lengths = { 'TDES-2': 16, 'TDES-3': 24, 'AES-128': 16, 'AES-192': 24, 'AES-256': 32 } as const;
  const bytes = (algorithm: (typeof algorithms)[number]): fc.Arbitrary<Uint8Array> =>
    fc.uint8Array({ minLength: lengths[algorithm], maxLength: lengths[algorithm] });
  const keys = fc.constantFrom(...algorithms).chain((algorithm) => bytes(algorithm).map((key) => ({ algorithm, key })));
  const forms = fc.record({
    usage: fc.constantFrom('C0', 'D0', 'E0', 'E5', 'K0', 'K1', 'P0', 'V2'),
    mode: fc.constantFrom('B', 'C', 'D', 'E', 'G', 'N', 'X'),
    exportability: fc.constantFrom('E', 'N', 'S'),
  });
  fc.assert(
    fc.property(keys, keys, forms, (outer, inner, fields) => {
      const form = { ...fields, algorithm: inner.algorithm.startsWith('TDES') ? 'T' : 'A' } as const;
      const key = protection(outer.algorithm, outer.key);
      const { header, value } = openKeyBlock(sealKeyBlock(inner.key, form, key, randomBytes), key);
      expect(header).toMatchObject(form);
      expect(value).toEqual(inner.key);
    }),
    { numRuns: 300 },
  );
});

test('reading a header ends in a header or in KEYS-BLOCK, whatever the text', () => {
  const nearly = fc
    .tuple(
      fc.constantFrom('B', 'D', 'A'),
      fc.constantFrom('00', '01', '02', '99', 'x1'),
      fc.string({ unit: fc.constantFrom(...'KCSPBTV0123456789ABCDEF'.split('')), maxLength: 80 }),
    )
    .map(([version, count, rest]) => {
      const body = `C0TC00N${count}00${rest}`;
      return `${version}${String(body.length + 5).padStart(4, '0')}${body}`;
    });
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), nearly), (text) => {
      try {
        const { length, optional } = readKeyBlockHeader(text);
        expect(length).toBeLessThanOrEqual(text.length);
        expect([...optional.values()].every((data) => text.includes(data))).toBe(true);
      } catch (thrown) {
        if (!isFault(thrown, 'KEYS-BLOCK')) throw thrown;
      }
    }),
    { numRuns: 3000 },
  );
});

// Headers of the tests of knovichikhin/psec (tests/test_tr31.py), with the length that the whole text has.
test('a length of an optional block may be written with its own length before it', () => {
  const long = 'P'.repeat(256);
  const read = [`B0288P0TE00N0200KS0002010A${long}PB0600`, 'B0048P0TE00N0200KS00011600604B120F9292PB0A000000'].map(
    (text) => readKeyBlockHeader(text),
  );
  expect(read.map(({ optional, length }) => [optional.get('KS'), optional.get('PB'), length])).toEqual([
    [long, '00', 288],
    ['00604B120F9292', '000000', 48],
  ]);
});

test.each([
  ['B0016C0TG00N0000', null],
  ['B0016C0TGA1N0020', null],
  ['B0016C0TN00N0000', 'its mode of use N is not one of cvk'],
  ['B0016C0TV00N0000', 'its mode of use V is not one of cvk'],
  ['B0016E0TG00N0000', 'its usage is E0, for cvk it is C0'],
  ['D0016C0AG00N0000', 'its key is not for TDES-2'],
  ['B0016C0TGc1N0000', 'it holds a component, not a key'],
  ['B0016C0TG00N0010', 'it is for storage only'],
] as const)('the header %s is held against what the key is to be', (text, reason) => {
  const check = (): void => requirePurpose(readKeyBlockHeader(text), { usage: 'cvk', algorithm: 'TDES-2' });
  if (reason === null) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code: 'KEYS-BLOCK', details: { reason } }));
});
