import { afterAll, beforeAll, expect, test } from 'vitest';
import { disturbJobs, type Trouble } from './link-campaign.fixture.ts';
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

/** Every kind of command that a job says: questions, settings, movements, stripe, panels. */
const commands = ['Rlr', 'Rrt', 'Rco', 'Rsn', 'Rem', 'Pr', 'Si', 'Dm', 'Smw', 'Smr', 'Ss', 'Dbc', 'Se'];
const answers: readonly Trouble[] = [
  { fault: 'silent', acts: false },
  { fault: 'silent' },
  { fault: 'late', ms: 1900 },
  { fault: 'doubled' },
  { fault: 'cut' },
  { fault: 'garbage' },
];

test('answers that fail to come, come late, twice, in part or as noise, at every kind of command: no card is lost or made twice', async () => {
  const troubles = commands.flatMap((on) => answers.map((answer) => ({ ...answer, on })));
  const result = await disturbJobs(world, troubles);
  expect(result.ordered).toBe(troubles.length);
  expect(result.met).toBeGreaterThan(troubles.length * 0.8);
}, 600_000);
