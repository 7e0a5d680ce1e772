import { expect, test } from 'vitest';
import { fuzzedChip } from './chip-fuzz.fixture.ts';

test('altered commands of content management are done or refused, and the chip stays readable', async () => {
  const { done, refused } = await fuzzedChip(5000, 1);
  expect(done + refused).toBe(5000);
  expect(Math.min(done, refused)).toBeGreaterThan(200);
});
