import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  disturbJobs,
  everyBoundary,
  jobTraffic,
  seededOffsets,
  type CampaignResult,
  type JobTraffic,
  type Trouble,
} from './link-campaign.fixture.ts';
import { openPrintShop, PrintLines, type PrintShop, type Wire } from './print-lines.fixture.ts';

let shop: PrintShop;
let traffic: JobTraffic;
let worlds: Readonly<Record<Wire, PrintLines>>;
beforeAll(async () => {
  shop = await openPrintShop();
  // A serial line that falls mute costs a deadline, so more of them run side by side.
  worlds = { tcp: await PrintLines.open(shop, 'tcp', 2), pty: await PrintLines.open(shop, 'pty', 6) };
}, 120_000);
afterAll(async () => {
  await Promise.all([worlds.tcp.close(), worlds.pty.close()]);
  await shop.close();
});

test('a job says the same to its printer every time', async () => {
  traffic = await jobTraffic(worlds.tcp);
  expect(traffic.commands).toBeGreaterThan(50);
  expect(traffic.bytes).toBeGreaterThan(100_000);
  expect((await jobTraffic(worlds.tcp)).commands).toBe(traffic.commands);
}, 60_000);

/** Both wires side by side; a wire that fails does not leave the other one running into the next test. */
async function onBothWires(tcp: readonly Trouble[], pty: readonly Trouble[]): Promise<readonly CampaignResult[]> {
  const settled = await Promise.allSettled([disturbJobs(worlds.tcp, tcp), disturbJobs(worlds.pty, pty)]);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

test('the link is lost and back before or after every command of a job: no card is lost or made twice', async () => {
  const losses = everyBoundary(traffic);
  // Before one command and after the next, in turn; link-losses.long.test.ts does both of every one on both wires.
  const alternating = losses.filter((_, at) => at % 4 === 0 || at % 4 === 3);
  const serial = alternating.filter((_, at) => at % 5 === 0);
  const [tcp, pty] = await onBothWires(alternating, serial);
  expect([tcp?.ordered, pty?.ordered]).toEqual([alternating.length, serial.length]);
  expect(tcp?.met).toBeGreaterThan(alternating.length * 0.8);
  expect(pty?.met).toBeGreaterThan(serial.length * 0.7);
}, 600_000);

test('the link is lost and back at seeded bytes of a job: no card is lost or made twice', async () => {
  const losses = seededOffsets(traffic, 60, 20_260_301);
  const [tcp, pty] = await onBothWires(losses.slice(0, 50), losses.slice(50));
  expect([tcp?.ordered, pty?.ordered]).toEqual([50, 10]);
  // Some fall between two jobs or into an answer that is asked for again anyway: the engine sees nothing of those.
  expect(tcp?.met).toBeGreaterThan(25);
  expect(pty?.met).toBeGreaterThan(3);
}, 600_000);
