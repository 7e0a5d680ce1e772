import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { aesOfTests } from '../aes-of-tests.fixture.ts';
import { tdesOfTests } from '../tdes-of-tests.fixture.ts';
import { encipherPinBlock, withDecipheredPin } from './enciphered-pin-block.ts';
import { extendedPanField } from './extended-pin-block.ts';
import type { PinBlockCipher } from './pin-block-cipher.ts';
import { buildPinField } from './pin-field.ts';
import type { PinBlockTranslation } from './translate-pin-block.ts';
import { translatePinBlock } from './translate-pin-block.ts';

const digits = (text: string): Uint8Array => Uint8Array.from(text, Number);
const text = (pin: Uint8Array): string => pin.join('');

function aes(key: string): PinBlockCipher {
  const bytes = fromHex(key);
  const zero = new Uint8Array(16);
  return {
    blockLength: 16,
    encrypt: (block) => aesOfTests.aesEcbEncryptBlock(bytes, block),
    decrypt: (block) => aesOfTests.aesCbcDecrypt(bytes, zero, block),
  };
}

function tdes(key: string): PinBlockCipher {
  const bytes = fromHex(key);
  return {
    blockLength: 8,
    encrypt: (block) => tdesOfTests.tdesEcbEncrypt(bytes, block),
    decrypt: (block) => tdesOfTests.tdesEcbDecrypt(bytes, block),
  };
}

const extended = aes('00112233445566778899AABBCCDDEEFF');
const first = tdes('0123456789ABCDEFFEDCBA9876543210');
const second = tdes('89E88CF7931444F334BD7547FC3F380C');
const pan = '4532000000000018';
const random = Uint8Array.of(7, 1, 8, 2, 8, 1, 8, 2);

describe('PIN blocks of format 4', () => {
  // Vectors: github.com/knovichikhin/psec, tests/test_pinblock.py, test_encipher_pinblock_iso_4_det; github.com/5n00py/paysec, tests of pinblock.
  it('are enciphered and deciphered as published', () => {
    const form = { format: 4, pan: '1234567890123456789', random: new Uint8Array(8).fill(0xff) } as const;
    expect(toHex(encipherPinBlock(extended, form, digits('1234')))).toBe('28b41fddd29b743e93124bd8e32d921e');
    const published = [
      ['1234567890123456', '52DB178C6EDCE52E3A70F7FBC8E9C758', '1234'],
      ['123456789012345678', '847A0209C659E4C4A79CA6A2A2217D31', '123456'],
      ['1234567890123456789', '018BFEC8B5EF60181A327AD8325A2BA4', '12345678'],
    ] as const;
    for (const [card, block, pin] of published) {
      expect(withDecipheredPin(extended, { format: 4, pan: card }, fromHex(block), text)).toBe(pin);
    }
  });

  // Vector: ep2 eft/pos 2000 Security Specification v8.0.0 §8.4, as it stands in github.com/knovichikhin/psec, tests/test_pinblock.py.
  it('are deciphered as the specification of ep2 publishes it', () => {
    const zone = aes('C1D0F8FB4958670DBA40AB1F3752EF0D');
    const block = fromHex('CC17F65586BFD0953010226C4FC5B3CA');
    expect(withDecipheredPin(zone, { format: 4, pan: '432198765432109870' }, block, text)).toBe('1234');
  });

  // Vectors: the same file, test_decipher_pinblock_iso_4_exception.
  it.each([
    ['E60B15B90ABDF14CEE337C97440F0D6E', '7D5AF4C33667A2098626027FB7A9A1B7', '4266229809609384667', 'control field'],
    ['C7BBEBA16C5AD97D5866450718C03750', '2F9C910447F17293EC95DEDE1E3CA201', '8220499325458689523', 'PIN digits'],
    ['820F6C7C12355BDFF1AB6CE12E8EED89', 'CCF310A8300B46C925A86B1098089301', '939589847393485609', 'filling'],
    [
      '4FE3F0311936FBCE44F17159F1659CF09B2BF8913BB514A1',
      '51334B00A6CBA3EC7B1C6F871F060AFC',
      '2129100799029059903',
      'PIN length',
    ],
  ])('under %s: the published block %s is refused', (key, block, card, reason) => {
    expect(() => withDecipheredPin(aes(key), { format: 4, pan: card }, fromHex(block), text)).toThrow(
      expect.objectContaining({ code: 'PIN-BLOCK-FORM', details: { format: 4, reason } }),
    );
  });

  // Vectors: ANSI X9.24-3:2017 supplement, test vectors for AES-128, calculation of PIN block format 4, and two more, as they stand in
  // github.com/openemv/dukpt, pinblock_format4_test.c.
  it('have the published fields', () => {
    expect([
      toHex(buildPinField(4, digits('1234'), () => 10)),
      toHex(buildPinField(4, digits('12345'), () => 10)),
      toHex(extendedPanField('4111111111111111')),
      toHex(extendedPanField('411111111111111')),
      toHex(extendedPanField('123456789')),
    ]).toEqual([
      '441234aaaaaaaaaa',
      '4512345aaaaaaaaa',
      '44111111111111111000000000000000',
      '34111111111111110000000000000000',
      '00001234567890000000000000000000',
    ]);
  });

  it('of another card number, key or length are refused', () => {
    const block = encipherPinBlock(extended, { format: 4, pan, random }, digits('1234'));
    const read = (cipher: PinBlockCipher, card: string, given: Uint8Array): string =>
      withDecipheredPin(cipher, { format: 4, pan: card }, given, text);
    const refused = expect.objectContaining({ code: 'PIN-BLOCK-FORM' }) as unknown as Error;
    expect(read(extended, pan, block)).toBe('1234');
    expect(() => read(extended, '4532000000000026', block)).toThrow(refused);
    expect(() => read(aes('ff112233445566778899AABBCCDDEEFF'), pan, block)).toThrow(refused);
    expect(() => read(extended, pan, block.slice(1))).toThrow(refused);
    expect(() => read(first, pan, block)).toThrow(refused);
  });
});

describe('a PIN lent', () => {
  it('is overwritten afterwards, also when its use fails', () => {
    const block = encipherPinBlock(first, { format: 0, pan }, digits('1234'));
    const seen: Uint8Array[] = [];
    withDecipheredPin(first, { format: 0, pan }, block, (pin) => seen.push(pin));
    expect(() =>
      withDecipheredPin(first, { format: 0, pan }, block, (pin) => {
        seen.push(pin);
        throw new RangeError('used wrongly');
      }),
    ).toThrow(RangeError);
    expect(seen).toEqual([new Uint8Array(4), new Uint8Array(4)]);
  });
});

describe('translation of PIN blocks', () => {
  const block = encipherPinBlock(first, { format: 0, pan }, digits('90785'));

  // Vector of the clear block: github.com/knovichikhin/psec, psec/pinblock.py, example of encode_pinblock_iso_0.
  it('takes the published block from one key to another', () => {
    const card = '5544332211009966';
    const clear = fromHex('041277cddeeff669');
    const translation = { from: { format: 0, pan: card }, to: { format: 0, pan: card }, purpose: 'transport' } as const;
    const translated = translatePinBlock({ from: first, to: second }, translation, first.encrypt(clear));
    expect(toHex(second.decrypt(translated))).toBe(toHex(clear));
  });

  it.each<[PinBlockTranslation, PinBlockCipher]>([
    [{ from: { format: 0, pan }, to: { format: 0, pan }, purpose: 'transport' }, second],
    [{ from: { format: 0, pan }, to: { format: 3, pan, random: new Uint8Array(10) }, purpose: 'transport' }, second],
    [{ from: { format: 0, pan }, to: { format: 4, pan, random }, purpose: 'transport' }, extended],
    [{ from: { format: 0, pan }, to: { format: 0, pan: '4532000000000026' }, purpose: 'card-issuance' }, second],
    [{ from: { format: 0, pan }, to: { format: 2 }, purpose: 'ic-card' }, second],
  ])('keeps the PIN: %j', (translation, to) => {
    const translated = translatePinBlock({ from: first, to }, translation, block);
    expect(withDecipheredPin(to, translation.to, translated, text)).toBe('90785');
  });

  const one = { format: 1, random: random.slice(0, 5) } as const;
  it.each<[PinBlockTranslation, string]>([
    [{ from: { format: 0, pan }, to: one, purpose: 'card-issuance' }, 'it would lose its card number'],
    [
      { from: { format: 3, pan }, to: { format: 2 }, purpose: 'transport' },
      'format 2 is for submission to a chip only',
    ],
    [{ from: { format: 2 }, to: { format: 0, pan }, purpose: 'ic-card' }, 'format 2 never leaves the chip dialogue'],
    [{ from: { format: 2 }, to: one, purpose: 'transport' }, 'format 2 never leaves the chip dialogue'],
    [
      { from: { format: 4, pan }, to: { format: 0, pan: '4532000000000026' }, purpose: 'transport' },
      'another card number is taken at issuance only',
    ],
  ])('refuses %j', (translation, reason) => {
    const { from, to } = translation;
    expect(() => translatePinBlock({ from: first, to: second }, translation, block)).toThrow(
      expect.objectContaining({
        code: 'PIN-BLOCK-TRANSLATION',
        details: { from: from.format, to: to.format, reason },
      }),
    );
  });

  it('takes format 1 to a card number and to itself', () => {
    const bare = encipherPinBlock(first, one, digits('1234'));
    const toCard = { from: { format: 1 }, to: { format: 0, pan }, purpose: 'transport' } as const;
    const toItself = { from: { format: 1 }, to: one, purpose: 'transport' } as const;
    const ciphers = { from: first, to: second };
    expect([
      withDecipheredPin(second, toCard.to, translatePinBlock(ciphers, toCard, bare), text),
      withDecipheredPin(second, one, translatePinBlock(ciphers, toItself, bare), text),
    ]).toEqual(['1234', '1234']);
  });
});
