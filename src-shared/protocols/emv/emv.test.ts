import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, fromHex, toHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { encodeCommand } from '../apdu/command-apdu.ts';
import { constructed, encodeTlv, primitive } from '../tlv/ber-tlv.ts';
import { parseDol } from '../tlv/data-object-list.ts';
import {
  getApplicationData,
  getProcessingOptions,
  paymentSystemEnvironment,
  readRecord,
  selectPaymentApplication,
} from './application-commands.ts';
import {
  parseApplicationControl,
  parseApplicationRecord,
  parseContactDirectoryControl,
  parseContactDirectoryRecord,
  parseContactlessDirectory,
} from './application-selection.ts';
import { checkValue } from './check-value.ts';
import { emvDataDictionary } from './data-dictionary.ts';
import { packCompressed, packNumeric, unpackCompressed, unpackDigits } from './decimal-digits.ts';
import { encodeFileLocator, listRecords, parseFileLocator } from './file-locator.ts';
import { fillDataObjectList } from './fill-data-object-list.ts';
import { parseProcessingOptions } from './processing-options.ts';
import { encodeTrack2Equivalent, parseTrack2Equivalent } from './track2-equivalent.ts';

const aid = fromHex('a0000000031010');

it.each([
  [selectPaymentApplication(paymentSystemEnvironment.contactless), '00a404000e325041592e5359532e444446303100'],
  [getProcessingOptions(new Uint8Array()), '80a8000002830000'],
  [readRecord({ shortFileIdentifier: 2, record: 1 }), '00b2011400'],
  [getApplicationData(0x9f17), '80ca9f1700'],
])('writes %#', (command, bytes) => {
  expect(toHex(encodeCommand(command))).toBe(bytes);
});

describe('selection', () => {
  const entry = constructed(0x61, [
    primitive(0x4f, aid),
    primitive(0x50, ascii('TRAINING DEBIT')),
    primitive(0x87, Uint8Array.of(0x81)),
  ]);
  it('reads both directories', () => {
    const expected = [{ aid, label: 'TRAINING DEBIT', priority: 1 }];
    const contactless = constructed(0x6f, [
      primitive(0x84, paymentSystemEnvironment.contactless),
      constructed(0xa5, [constructed(0xbf0c, [entry])]),
    ]);
    expect(parseContactlessDirectory(encodeTlv(contactless))).toEqual(expected);
    expect(parseContactDirectoryRecord(encodeTlv(constructed(0x70, [entry])))).toEqual(expected);
    expect(parseContactDirectoryControl(fromHex('6f1a840e315041592e5359532e4444463031a5088801025f2d02656e'))).toBe(2);
  });
  it('reads an application and its PDOL', () => {
    const answer = constructed(0x6f, [
      primitive(0x84, aid),
      constructed(0xa5, [
        primitive(0x50, ascii('TRAINING')),
        primitive(0x87, Uint8Array.of(0x0f)),
        primitive(0x9f38, fromHex('9f02069f3704')),
      ]),
    ]);
    const control = parseApplicationControl(encodeTlv(answer));
    expect(control).toMatchObject({
      aid,
      label: 'TRAINING',
      priority: 15,
      pdol: [
        { tag: 0x9f02, length: 6 },
        { tag: 0x9f37, length: 4 },
      ],
    });
    expect(() => parseApplicationControl(fromHex('6f09840 7a0000000031010'))).toThrow(
      expect.objectContaining({ code: 'CARD-TLV-MISSING' }),
    );
  });
  it('reads a record and refuses another template', () => {
    expect(parseApplicationRecord(fromHex('700457021234'))).toHaveLength(1);
    expect(() => parseApplicationRecord(fromHex('770457021234'))).toThrow(
      expect.objectContaining({ code: 'CARD-ANSWER' }),
    );
  });
});

describe('processing options', () => {
  const locator = fromHex('08010100 10010301');
  it('reads both formats and lists the records', () => {
    const expected = {
      interchangeProfile: fromHex('3800'),
      fileLocator: [
        { shortFileIdentifier: 1, firstRecord: 1, lastRecord: 1, signedRecords: 0 },
        { shortFileIdentifier: 2, firstRecord: 1, lastRecord: 3, signedRecords: 1 },
      ],
      objects: [primitive(0x82, fromHex('3800')), primitive(0x94, locator)],
    };
    expect(parseProcessingOptions(concatBytes(fromHex('800a3800'), locator))).toEqual(expected);
    expect(parseProcessingOptions(concatBytes(fromHex('770e820238009408'), locator))).toEqual(expected);
    expect(encodeFileLocator(expected.fileLocator)).toEqual(locator);
    expect(listRecords(expected.fileLocator)).toEqual([
      { shortFileIdentifier: 1, record: 1, coverage: 'unsigned' },
      { shortFileIdentifier: 2, record: 1, coverage: 'signed' },
      { shortFileIdentifier: 2, record: 2, coverage: 'unsigned' },
      { shortFileIdentifier: 2, record: 3, coverage: 'unsigned' },
    ]);
  });
  it.each(['', '080101', '09010100', '00010100', 'f8010100', '08000100', '08020100', '08010102'])(
    'refuses the locator %s',
    (bytes) => {
      expect(() => parseFileLocator(fromHex(bytes))).toThrow(expect.objectContaining({ code: 'CARD-ANSWER' }));
    },
  );
});

it('fills a data object list as EMV 4.3 Book 3 §5.4 says', () => {
  const list = parseDol(fromHex('9f0206 5f2a01 5a0a 5f2003 9f3702 5f5003 6f02'));
  const values = new Map([
    [0x9f02, fromHex('1234')],
    [0x5f2a, fromHex('0978')],
    [0x5a, fromHex('4111111111111111')],
    [0x5f20, ascii('AB')],
    [0x9f37, fromHex('01020304')],
    [0x6f, fromHex('ffff')],
  ]);
  expect(toHex(fillDataObjectList(list, values))).toBe(
    ['000000001234', '78', '4111111111111111ffff', '414200', '0102', '000000', '0000'].join(''),
  );
});

describe('track 2 equivalent data', () => {
  it('writes and reads odd and even counts', () => {
    const fields = { pan: '4111111111111111', expiry: '3012', serviceCode: '201', discretionary: '12345' };
    expect(toHex(encodeTrack2Equivalent(fields))).toBe('4111111111111111d301220112345f');
    for (const discretionary of ['1234', '12345']) {
      const given = { ...fields, discretionary };
      expect(parseTrack2Equivalent(encodeTrack2Equivalent(given))).toEqual(given);
    }
  });
  it.each(['4111111111111111', '4a11d3012201', '4111d3013201', 'd3012201', `${'11'.repeat(18)}d3`])(
    'refuses %s',
    (bytes) => {
      expect(() => parseTrack2Equivalent(fromHex(bytes))).toThrow(expect.objectContaining({ code: 'CARD-STRIPE' }));
    },
  );
});

describe('the dictionary', () => {
  it('knows every tag of the training debit product', () => {
    const product =
      '57 5A 5F20 5F24 5F25 5F28 5F30 5F34 82 84 87 8C 8D 8E 8F 90 92 93 94 9F07 9F08 9F0D 9F0E 9F0F 9F32 9F42 9F46 9F47 9F48 9F4A 50 4F 61 6F A5 BF0C 70 77 80';
    expect(product.split(' ').filter((tag) => !emvDataDictionary.has(Number.parseInt(tag, 16)))).toEqual([]);
  });
  it.each([
    [0x5a, '4111111111111111', []],
    [0x5a, '411111111111111f', ['meaning']],
    [0x5a, '79927398713f', []],
    [0x5a, '4111111111111112', ['meaning']],
    [0x5a, '41111111111111ff', ['format']],
    [0x5a, '4a11111111111111', ['format']],
    [0x57, '4111111111111111d301220112345f', []],
    [0x57, '4111111111111111d3013201', ['meaning']],
    [0x5f20, '444f452f4a4f484e', []],
    [0x5f20, '446f65', ['meaning']],
    [0x5f20, '41', ['length']],
    [0x5f24, '301231', []],
    [0x5f24, '300230', ['meaning']],
    [0x5f24, '3a1231', ['format']],
    [0x5f28, '0840', []],
    [0x5f28, '1840', ['format']],
    [0x5f30, '0201', []],
    [0x5f30, '0301', ['meaning']],
    [0x82, '3800', []],
    [0x82, '8000', ['meaning']],
    [0x8c, '9f02069f0306', []],
    [0x8c, '9f0206 95', ['format']],
    [0x8e, '00000000000000005f03', []],
    [0x94, '08010100', []],
    [0x94, '08010102', ['meaning']],
    [0x9f07, 'ff', ['length']],
    [0x9f32, '03', []],
    [0x9f32, '05', ['meaning']],
    [0x9f4a, '82', []],
    [0x9f4a, '8294', ['meaning']],
    [0xdf01, '00', ['unknown-tag']],
  ])('checks %i %s', (tag, value, kinds) => {
    expect(checkValue(tag, fromHex(value)).map(({ kind }) => kind)).toEqual(kinds);
  });
  it('says it in words without the value', () => {
    expect(checkValue(0x5a, fromHex('4111111111111112'))[0]?.text).toBe(
      'Application Primary Account Number (PAN) (5A) has a wrong check digit',
    );
  });
});

it('packs and unpacks digits', () => {
  expect(toHex(packNumeric('840', 2))).toBe('0840');
  expect(toHex(packCompressed('123'))).toBe('123f');
  expect([unpackDigits(fromHex('0840')), unpackDigits(fromHex('084a'))]).toEqual(['0840', undefined]);
  expect([unpackCompressed(fromHex('123f')), unpackCompressed(fromHex('1f3f'))]).toEqual(['123', undefined]);
  expect(() => packNumeric('12345', 2)).toThrow(RangeError);
});

it('reads or refuses any bytes', () => {
  const parsers = [
    parseApplicationControl,
    parseContactlessDirectory,
    parseContactDirectoryControl,
    parseContactDirectoryRecord,
    parseApplicationRecord,
    parseProcessingOptions,
    parseTrack2Equivalent,
    parseFileLocator,
  ];
  const tags = [...emvDataDictionary.keys()];
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(0x6f, 0x70, 0x77, 0x80),
      fc.constantFrom(...tags),
      (bytes, tag, field) => {
        checkValue(field, bytes);
        for (const parse of parsers) {
          for (const data of [bytes, encodeTlv(primitive(tag, bytes))]) {
            try {
              parse(data);
            } catch (thrown) {
              expect(thrown).toBeInstanceOf(StationFault);
            }
          }
        }
      },
    ),
  );
});
