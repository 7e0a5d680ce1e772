import { expect, it } from 'vitest';
import { fuzzTargets } from './fuzz-targets.fixture.ts';
import { fuzz, shortEffort } from './fuzz.fixture.ts';

it.each(Object.entries(fuzzTargets))('%s: every input is read, or refused by name, in bounded time', (_, target) => {
  const { inputs, read, refused } = fuzz(target, shortEffort);
  expect(read + refused).toBe(inputs);
  expect(read).toBeGreaterThan(0);
});
