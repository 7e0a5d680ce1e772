import type { Command } from 'commander';
import type { CommonOptions } from './command-context.ts';
import { cardScript, compareTwo, listProducts, showProduct, type ProductOptions } from './commands/products.ts';
import {
  checkFile,
  listDrafts,
  proposeDraft,
  saveFile,
  showDraft,
  type CheckOptions,
  type DraftOptions,
  type ProposeOptions,
} from './commands/product-drafts.ts';
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
  addDraftCommands(product, kit);
}

/** The commands about drafts: a next version is checked, kept, and put into production by two people. */
function addDraftCommands(product: Command, kit: CommandKit): void {
  const { around } = kit;
  const ofProfile = ['--profile', 'of a payment profile instead of a product'] as const;
  kit
    .common(product.command('drafts'), 'product drafts --as amira')
    .description('lists drafts, who saved them, and which wait for their signature')
    .action((options: CommonOptions) => kit.run(options, () => listDrafts(options, around)));
  kit
    .common(product.command('draft'), 'product draft emv-debit@2 --as amira')
    .description('a draft, or what is in production to begin from, with what is wrong with it')
    .argument('<name>', 'with its version, as in emv-debit@2')
    .option(...ofProfile)
    .action((name: string, options: DraftOptions) => kit.run(options, () => showDraft(name, options, around)));
  kit
    .common(product.command('check'), 'product check emv-debit@2.json --as amira')
    .description('holds a file against every rule; nothing is kept')
    .argument('<file>', 'JSON')
    .option(...ofProfile)
    .option('--script', 'also everything that would be done to the card of an invented order')
    .action((file: string, options: CheckOptions) => kit.run(options, () => checkFile(file, options, around)));
  kit
    .common(product.command('save'), 'product save emv-debit@2.json --as amira')
    .description('keeps a file as a draft, right or not yet')
    .argument('<file>', 'JSON')
    .option(...ofProfile)
    .action((file: string, options: DraftOptions) => kit.run(options, () => saveFile(file, options, around)));
  kit
    .signing(kit.common(product.command('propose'), 'product propose emv-debit@2 --as amira --approver sofia'))
    .description('puts a draft into production; a second person signs')
    .argument('<name>')
    .option(...ofProfile)
    .action((name: string, options: ProposeOptions) => kit.run(options, () => proposeDraft(name, options, around)));
}
