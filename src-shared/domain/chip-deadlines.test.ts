import { expect, test } from 'vitest';
import { fromHex } from '../bytes/bytes.ts';
import { chipDeadlines, exchangeDeadline } from './chip-deadlines.ts';

const product = { exchange: 5, load: 90, storeData: 2 };

test.each([
  ['84e80000', undefined, 60_000],
  ['80d80181', undefined, 30_000],
  ['00a40400', undefined, 20_000],
  ['84e20000', undefined, 20_000],
  ['84e80000', product, 90_000],
  ['84e20000', product, 2000],
  ['00a40400', product, 5000],
  ['80d80181', product, 30_000],
  ['', product, 5000],
])('%s with %o has %i milliseconds', (command, of, milliseconds) => {
  expect(exchangeDeadline(fromHex(command), 20_000, of)).toBe(milliseconds);
});

test.each([{ load: 0.4 }, { load: 301 }, { laod: 5 }])('%o is refused', (wrong) => {
  expect(chipDeadlines.safeParse(wrong).success).toBe(false);
});
