import { expect, test } from 'vitest';
import { fuzzedChip } from './chip-fuzz.fixture.ts';

test('a million altered commands of content management are done or refused', { timeout: 3_600_000 }, async () => {
  const { done, refused } = await fuzzedChip(1_000_000, 2);
  expect(done + refused).toBe(1_000_000);
});
