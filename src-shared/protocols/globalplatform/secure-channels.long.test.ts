import { expect, test } from 'vitest';
import { fromHex } from '../../bytes/bytes.ts';
import { fuzz, longEffort } from '../fuzz.fixture.ts';
import { parseKeyInformation } from './key-information.ts';
import { parseScp02InitializeUpdate } from './scp02-initialize-update.ts';
import { parseScp03InitializeUpdate } from './scp03-initialize-update.ts';

test.each([
  {
    name: 'INITIALIZE UPDATE of SCP02',
    parse: parseScp02InitializeUpdate,
    faults: ['CARD-ANSWER'],
    samples: ['00000000000000000000700200016b4524abee7cf32ea3838bc148f3'],
  },
  {
    name: 'INITIALIZE UPDATE of SCP03',
    parse: parseScp03InitializeUpdate,
    faults: ['CARD-ANSWER'],
    samples: [
      '000000000000000000003003703eb51047495b249f66c484c1d2ef1948000002',
      'a1a012430585513120853003710617a2c34d50b562f7decfc3dbf58a649ef733b7486d813c92e4ca61e5102f9100082a',
    ],
  },
  {
    name: 'key information template',
    parse: parseKeyInformation,
    faults: ['CARD-ANSWER', 'CARD-TLV'],
    samples: ['e012c00401308810c00402308810c00403308810'],
  },
])(
  'a million inputs: $name',
  ({ parse, faults, samples }) => {
    const { read, refused } = fuzz({ parse, faults, samples: samples.map(fromHex) }, longEffort);
    expect(read > 0 && refused > 0).toBe(true);
  },
  600_000,
);
