import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { toHex, utf8 } from '#shared/bytes/bytes.ts';
import type { Product } from '#shared/domain/product.ts';
import type { KeyPort } from '../keys/port.ts';
import { shippedProduct } from '../layout/test-painter.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { openTrainingKeys, sampleOrder } from '../preparation/training-order.fixture.ts';
import type { ChannelKeys } from '../preparation/port.ts';
import { usualPatience } from '../production/chip-station.ts';
import { readyKeyStore } from '../production/ready-key-store.fixture.ts';
import { TwoLines, type RunOnLines } from '../production/two-lines.fixture.ts';
import { CardInspection, type KeysToTry } from './card-inspection.ts';

const supervisor = { kind: 'person', person: 'sofia' } as const;
const patience = { ...usualPatience, insertion: 1000, comeback: 300 };

let lines: TwoLines;
let keys: KeyPort;
let product: Product;
let run: RunOnLines;
let cards = 0;

beforeAll(async () => {
  product = await shippedProduct('emv-debit@1');
  lines = await TwoLines.open({
    lines: 1,
    chipPatience: patience,
    openKeys: async (keySet) => {
      keys = await openTrainingKeys(keySet);
      return { keys, keyStore: readyKeyStore };
    },
  });
}, 60_000);
afterAll(() => lines.close());
beforeEach(async () => {
  run = await lines.batch(1);
  run.service.open();
  await run.until(() => run.service.lines.every(({ runner }) => runner.state.kind === 'idle'));
});
afterEach(async () => {
  await toCard({ remove: true }).catch(() => undefined);
  await run.service.close();
});

function toCard(request: object): Promise<Record<string, unknown>> {
  const [machine] = lines.machines;
  if (machine === undefined) throw new Error('a line is wanted');
  return machine.chip.control(request);
}

/** Puts a card that was never there on the reader, or one that was. */
async function insert(card = `inspected-${++cards}`): Promise<string> {
  await toCard({ insert: card });
  return card;
}

function open(channelKeys: ChannelKeys = keys): CardInspection {
  return new CardInspection({
    production: run.service,
    journal: run.journal,
    channelKeys,
    clock: systemClock,
    randomness: systemRandomness,
    patience,
  });
}

const wish = (tried: KeysToTry | null = null) => ({
  line: 'line-1',
  products: [product],
  keys: tried,
  actor: supervisor,
});
const withKeys = (refused: KeysToTry['refused'] = 'stop') => wish({ product, refused });
/** The line rests again a moment after its machine was given back. */
async function inspect(by: CardInspection, asked: ReturnType<typeof wish>) {
  for (const { runner } of run.service.lines) await runner.settled();
  return by.inspect(asked);
}
const codeOf = (thrown: unknown) => (thrown as { code: string }).code;
const told = () =>
  run.journal
    .read(1, 10_000)
    .filter(({ header }) => header.kind.startsWith('card.'))
    .map(({ header, payload }) => [header.kind, payload]);

async function chipOf(card: string): Promise<Record<string, unknown>> {
  const { cards: found } = (await toCard({ inspect: true, card })) as {
    readonly cards: Record<string, Record<string, unknown>>;
  };
  return found[card] ?? {};
}

/** The keys of another bank, under the same name and version. */
function otherKeys(): ChannelKeys {
  return {
    ...keys,
    openChannel: (request, signal) => {
      const response = request.initializeUpdateResponse.slice();
      // A card with other keys answers another cryptogram.
      response[response.length - 6] = (response[response.length - 6] ?? 0) ^ 0xff;
      return keys.openChannel({ ...request, initializeUpdateResponse: response }, signal);
    },
    wrapCommand: (...words) => keys.wrapCommand(...words),
    unwrapResponse: (...words) => keys.unwrapResponse(...words),
    unwrapThenWrap: (...words) => keys.unwrapThenWrap(...words),
    closeChannel: (...words) => keys.closeChannel(...words),
  };
}

test('reads what a card tells freely, and leaves no trace on it', async () => {
  const card = await insert();
  const before = await chipOf(card);
  const view = await open().inspect(wish());
  expect(await chipOf(card)).toEqual(before);
  expect({ ...view, trace: [], production: view.production.length, milliseconds: 0 }).toMatchObject({
    line: 'line-1',
    reader: 'line-1',
    product: null,
    fault: null,
    reset: { atr: '3BE000008131FE45EB', side: 'contact', protocol: 'T=1' },
    chipSerial: expect.stringMatching(/^[0-9A-F]{24}$/) as string,
    production: 18,
    recognition: { channels: ['SCP03 i=70'] },
    keys: [1, 2, 3].map((identifier) => ({ version: 48, identifier, types: [expect.stringMatching(/^AES, /)] })),
    registry: null,
  });
  expect(view.applications.map(({ aid, state, status }) => [aid, state, status])).toContainEqual([
    'F04357524947485401',
    'there',
    '9000',
  ]);
  expect(view.trace.map(({ label }) => label)).toContain('GET DATA 9F7F, production data');
  expect(view.trace.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
  expect(view.trace.map(({ label }) => label)).not.toContain('INITIALIZE UPDATE');
  expect(told()).toEqual([
    ['card.inspection-begun', { line: 'line-1', reader: 'line-1-reader', product: null }],
    [
      'card.inspected',
      { line: 'line-1', chip: view.chipSerial?.toLowerCase(), product: null, outcome: 'read', fault: null },
    ],
  ]);
}, 60_000);

test("with a product's keys it lists the registry in words, with one try", async () => {
  await insert();
  const view = await open().inspect(withKeys());
  expect(view.fault).toBeNull();
  expect(view.registry?.domains[0]).toMatchObject({ aid: 'A000000151000000', lifeCycle: 'SECURED' });
  expect(view.registry?.domains[0]?.privileges).toContain('security-domain');
  expect(view.registry?.applications.map(({ aid, lifeCycle }) => [aid, lifeCycle])).toContainEqual([
    'F04357524947485401',
    'SELECTABLE',
  ]);
  expect(view.registry?.loadFiles[0]).toMatchObject({ aid: 'F04357524947485400', lifeCycle: 'LOADED' });
  expect(view.trace.filter(({ label }) => label === 'INITIALIZE UPDATE')).toHaveLength(1);
  expect(told().map(([kind]) => kind)).toEqual(['card.inspection-begun', 'card.keys-tried', 'card.inspected']);
}, 60_000);

test('wrong keys cost one try, and no other card is tried until a person says so', async () => {
  const inspection = open(otherKeys());
  const first = await insert();
  const refused = await inspect(inspection, withKeys());
  expect(refused.fault?.code).toBe('KEYS-CARD-CRYPTOGRAM');
  // What was read before stays; the card was not sent a host cryptogram, and so keeps its tries.
  expect([refused.keys.length, refused.registry]).toEqual([3, null]);
  expect(refused.trace.at(-1)?.label).toBe('INITIALIZE UPDATE');
  expect(await chipOf(first)).toMatchObject({ failuresInARow: 0 });
  await insert();
  const stopped = await inspect(inspection, withKeys());
  expect(stopped.fault?.code).toBe('INSPECTION-KEYS-REFUTED');
  expect(stopped.trace.map(({ label }) => label)).not.toContain('INITIALIZE UPDATE');
  expect((await inspect(inspection, wish())).fault).toBeNull();
  expect((await inspect(inspection, withKeys('try-again'))).fault?.code).toBe('KEYS-CARD-CRYPTOGRAM');
  expect(told().filter(([kind]) => kind === 'card.keys-tried')).toHaveLength(2);
}, 60_000);

test('a product whose keys the card does not have is refused before any try, and one without a chip at once', async () => {
  await insert();
  const { chip } = product;
  if (chip.kind === 'none') throw new Error('a chip product is wanted');
  const other = { ...product, chip: { ...chip, preflight: { ...chip.preflight, keyVersion: 1 } } };
  const view = await open().inspect(wish({ product: other, refused: 'stop' }));
  expect(view.fault?.code).toBe('INSPECTION-OTHER-KEYS');
  expect(told().map(([kind]) => kind)).toEqual(['card.inspection-begun', 'card.inspected']);
  const flat = { ...product, chip: { kind: 'none' } } as Product;
  expect(
    await open()
      .inspect(wish({ product: flat, refused: 'stop' }))
      .catch(codeOf),
  ).toBe('INSPECTION-NO-CHIP');
}, 60_000);

test('no card, an unknown line and a line that works are said, and nothing is journalled', async () => {
  expect(await open().inspect(wish()).catch(codeOf)).toBe('ENCODER-NO-CARD');
  expect(
    await open()
      .inspect({ ...wish(), line: 'line-9' })
      .catch(codeOf),
  ).toBe('PRODUCTION-NO-LINE');
  const [line] = run.service.lines;
  await line?.runner.lend(async () => {
    await Promise.resolve();
    expect(await open().inspect(wish()).catch(codeOf)).toBe('INSPECTION-LINE-BUSY');
  });
  expect(told()).toEqual([]);
}, 60_000);

test('a card that is pulled breaks the inspection off, with all that was read until then', async () => {
  await insert();
  let exchanges = 0;
  const pulled: ChannelKeys = {
    ...otherKeys(),
    openChannel: async (request, signal) => {
      exchanges++;
      await toCard({ remove: true });
      return keys.openChannel(request, signal);
    },
  };
  const view = await open(pulled).inspect(withKeys());
  expect(exchanges).toBe(1);
  expect(view.fault?.code).toBe('CARD-GONE');
  expect([view.chipSerial === null, view.applications.length > 0, view.registry]).toEqual([false, true, null]);
  expect(view.trace.at(-1)).toMatchObject({ label: 'EXTERNAL AUTHENTICATE', status: 'CARD-GONE', answer: null });
  expect(told().at(-1)).toEqual([
    'card.inspected',
    expect.objectContaining({ outcome: 'broke-off', fault: 'CARD-GONE' }),
  ]);
}, 60_000);

test('nothing secret and nothing of a person is in view, trace or journal: a card that was personalised is inspected', async () => {
  run.start();
  await run.until(() => run.state === 'made');
  const { cards: made } = (await toCard({ inspect: true })) as {
    readonly cards: Record<string, { personalisations?: number }>;
  };
  const [card] = Object.entries(made).find(([, chip]) => chip.personalisations === 1) ?? [];
  if (card === undefined) throw new Error('a personalised card is wanted');
  await insert(card);
  await run.until(() => run.service.lines.every(({ runner }) => runner.state.kind === 'idle'));
  const view = await open().inspect(withKeys());
  expect(view.fault).toBeNull();
  const whole = JSON.stringify([view, told()]).toLowerCase();
  // The orders of every batch of these lines, in clear and as bytes of a card.
  const orders = Array.from({ length: 20 }, (_, batch) => sampleOrder('emv-debit@1', batch * 100));
  const planted = orders.flatMap(({ pan, encodedName, printName, track2 }) => [pan, encodedName, printName, track2]);
  const texts = planted.filter((text) => text !== undefined).map((text) => text.toLowerCase());
  expect(texts.length).toBeGreaterThan(60);
  const bytes = planted.filter((text) => text !== undefined).map((text) => toHex(utf8(text)));
  // The keys of the virtual card.
  const secrets = ['404142434445464748494a4b4c4d4e4f'];
  expect([...texts, ...bytes, ...secrets].filter((needle) => whole.includes(needle))).toEqual([]);
  expect(view.trace.map(({ label }) => label).filter((label) => /RECORD/.test(label))).toEqual([]);
}, 60_000);
