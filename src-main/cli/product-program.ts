import type { Command } from 'commander';
import type { CommonOptions } from './command-context.ts';
import { cardScript, compareTwo, listProducts, showProduct, type ProductOptions } from './commands/products.ts';
import type { CommandKit } from './stock-program.ts';

const ofProfiles = ['--profile', 'payment profiles instead of products'] as const;

/** The commands about products: what they say, what two differ in, what would be done to one card. */
export function addProductCommands(top: Command, kit: CommandKit): void {
  const { around } = kit;
  const product = top.command('product').description('products and payment profiles in words');
  kit
    .common(product.command('list', { isDefault: true }), 'product --as olivia')
    .description('lists products and payment profiles')
    .action((options: CommonOptions) => kit.run(options, () => listProducts(options, around)));
  kit
    .common(product.command('show'), 'product show emv-debit@1 --as olivia')
    .description('one of them in words: chip, every value, stripe, print, fields, keys')
    .argument('<name>', 'with its version, as in emv-debit@1')
    .option(...ofProfiles)
    .action((name: string, options: ProductOptions) => kit.run(options, () => showProduct(name, options, around)));
  kit
    .common(product.command('compare'), 'product compare emv-debit@1 gift-print@1 --as olivia')
    .description('what the second has otherwise than the first')
    .argument('<before>')
    .argument('<after>')
    .option(...ofProfiles)
    .action((before: string, after: string, options: ProductOptions) =>
      kit.run(options, () => compareTwo(before, after, options, around)),
    );
  kit
    .common(product.command('script'), 'product script NB-0001 NB-7 --as olivia')
    .description('everything that would be done to the card of an order, as a dry run; no card is touched')
    .argument('<batch>')
    .argument('[order]', 'left out: lists the orders')
    .action((batch: string, order: string | undefined, options: CommonOptions) =>
      kit.run(options, () => cardScript(batch, order, options, around)),
    );
}
