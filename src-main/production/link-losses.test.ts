import { afterAll, beforeAll, expect, test } from 'vitest';
import { everyBoundary, jobTraffic, disturbJobs, seededOffsets, type JobTraffic } from './link-campaign.fixture.ts';
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

test('the link is lost and back before and after every command of a job: no card is lost or made twice', async () => {
  const losses = everyBoundary(traffic);
  const results = await Promise.all([disturbJobs(worlds.tcp, losses), disturbJobs(worlds.pty, losses)]);
  for (const { ordered, met } of results) {
    expect(ordered).toBe(losses.length);
    expect(met).toBeGreaterThan(losses.length * 0.8);
  }
}, 400_000);

test('the link is lost and back at 200 seeded bytes of a job: no card is lost or made twice', async () => {
  const losses = seededOffsets(traffic, 200, 20_260_301);
  const results = await Promise.all([
    disturbJobs(worlds.tcp, losses.slice(0, 100)),
    disturbJobs(worlds.pty, losses.slice(100)),
  ]);
  for (const { ordered, met } of results) {
    expect(ordered).toBe(100);
    expect(met).toBeGreaterThan(80);
  }
}, 400_000);
