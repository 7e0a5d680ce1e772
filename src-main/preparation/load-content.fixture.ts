import { afterAll, beforeAll } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { ChipContent } from '#shared/domain/chip-content.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { constructed, encodeTlvs, primitive } from '#shared/protocols/tlv/ber-tlv.ts';
import { readPackage } from '../applets/read-package.ts';
import { shippedPackage } from '../applets/shipped-packages.fixture.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import { loadContent } from './dialogues/load-content.ts';
import { openChannel } from './dialogues/personalise/open-channel.ts';
import { selectCardManager } from './dialogues/plain-exchange.ts';
import type { PlannedContent } from './planned-content.ts';
import type { PreparedCard } from './port.ts';
import { sampleOrder } from './training-order.fixture.ts';

/** SHA-256 of the shipped package. */
export const { hash } = readPackage(shippedPackage().file);
export const aid = 'f04357524947485400';
export const payment = 'f04357524947485401';
/** That package, and the payment application from it. */
export const content: ChipContent = {
  securityDomains: [],
  packages: [{ aid, hash }],
  applications: [
    {
      package: aid,
      module: 'f0435752494748540001',
      application: payment,
      privileges: [],
      parameters: '',
      selectable: 'yes',
    },
  ],
};

/** Set before the tests of a file that calls `withLoadBench`. */
export let bench: CardBench;
export let product: Product;
export let card: PreparedCard;

export const withContent = (of: ChipContent): Product => {
  const { chip } = bench.product;
  if (chip.kind === 'none') throw new Error('a chip product is wanted');
  return productSchema.parse({ ...bench.product, chip: { ...chip, content: of } });
};
export const planOf = ({ plan: { chip } }: PreparedCard): PlannedContent => {
  if (chip.kind === 'none' || chip.content === undefined) throw new Error('a loaded chip is wanted');
  return chip.content;
};

/** Opens a bench of makers' blanks and makes a card ready whose product loads the package. */
export function withLoadBench(): void {
  beforeAll(async () => {
    bench = await openBenchFor('debit-online-dda@1', '--blank', 'factory', '--factory-key-version', '30');
    product = withContent(content);
    card = await bench.card(sampleOrder('debit-online-dda@1', 3), product);
  }, 60_000);
  afterAll(() => bench.close());
}

/** What the virtual card says of a chip. */
export async function inspect(id: string): Promise<Record<string, unknown>> {
  const { cards } = (await bench.chip.control({ inspect: true, card: id })) as {
    cards: Record<string, Record<string, unknown>>;
  };
  return cards[id] ?? {};
}

/** Opens a channel at the card manager of a card and loads what is planned through it. */
export function* session(planned: PlannedContent): ReturnType<typeof loadContent> {
  if (card.plan.chip.kind === 'none' || product.chip.kind === 'none') throw new Error('a chip is wanted');
  const application = yield* selectCardManager();
  yield* openChannel({
    keySet: card.plan.chip.keySet,
    channel: product.chip.secureChannel,
    application,
    padding: 'always',
  });
  yield* loadContent(planned, 200);
}

/** How loading a chip ends: `done`, or the fault. */
export const onCard = async (id: string, planned: PlannedContent, marks: string[] = []): Promise<unknown> => {
  const link = await bench.chip.insert(id);
  try {
    await bench.run(session(planned), card, link, marks);
    return 'done';
  } catch (thrown) {
    if (thrown instanceof StationFault) return { code: thrown.code, details: thrown.details };
    throw thrown;
  } finally {
    await link.close();
  }
};

export function never(): never {
  throw new Error('the content of the product is wanted');
}

/** One entry of a GET STATUS answer, with its status word. */
export function entry(
  name: string,
  state: number,
  more: readonly (readonly [tag: number, value: string])[] = [],
): string {
  const objects = [primitive(0x4f, fromHex(name)), primitive(0x9f70, Uint8Array.of(state))];
  const rest = more.map(([tag, value]) => primitive(tag, fromHex(value)));
  return `${toHex(encodeTlvs([constructed(0xe3, [...objects, ...rest])]))}9000`;
}
