import { expect, test } from 'vitest';
import { answerFaults } from './answer-faults.fixture.ts';
import { disturbJobs } from './link-campaign.fixture.ts';
import { openPrintShop, PrintLines } from './print-lines.fixture.ts';

test('every way an answer can go wrong, at every kind of command', async () => {
  await using stack = new AsyncDisposableStack();
  const shop = await openPrintShop();
  stack.defer(() => shop.close());
  const world = await PrintLines.open(shop, 'tcp', 4);
  stack.defer(() => world.close());
  const result = await disturbJobs(world, answerFaults);
  process.stdout.write(`${JSON.stringify({ ...result, questions: result.questions.length })}\n`);
  expect(result.ordered).toBe(answerFaults.length);
}, 3_600_000);
