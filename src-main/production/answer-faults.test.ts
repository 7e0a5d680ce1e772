import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerFaults } from './answer-faults.fixture.ts';
import { disturbJobs } from './link-campaign.fixture.ts';
import { openPrintShop, PrintLines, type PrintShop } from './print-lines.fixture.ts';

let shop: PrintShop;
let world: PrintLines;
beforeAll(async () => {
  shop = await openPrintShop();
  world = await PrintLines.open(shop, 'tcp', 4);
}, 120_000);
afterAll(async () => {
  await world.close();
  await shop.close();
});

test('answers that fail to come, come late, twice, in part or as noise: no card is lost or made twice', async () => {
  // Two ways at each command, another two at the next; answer-faults.long.test.ts does all of them.
  const troubles = answerFaults.filter((_, at) => at % 3 === Math.floor(at / 6) % 3);
  const result = await disturbJobs(world, troubles);
  expect(result.ordered).toBe(troubles.length);
  expect(result.met).toBeGreaterThan(troubles.length * 0.7);
}, 600_000);
