import fc from 'fast-check';
import { test } from 'vitest';
import { checkSequence, commandSequences } from './payment-sequences.fixture.ts';

test('a million commands of any bytes to the payment application', { timeout: 3_600_000 }, () => {
  let sent = 0;
  const runs = fc.property(commandSequences, (commands) => {
    sent += commands.length;
    checkSequence(commands);
  });
  for (let seed = 1; sent < 1_000_000; seed++) fc.assert(runs, { numRuns: 1000, seed });
});
