import { expect, onTestFinished, test } from 'vitest';
import { SocketReader } from '../devices/encoder/drivers/socket-reader/socket-reader.ts';
import type { CardReader, ReaderState } from '../devices/encoder/port.ts';
import { systemClock } from '../platform/clock.ts';
import { startVirtualChip, type VirtualChip } from '../preparation/virtual-chip.fixture.ts';
import { ChipStation } from './chip-station.ts';
import { Turn } from './turn.ts';

const signal = AbortSignal.timeout(20_000);
const patience = { exchange: 5000, insertion: 3000, comeback: 1000, empty: 1000 };

async function readerWithChip(name: string): Promise<{ readonly reader: CardReader; readonly chip: VirtualChip }> {
  const chip = await startVirtualChip();
  const [host = '', port = ''] = chip.reader.split(':');
  const reader = new SocketReader({ host, port: Number(port), serial: name, name });
  onTestFinished(async () => {
    await reader.close();
    await chip.end();
  });
  await chip.control({ insert: `${name}-card` });
  return { reader, chip };
}

/** A reader behind a service that looks at it only every 400 ms, as pcscd does. */
function behindService(reader: CardReader): CardReader {
  let seen: { readonly at: number; readonly state: ReaderState } | null = null;
  return {
    serial: reader.serial,
    name: reader.name,
    state: async (wait) => {
      if (seen === null || performance.now() - seen.at > 400) {
        seen = { at: performance.now(), state: await reader.state(wait) };
      }
      return seen.state;
    },
    waitForCard: (options) => reader.waitForCard(options),
    waitForRemoval: (options) => reader.waitForRemoval(options),
    connect: (wait) => reader.connect(wait),
    close: () => reader.close(),
  };
}

async function twoStations(): Promise<{
  readonly station: ChipStation;
  readonly other: CardReader;
  readonly chip: VirtualChip;
}> {
  const [own, next] = await Promise.all([readerWithChip('line-2'), readerWithChip('line-1')]);
  const other = behindService(next.reader);
  const machines = { reader: own.reader, idleReaders: () => [other], arrivals: new Turn() };
  const station = new ChipStation({ machines, patience, clock: systemClock });
  onTestFinished(() => station.letGo());
  return { station, other, chip: next.chip };
}

test('a reader that says late that its card has gone costs the other line no card', async () => {
  const { station, other, chip } = await twoStations();
  expect((await other.state(signal)).kind).toBe('card');
  await chip.control({ remove: true });
  // As after a restart: the recovered card was just rejected, and the service has not looked again.
  expect((await other.state(signal)).kind).toBe('card');
  await station.connect(signal);
  expect(station.link.atr.length).toBeGreaterThan(0);
});

test('a card that stays in another line’s reader stops this one before anything is tried', async () => {
  const { station } = await twoStations();
  await expect(station.connect(signal)).rejects.toMatchObject({
    code: 'PRODUCTION-WRONG-READER',
    details: { expected: 'line-2', found: 'line-1' },
  });
});
