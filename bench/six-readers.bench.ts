// Six readers against one: how long an exchange takes on one PC/SC reader alone and on six at once, through a process for each, with real
// pcscd and vpcd. Each card is a program of its own; all of them share this machine's processors with the station, pcscd and each other.
import { fromHex } from '../src-shared/bytes/bytes.ts';
import { PcscReader } from '../src-main/devices/encoder/drivers/pcsc/pcsc-reader.ts';
import type { CardLink } from '../src-main/devices/encoder/port.ts';
import { startCard } from '../src-sim/card/started-card.ts';
import { acquirePcscd } from '../e2e/stations/pcscd.ts';
import { percentile, reportFigure, rounded } from './report-figure.ts';

const exchanges = 60;
/** SELECT of the card manager, and GET DATA of the production life cycle data. GPC_SPE_034 v2.3.1 §11.9, §11.3. */
const commands = [fromHex('00A4040008A00000015100000000'), fromHex('80CA9F7F00')];

interface Run {
  /** Milliseconds of each exchange. */
  readonly times: readonly number[];
  readonly perSecond: number;
}

async function run(links: readonly CardLink[]): Promise<Run> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    links.map(async (link) => {
      for (let turn = 0; turn < exchanges; turn++) {
        const command = commands[turn % commands.length] ?? new Uint8Array(0);
        const from = performance.now();
        await link.exchange(command, { deadline: 20_000, signal: AbortSignal.timeout(60_000) });
        times.push(performance.now() - from);
      }
    }),
  );
  return { times, perSecond: (times.length / (performance.now() - began)) * 1000 };
}

await using stack = new AsyncDisposableStack();
const held = await acquirePcscd({ pairs: 3 });
stack.defer(() => held.release());
const links: CardLink[] = [];
for (const [at, { name, port }] of held.readers.entries()) {
  const card = await startCard('--vpcd', `127.0.0.1:${port}`);
  stack.defer(() => card.end());
  const reader = new PcscReader({ serial: `bench-${at}`, name });
  stack.defer(() => reader.close());
  await card.contacts({ contacts: 'closed', card: `bench-${at}` });
  await reader.waitForCard({ deadline: 10_000, signal: AbortSignal.timeout(20_000) });
  links.push(await reader.connect(AbortSignal.timeout(20_000)));
}
await run(links);
const one = await run(links.slice(0, 1));
const all = await run(links);
const median = (of: Run): number => rounded(percentile(of.times, 0.5), 2);
const about = { readers: links.length, exchanges: exchanges * links.length };
reportFigure({
  name: 'exchange-with-six-readers',
  value: median(all),
  unit: 'ms',
  baseline: { name: 'one reader alone', value: median(one) },
  about: { ...about, p95: rounded(percentile(all.times, 0.95), 2), oneP95: rounded(percentile(one.times, 0.95), 2) },
});
reportFigure({
  name: 'exchanges-per-second-six-readers',
  value: rounded(all.perSecond, 1),
  unit: '1/s',
  baseline: { name: 'one reader alone', value: rounded(one.perSecond, 1) },
  about,
});
