import type { RecordView } from '#shared/contract/views/batch-views.ts';
import type { ComparisonView, ProductView, ProfileView } from '#shared/contract/views/product-views.ts';
import { differenceLines, factLines, groupingLines } from '#shared/product-description/description-text.ts';
import { scriptLines } from '#shared/product-description/script-text.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

/** Products and payment profiles are told apart by this option. */
export interface ProductOptions extends CommonOptions {
  readonly profile?: true;
}

const chips = { none: 'no chip', container: 'from the CMS', station: 'prepared here' } as const;

/** The products of this station, and the profiles by which it prepares chips. */
export function listProducts(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.products.list({});
    const products = view.products.map((one) => [
      one.product,
      one.title,
      one.issuer,
      one.environment,
      chips[one.chip],
      one.profile ?? '-',
      one.digest.slice(0, 16),
    ]);
    const profiles = view.profiles.map((one) => [
      one.profile,
      one.title,
      one.environment,
      one.authentication,
      one.offlinePin,
      one.rows,
    ]);
    const text = [
      table(['PRODUCT', 'TITLE', 'ISSUER', 'FOR', 'CHIP DATA', 'PROFILE', 'DIGEST'], products),
      '',
      table(['PROFILE', 'TITLE', 'FOR', 'AUTHENTICATION', 'PIN BY THE CARD', 'VALUES'], profiles),
    ].join('\n');
    return { value: view, text, code: exitCodes.done };
  });
}

function productText({ summary, facts, groupings, keys }: ProductView): string {
  const keyLines = keys.map(({ usage, title, does, here }) => {
    const found = here.length === 0 ? 'none here' : here.map(({ name, kcv }) => `${name} (KCV ${kcv})`).join(', ');
    return `  ${title} (${usage}) ${does}: ${found}`;
  });
  return [
    `${summary.product} ${summary.title}`,
    `digest ${summary.digest}`,
    '',
    ...factLines(facts),
    ...(groupings.length === 0 ? [] : ['Chip data', ...groupingLines(groupings).map((line) => `  ${line}`), '']),
    ...(keys.length === 0 ? [] : ['Keys', ...keyLines]),
  ]
    .join('\n')
    .trimEnd();
}

function profileText({ summary, groupings, products }: ProfileView): string {
  return [
    `${summary.profile} ${summary.title} (${summary.environment})`,
    `digest ${summary.digest}`,
    `used by ${products.length === 0 ? 'no product' : products.join(', ')}`,
    '',
    ...groupingLines(groupings),
  ].join('\n');
}

/** One product, or one profile, in words. */
export function showProduct(
  reference: string,
  options: ProductOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    if (options.profile === true) {
      const view = await station.products.showProfile({ profile: reference });
      return { value: view, text: profileText(view), code: exitCodes.done };
    }
    const view = await station.products.show({ product: reference });
    return { value: view, text: productText(view), code: exitCodes.done };
  });
}

function comparisonText({ before, after, differences }: ComparisonView): string {
  if (differences.length === 0) return `${after} says what ${before} says.`;
  return [`What ${after} has otherwise than ${before}:`, ...differenceLines(differences)].join('\n');
}

/** What the second of two products, or of two profiles, has otherwise than the first. */
export function compareTwo(
  before: string,
  after: string,
  options: ProductOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const call = options.profile === true ? station.products.compareProfiles : station.products.compare;
    const view = await call({ before, after });
    return { value: view, text: comparisonText(view), code: exitCodes.done };
  });
}

function ordersOf(found: { readonly records: readonly RecordView[]; readonly total: number }): CommandOutcome {
  const rows = found.records.map((one) => [one.order, one.maskedPan ?? '-', one.state]);
  const more = found.total > rows.length ? [`and ${found.total - rows.length} more`] : [];
  return {
    value: found,
    text: [table(['ORDER', 'CARD NUMBER', 'STATE'], rows), ...more].join('\n'),
    code: exitCodes.done,
  };
}

/** Everything that would be done to the card of one order, as a dry run; without an order, the orders that there are. */
export function cardScript(
  batch: string,
  order: string | undefined,
  options: CommonOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    if (order === undefined) return ordersOf(await station.batches.records({ batch, filter: {}, limit: 500 }));
    const view = await station.products.script({ batch, order });
    const text = [
      `script of ${view.product}, batch ${view.batch}, order ${view.order}`,
      `product digest ${view.productDigest}`,
      `plan digest ${view.planDigest}`,
      ...view.steps.flatMap(scriptLines),
    ].join('\n');
    return { value: view, text, code: exitCodes.done };
  });
}
