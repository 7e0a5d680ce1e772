import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { describeBits, terminalVerificationBits } from './bit-meanings.ts';
import { checkValue } from './check-value.ts';
import { emvDataDictionary } from './data-dictionary.ts';
import { describeValue } from './describe-value.ts';
import {
  describeVerificationMethods,
  encodeVerificationMethods,
  parseVerificationMethods,
} from './verification-methods.ts';

describe('values in words', () => {
  it.each<[number, string, readonly string[]]>([
    [0x82, '1800', ['cardholder verification is supported', 'terminal risk management is to be performed']],
    [
      0x82,
      '6180',
      ['SDA supported', 'DDA supported', 'CDA supported', 'EMV mode is supported by the contactless side'],
    ],
    [0x82, '8001', ['reserved bit 8 of byte 1', 'reserved bit 1 of byte 2']],
    [
      0x9f07,
      'c280',
      [
        'valid for domestic cash transactions',
        'valid for international cash transactions',
        'valid at ATMs',
        'domestic cashback allowed',
      ],
    ],
    [
      0x95,
      '8000048000',
      ['offline data authentication was not performed', 'online PIN entered', 'transaction exceeds floor limit'],
    ],
    [
      0x9b,
      'e800',
      [
        'offline data authentication was performed',
        'cardholder verification was performed',
        'card risk management was performed',
        'terminal risk management was performed',
      ],
    ],
    [0x9f0e, '0010000000', ['requested service not allowed for card product']],
    [0x94, '0801030110010100', ['file 1, records 1 to 3, 1 signed', 'file 2, record 1, none signed']],
    [
      0x8c,
      '9f02069c01df0102',
      ['9F02 Amount, Authorised (Numeric), 6 bytes', '9C Transaction Type, 1 byte', 'DF01, 2 bytes'],
    ],
    [0x9f27, '80', ['to be decided online (ARQC)']],
    [0x9f27, '09', ['declined offline (AAC)', 'advice required', 'service not allowed']],
    [0x82, '18', []],
    [0x5a, '4111111111111111', []],
    [0xdf01, '00', []],
  ])('%i %s', (tag, bytes, words) => {
    expect(describeValue(tag, fromHex(bytes))).toEqual(words);
  });

  it('refuses results of another length', () => {
    expect(() => describeBits('results', fromHex('80'), terminalVerificationBits)).toThrow(
      expect.objectContaining({ code: 'EMV-VALUE-FORM' }),
    );
  });
});

describe('a CVM list', () => {
  // EMV 4.3 Book 3 Annex C3, put together by hand: enciphered PIN online, plaintext PIN under X, signature, no CVM.
  const list = fromHex('000003e800000000' + '4203' + '4106' + '5e03' + '1f00');
  it('is read, written and said in words', () => {
    const methods = parseVerificationMethods(list);
    expect(methods).toEqual({
      amountX: 1000,
      amountY: 0,
      rules: [
        { method: 0x02, condition: 0x03, failing: 'next-rule' },
        { method: 0x01, condition: 0x06, failing: 'next-rule' },
        { method: 0x1e, condition: 0x03, failing: 'next-rule' },
        { method: 0x1f, condition: 0x00, failing: 'fail' },
      ],
    });
    expect(toHex(encodeVerificationMethods(methods))).toBe(toHex(list));
    expect(describeVerificationMethods(methods)).toEqual([
      'X is 1000',
      'enciphered PIN checked online, if the terminal supports it, else the next rule',
      'plaintext PIN checked by the card, if under X in the application currency, else the next rule',
      'signature, if the terminal supports it, else the next rule',
      'no CVM required, always, else verification fails',
    ]);
    expect(describeVerificationMethods(parseVerificationMethods(fromHex('000000000000000022803100')))).toEqual([
      'method 22 of the payment system, on condition 80 of the payment system, else verification fails',
      'method 31 of the issuer, always, else verification fails',
    ]);
  });
  it.each([
    ['0000000000000000', 'not 10 to 252 bytes'],
    ['00000000000000001f0042', 'it has half a rule'],
    ['00000000000000008203', 'rule 1 has a reserved method'],
    ['00000000000000001f000600', 'rule 2 has a reserved method'],
    ['00000000000000003f00', 'rule 1 has a reserved method'],
    ['00000000000000001f0a', 'rule 1 has a reserved condition'],
  ])('%s is refused: %s', (bytes, reason) => {
    expect(() => parseVerificationMethods(fromHex(bytes))).toThrow(
      expect.objectContaining({ code: 'EMV-VALUE-FORM', details: { what: 'CVM list', reason } }),
    );
  });
  it('is read back as it was written, and not written otherwise', () => {
    const rule = fc.record({
      method: fc.constantFrom(0, 1, 2, 3, 4, 5, 0x1e, 0x1f, 0x20, 0x3e),
      condition: fc.constantFrom(0, 5, 9, 0x80, 0xff),
      failing: fc.constantFrom<'fail' | 'next-rule'>('fail', 'next-rule'),
    });
    const amount = fc.integer({ min: 0, max: 0xffff_ffff });
    const methods = fc.record({
      amountX: amount,
      amountY: amount,
      rules: fc.array(rule, { minLength: 1, maxLength: 122 }),
    });
    fc.assert(
      fc.property(methods, (given) => {
        expect(parseVerificationMethods(encodeVerificationMethods(given))).toEqual(given);
      }),
    );
    const one = { method: 0x1f, condition: 0, failing: 'fail' } as const;
    for (const wrong of [
      { amountX: 2 ** 32, amountY: 0, rules: [one] },
      { amountX: 0, amountY: 0, rules: [] },
      { amountX: 0, amountY: 0, rules: [{ ...one, condition: 256 }] },
    ]) {
      expect(() => encodeVerificationMethods(wrong)).toThrow(expect.objectContaining({ code: 'EMV-VALUE-FORM' }));
    }
  });
});

describe('the whole dictionary', () => {
  it('names templates that are in it, and lengths that can be', () => {
    const wrong = [...emvDataDictionary].filter(
      ([, { least, most, templates, digits, format }]) =>
        least > most ||
        templates.some((tag) => emvDataDictionary.get(tag)?.format !== 'template' && tag !== 0x80) ||
        (digits !== undefined) !== (format === 'n' || format === 'cn') ||
        (digits !== undefined && Math.ceil(digits / 2) > most),
    );
    expect(wrong).toEqual([]);
  });
  it('refuses each value that is a byte too short or too long, by its length', () => {
    for (const [tag, { least, most }] of emvDataDictionary) {
      const lengths = [least - 1, most + 1].filter((length) => length >= 0);
      for (const length of lengths) {
        expect(checkValue(tag, new Uint8Array(length)).map(({ kind }) => kind)).toEqual(['length']);
      }
    }
  });
  it.each<[number, string, string]>([
    [0x50, '41420a', 'holds a character that cannot be shown'],
    [0x5f55, '4431', 'holds more than letters'],
    [0x5f55, '6465', 'is not two capital letters'],
    [0x5f54, '4445555444454646', ''],
    [0x5f54, '444555544445464631', 'is not a bank identifier of 8 or 11 characters'],
    [0x87, '11', 'sets a reserved bit'],
    [0x88, '0b', 'is not a file identifier of 1 to 10'],
    [0x8e, '00000000000000001f00', ''],
    [0x8e, '00000000000000000600', 'is not a list of known methods and conditions'],
    [0x95, '0100000000', 'sets a reserved bit'],
    [0x9a, '260230', 'is not a date YYMMDD'],
    [0x9b, '0001', 'sets a reserved bit'],
    [0x9f07, 'ff01', 'sets a reserved bit'],
    [0x9f0d, 'b86004a800', ''],
    [0x9f0d, 'b86004a801', 'sets a reserved bit'],
    [0x9f11, '11', 'is not a code table 01 to 10'],
    [0x9f20, '12ff', 'is filled up with more than one F'],
    [0x9f21, '240000', 'is not a time HHMMSS'],
    [0x9f4d, '0a05', 'names no log file of 11 to 30'],
  ])('%i %s: %s', (tag, bytes, text) => {
    const name = emvDataDictionary.get(tag)?.name ?? '';
    const label = `${name} (${tag.toString(16).toUpperCase()})`;
    expect(checkValue(tag, fromHex(bytes)).map((finding) => finding.text)).toEqual(
      text === '' ? [] : [`${label} ${text}`],
    );
  });
});
