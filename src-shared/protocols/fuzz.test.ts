import { expect, it } from 'vitest';
import { fromHex } from '../bytes/bytes.ts';
import { StationFault } from '../faults/station-fault.ts';
import { fuzz, type FuzzTarget, shortEffort } from './fuzz.fixture.ts';
import { parseTlvs } from './tlv/ber-tlv.ts';

const target: FuzzTarget = {
  parse: parseTlvs,
  faults: ['CARD-TLV'],
  samples: [fromHex('6f0d8407a0000000031010a5025000'), fromHex('70045a021234')],
};

it('feeds the same inputs for the same seed, some of them right', () => {
  const report = fuzz(target, shortEffort);
  expect(report).toEqual(fuzz(target, shortEffort));
  expect(report).not.toEqual(fuzz(target, { ...shortEffort, seed: 2 }));
  expect(report.read).toBeGreaterThan(300);
  expect(report.refused).toBeGreaterThan(300);
});

/** Parsers that are wrong, each in one way that fuzzing must find. */
it.each<[string, (bytes: Uint8Array) => unknown, RegExp]>([
  ['throws what is no fault', (bytes) => decodeURIComponent(`%${bytes[0] ?? 0}`), /no fault of the catalogue/],
  [
    'refuses with another code',
    (bytes) => {
      if (bytes.length > 50) throw new StationFault('CARD-GONE');
    },
    /CARD-GONE instead of CARD-TLV/,
  ],
  [
    'descends without a bound',
    function descend(bytes: Uint8Array): unknown {
      return bytes[0] === 0xff ? descend(bytes) : undefined;
    },
    /no fault of the catalogue/,
  ],
  [
    'writes into its input',
    (bytes) => {
      if (bytes.length > 6) bytes[5] = 0x11;
    },
    /input was altered/,
  ],
])('finds a parser that %s', (_, parse, message) => {
  expect(() => fuzz({ ...target, parse }, shortEffort)).toThrow(message);
});

it('wants samples that are right', () => {
  expect(() => fuzz({ ...target, samples: [fromHex('5a0312')] }, shortEffort)).toThrow('sample 0 is refused');
});
