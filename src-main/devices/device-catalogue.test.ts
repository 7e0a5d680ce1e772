import { afterAll, beforeAll, expect, test } from 'vitest';
import { PrinterRig } from '../../src-sim/printer/printer-rig.ts';
import { startCard, type StartedCard } from '../../src-sim/card/started-card.ts';
import { DeviceCatalogue } from './device-catalogue.ts';
import { printerConfigurationSchema, readerConfigurationSchema } from './device-configuration.ts';
import { colourSide, textSide, printSides } from './printer/conformance/sample-sides.ts';

const front = colourSide('front');
const back = textSide('back');
const catalogue = new DeviceCatalogue();
const soon = (): AbortSignal => AbortSignal.timeout(20_000);
let rigs: readonly PrinterRig[] = [];
let cards: readonly StartedCard[] = [];

beforeAll(async () => {
  cards = await Promise.all([1, 2].map(() => startCard('--framing', 'tcp-listen', '127.0.0.1:0')));
  rigs = await Promise.all(
    cards.map(async (_card, at) => PrinterRig.start('--listen', '127.0.0.1:0', '--serial', `EV-${at}`)),
  );
});
afterAll(async () => {
  for (const rig of rigs) await rig.stop();
  for (const card of cards) await card.end();
  await catalogue.close();
});

function place(address: string | undefined): { host: string; port: number } {
  const [host = '', port = ''] = address?.split(':') ?? [];
  return { host, port: Number(port) };
}

test('two lines work at once', async () => {
  const made = rigs.map(async (rig) => {
    const link = { kind: 'tcp' as const, ...place(rig.ready.listen) };
    const printer = catalogue.printer(printerConfigurationSchema.parse({ driver: 'evolis', link }));
    expect((await printer.connect(soon())).serial).toBe(rig.ready.serial);
    await printer.prepare({ ribbon: 'ymcko', coercivity: null }, soon());
    await printer.feed('print', soon());
    await printSides(printer, [front, back], () => undefined, soon());
    await printer.eject(soon());
    await printer.close();
    return rig.inspect();
  });
  for (const state of await Promise.all(made)) {
    expect(state).toMatchObject({ counters: { fed: 1, good: 1, panels: 6 }, inside: null, unknownCommands: 0 });
  }
});

test('a line whose link is lost disturbs the other in nothing', async () => {
  const [one, two] = rigs.map((rig) =>
    catalogue.printer({ driver: 'evolis', link: { kind: 'tcp', ...place(rig.ready.listen) } }),
  );
  if (one === undefined || two === undefined) throw new Error('two printers are needed');
  for (const printer of [one, two]) {
    await printer.connect(soon());
    await printer.prepare({ ribbon: 'ymcko', coercivity: null }, soon());
    await printer.feed('print', soon());
  }
  await rigs[0]?.ask({ fault: 'link-lost', atByte: 300_000 });
  const lost = expect(printSides(one, [front], () => undefined, soon())).rejects.toMatchObject({
    code: 'PRINTER-LINK-LOST',
  });
  await printSides(two, [front, back], () => undefined, soon());
  await lost;
  await two.eject(soon());
  await one.reject(soon());
  await one.close();
  await two.close();
});

test('a socket reader is made from its record', async () => {
  const record = { driver: 'socket', serial: 'S-1', name: 'Virtual reader', ...place(cards[0]?.vpcd) };
  const reader = catalogue.reader(readerConfigurationSchema.parse(record));
  expect(await reader.state(soon())).toEqual({ kind: 'empty' });
  await cards[0]?.contacts({ contacts: 'closed', card: 'C-1' });
  expect((await reader.state(soon())).kind).toBe('card');
  await cards[0]?.contacts({ contacts: 'open' });
  await reader.close();
});

test.each([
  { driver: 'evolis', link: { kind: 'tcp', host: 'a', port: 0 } },
  { driver: 'evolis', link: { kind: 'tcp', host: 'a', port: 9100, speed: 1 } },
  { driver: 'evolis', link: { kind: 'usb' } },
  { driver: 'zebra', link: { kind: 'tcp', host: 'a', port: 9100 } },
])('a record that names no device is refused: %j', (record) => {
  expect(printerConfigurationSchema.safeParse(record).success).toBe(false);
});
