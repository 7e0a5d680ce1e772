import { expect, test } from 'vitest';
import { disturbJobs, everyBoundary, jobTraffic, seededOffsets } from './link-campaign.fixture.ts';
import { openPrintShop, PrintLines } from './print-lines.fixture.ts';

const offsets = Number(process.env['CARDWRIGHT_LINK_OFFSETS'] ?? 1000);
const seed = Number(process.env['CARDWRIGHT_LINK_SEED'] ?? Date.now() % 1_000_000);

test.each(['tcp', 'pty'] as const)(
  'the link on %s is lost at every command and at seeded bytes',
  async (wire) => {
    await using stack = new AsyncDisposableStack();
    const shop = await openPrintShop();
    stack.defer(() => shop.close());
    const world = await PrintLines.open(shop, wire, wire === 'tcp' ? 3 : 6);
    stack.defer(() => world.close());
    const traffic = await jobTraffic(world);
    const troubles = [...everyBoundary(traffic), ...seededOffsets(traffic, offsets, seed)];
    const result = await disturbJobs(world, troubles);
    process.stdout.write(`${JSON.stringify({ wire, seed, traffic, ...result, questions: result.questions.length })}\n`);
    expect(result.ordered).toBe(troubles.length);
  },
  3_600_000,
);
