import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StationFault } from '../../faults/station-fault.ts';
import { checkEncodedName } from './encoded-name.ts';
import { buildTrack1, buildTrack2, parseTrack1, parseTrack2 } from './financial-track.ts';
import { luhnCheckDigit, passesLuhn } from './luhn.ts';
import { readServiceCode } from './service-code.ts';
import type { TrackNumber } from './track-format.ts';
import { trackContentLimit } from './track-format.ts';
import { addSentinels, removeSentinels, trackBits, trackLrc } from './track-framing.ts';

describe('LRC and bits (vectors computed from ISO/IEC 7811-2 and checked by hand)', () => {
  it.each<[TrackNumber, string, number, string]>([
    [2, ';0?', 0x04, '00100'],
    [1, '%A?', 0x3b, '1101110'],
    [2, ';4111111111111111=3012101?', 0x0c, '00111'],
    [1, '%B4111111111111111^DOE/JOHN^3012101?', 0x0f, '1111001'],
    [3, ';011234567890123456=?', 0x0e, '01110'],
  ])('track %i %s', (track, framed, lrc, bits) => {
    expect(trackLrc(track, framed)).toBe(lrc);
    expect(trackBits(track, framed).at(-1)).toBe(bits);
  });
  it('sends the least significant bit first with odd parity', () => {
    expect(trackBits(2, ';0?')).toEqual(['11010', '00001', '11111', '00100']);
    expect(trackBits(1, '%A?')).toEqual(['1010001', '1000011', '1111100', '1101110']);
  });
});

describe('sentinels and limits', () => {
  it('holds 76, 37 and 104 characters between the sentinels', () => {
    expect(([1, 2, 3] as const).map(trackContentLimit)).toEqual([76, 37, 104]);
    for (const track of [1, 2, 3] as const) {
      const full = '1'.repeat(trackContentLimit(track));
      expect(removeSentinels(track, addSentinels(track, full))).toBe(full);
      expect(() => addSentinels(track, `${full}1`)).toThrow(expect.objectContaining({ code: 'CARD-STRIPE' }));
    }
  });
  it.each<[TrackNumber, string]>([
    [1, 'B4111^A/B^3012101?'],
    [1, '%B4111^A/B^3012101'],
    [1, '%?'],
    [1, '%'],
    [1, '%bc?'],
    [1, '%A?B?'],
    [2, ';12A?'],
    [2, ';12;3?'],
    [3, '_;12?'],
  ])('refuses track %i %s', (track, framed) => {
    expect(() => removeSentinels(track, framed)).toThrow(expect.objectContaining({ code: 'CARD-STRIPE' }));
  });
});

describe('financial tracks', () => {
  const fields = { pan: '4111111111111111', expiry: '3012', serviceCode: '101', discretionary: '' };
  it('writes and reads both tracks', () => {
    expect(buildTrack1({ ...fields, name: 'DOE/JOHN' })).toBe('B4111111111111111^DOE/JOHN^3012101');
    expect(buildTrack2(fields)).toBe('4111111111111111=3012101');
    expect(buildTrack2({ pan: '59', discretionary: '7' })).toBe('59===7');
    expect(parseTrack2('59===7')).toEqual({ pan: '59', discretionary: '7' });
  });
  it.each([
    { ...fields, pan: '' },
    { ...fields, pan: '1'.repeat(20) },
    { ...fields, expiry: '3013' },
    { ...fields, serviceCode: '10' },
    { ...fields, discretionary: 'A' },
    { ...fields, discretionary: '1'.repeat(14) },
  ])('refuses %j', (wrong) => {
    expect(() => buildTrack2(wrong)).toThrow(expect.objectContaining({ code: 'CARD-STRIPE' }));
  });
  const digits = (least: number, most: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: least, maxLength: most });
  const financial = fc
    .record({
      pan: digits(1, 19),
      expiry: fc.option(fc.constantFrom('2601', '3012'), { nil: undefined }),
      serviceCode: fc.option(digits(3, 3), { nil: undefined }),
      discretionary: digits(0, 10),
    })
    .map(({ expiry, serviceCode, ...rest }) => ({
      ...rest,
      ...(expiry === undefined ? {} : { expiry }),
      ...(serviceCode === undefined ? {} : { serviceCode }),
    }));
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(financial, fc.constantFrom('DOE/JOHN', 'LI/A', 'VAN DER BERG-SMITH/ANNA M.'), (given, name) => {
        expect(parseTrack2(buildTrack2(given))).toEqual(given);
        expect(parseTrack1(buildTrack1({ ...given, name }))).toEqual({ ...given, name });
      }),
    );
  });
  it('reads or refuses any text', () => {
    const near = fc.string({ unit: fc.constantFrom(...Array.from('B01234^=/A%;?')), maxLength: 45 });
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 120 }), near), (text) => {
        for (const parse of [
          parseTrack1,
          parseTrack2,
          (all: string) => removeSentinels(1, all),
          (all: string) => trackLrc(2, all),
        ]) {
          try {
            parse(text);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(StationFault);
          }
        }
      }),
    );
  });
});

it('computes and checks the Luhn digit', () => {
  expect(luhnCheckDigit('7992739871')).toBe('3');
  expect(['4111111111111111', '79927398713', '4111111111111112', '', '4', '4a11'].map(passesLuhn)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 18n }), (number) => {
      expect(passesLuhn(`${number}${luhnCheckDigit(String(number))}`)).toBe(true);
    }),
  );
});

it('reads service codes', () => {
  expect(readServiceCode('201')).toEqual({
    interchange: 'international, chip to be used where possible',
    authorisation: 'normal',
    services: 'no restrictions',
    chip: 'expected',
  });
  expect([readServiceCode('301'), readServiceCode('211'), readServiceCode('208'), readServiceCode('20')]).toEqual(
    Array.from({ length: 4 }),
  );
});

it('finds what stripe and chip cannot hold in a name', () => {
  expect(
    ['DOE/JOHN', 'LI', 'A', 'Doe/John', "O'BRIEN/PAT", 'A/B/C', `${'A'.repeat(25)}/B`].map(
      (name) => checkEncodedName(name).length,
    ),
  ).toEqual([0, 0, 1, 1, 1, 1, 1]);
});
