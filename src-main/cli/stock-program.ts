import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandSurroundings, CommonOptions } from './command-context.ts';
import type { CommandOutcome } from './command-outcome.ts';
import { closeDay, openDay, showDay, type CloseDayOptions } from './commands/day.ts';
import { beginCount, bookDifference, enterCount, openCounts, type DifferenceOptions } from './commands/stock-count.ts';
import { destroy, type DestroyOptions } from './commands/stock-destroy.ts';
import { lots } from './commands/stock-list.ts';
import { loadLot } from './commands/stock-load.ts';
import { moveLot, type MoveOptions } from './commands/stock-move.ts';
import { receiveLot, type ReceiveOptions } from './commands/stock-receive.ts';

/** What the program gives its groups of commands: the common options, those of a signature, and the run of one act. */
export interface CommandKit {
  readonly around: CommandSurroundings;
  common(command: Command, example: string): Command;
  signing(command: Command): Command;
  run(options: Pick<CommonOptions, 'json'>, act: () => Promise<CommandOutcome>): Promise<void>;
}

function whole(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('a whole number is wanted');
  return Number(text);
}

/** The commands about lots, counts and destruction. */
export function addStockCommands(top: Command, kit: CommandKit): void {
  const { around } = kit;
  const stock = top.command('stock').description('blanks and ribbons, by lot');
  kit
    .common(stock.command('list', { isDefault: true }), 'stock --as olivia')
    .description('lists the lots, what is left of each, and where it is loaded')
    .action((options: CommonOptions) => kit.run(options, () => lots(options, around)));
  kit
    .signing(
      kit.common(
        stock.command('receive'),
        'stock receive LOT-9 --type northbank-emv-contact --count 500 --supplier Blanks --note DN-7 --as olivia --approver oscar',
      ),
    )
    .description('books a lot into the vault; a second person signs')
    .argument('<lot>')
    .addOption(new Option('--kind <kind>', 'what it holds').choices(['blank', 'ribbon']).default('blank'))
    .addOption(new Option('--for <environment>', 'for which cards').choices(['test', 'live']).default('test'))
    .requiredOption('--type <name>', 'the blank or ribbon, as products name it')
    .requiredOption('--count <number>', 'how many', whole)
    .requiredOption('--supplier <name>', 'who delivered it')
    .requiredOption('--note <reference>', 'the delivery note')
    .action((lot: string, options: ReceiveOptions) => kit.run(options, () => receiveLot(lot, options, around)));
  kit
    .signing(
      kit.common(
        stock.command('move'),
        'stock move LOT-9 --count 200 --from vault --to line-1 --as olivia --approver oscar',
      ),
    )
    .description('moves a counted pack between the vault and a line, or out; a second person signs')
    .argument('<lot>')
    .requiredOption('--count <number>', 'how many', whole)
    .requiredOption('--from <place>', 'vault or a line')
    .requiredOption('--to <place>', 'vault, a line, or out')
    .option('--reason <text>', 'why; needed where it leaves the station', '')
    .action((lot: string, options: MoveOptions) => kit.run(options, () => moveLot(lot, options, around)));
  kit
    .common(stock.command('load'), 'stock load LOT-1 line-1 --as olivia')
    .description('books a lot to the line whose feeder it was put into')
    .argument('<lot>')
    .argument('<line>')
    .action((lot: string, line: string, options: CommonOptions) =>
      kit.run(options, () => loadLot(lot, line, options, around)),
    );
  kit
    .signing(
      kit.common(
        stock.command('destroy'),
        'stock destroy --method shredded --as olivia --approver sofia --approver samuel --certificate D-0001.pdf',
      ),
    )
    .description('destroys rejected cards, test cards and used ribbons; two others watch and sign')
    .addOption(
      new Option('--method <how>', 'how').choices(['shredded', 'disintegrated', 'cut', 'burned']).makeOptionMandatory(),
    )
    .option('--batch <batch>', 'only the cards of this batch')
    .option('--certificate <file>', 'save the certificate as a new PDF file')
    .action((options: DestroyOptions) => kit.run(options, () => destroy(options, around)));
  addCountCommands(stock.command('count').description('blind counts'), kit);
}

function addCountCommands(count: Command, kit: CommandKit): void {
  const { around } = kit;
  kit
    .common(count.command('list', { isDefault: true }), 'stock count --as olivia')
    .description('lists the counts that are not over')
    .action((options: CommonOptions) => kit.run(options, () => openCounts(options, around)));
  kit
    .common(count.command('begin'), 'stock count begin line-1 --as olivia')
    .description('begins a blind count of everything at a place')
    .argument('<place>', 'vault, a line, good-cards, rejects or used-ribbons')
    .action((place: string, options: CommonOptions) => kit.run(options, () => beginCount(place, options, around)));
  kit
    .common(count.command('enter'), 'stock count enter cn-1f0c 1988 --as olivia')
    .description('gives the figure that was counted')
    .argument('<count>')
    .argument('<figure>', 'how many there are', whole)
    .action((id: string, figure: number, options: CommonOptions) =>
      kit.run(options, () => enterCount(id, figure, options, around)),
    );
  kit
    .signing(kit.common(count.command('book'), 'stock count book cn-1f0c --reason "bent" --as olivia --approver sofia'))
    .description('books the difference of two counts; a supervisor who did not count signs')
    .argument('<count>')
    .requiredOption('--reason <text>', 'what is known of it')
    .action((id: string, options: DifferenceOptions) => kit.run(options, () => bookDifference(id, options, around)));
}

/** The commands about business days. */
export function addDayCommands(top: Command, kit: CommandKit): void {
  const { around } = kit;
  const day = top.command('day').description('business days: cards are begun on an open one only');
  kit
    .common(day.command('show', { isDefault: true }), 'day --as olivia')
    .description('the open day, its figures, and what stands in the way of closing it')
    .action((options: CommonOptions) => kit.run(options, () => showDay(options, around)));
  kit
    .common(day.command('open'), 'day open --as olivia')
    .description('opens a day')
    .action((options: CommonOptions) => kit.run(options, () => openDay(options, around)));
  kit
    .signing(kit.common(day.command('close'), 'day close --as olivia --approver sofia'))
    .description('closes the day; a second person signs, and with a difference it takes a reason and a supervisor')
    .option('--reason <text>', 'why it differs')
    .action((options: CloseDayOptions) => kit.run(options, () => closeDay(options, around)));
}
