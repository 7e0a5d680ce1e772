import { expect, it } from 'vitest';
import { fuzzTargets } from './fuzz-targets.fixture.ts';
import { fuzz, longEffort } from './fuzz.fixture.ts';

/** One line a parser: how many inputs it read and refused, and how long that took. */
it.each(Object.entries(fuzzTargets))('%s withstands a million inputs', (parser, target) => {
  const began = performance.now();
  const { inputs, read, refused } = fuzz(target, { ...longEffort, seed: 20_261_129 });
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  process.stdout.write(`${JSON.stringify({ parser, inputs, read, refused, seconds })}\n`);
  expect(read + refused).toBe(1_000_000);
});
