import { expect, test } from 'vitest';
import { sameReader } from './same-reader.ts';

const name = 'ACME Reader [CCID] (SN42) 00 01';

test.each<[string, string, readonly string[], string | null]>([
  [name, 'SN42', [name, 'ACME Reader [CCID] (SN42) 00 00'], name],
  [
    name,
    'SN42',
    ['ACME Reader [CCID] (SN42) 03 01', 'ACME Reader [CCID] (SN42) 03 00'],
    'ACME Reader [CCID] (SN42) 03 01',
  ],
  [name, 'SN42', ['ACME Reader [CCID] (SN43) 00 01'], null],
  [name, 'SN42', ['ACME Reader [CCID] (SN42) 01 01', 'ACME Reader [CCID] (SN42) 02 01'], null],
  [name, 'SN4', ['ACME Reader [CCID] (SN42) 01 01'], null],
  ['Virtual PCD 00 00', 'Virtual PCD 00 00', ['Virtual PCD 01 00'], null],
  ['a name without a number (SN42)', 'SN42', [], null],
])('%s with serial %s among %o is %s', (configured, serial, listed, found) => {
  expect(sameReader(configured, serial, listed)).toBe(found);
});
