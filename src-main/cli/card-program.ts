import type { Command } from 'commander';
import type { CommonOptions } from './command-context.ts';
import { cardExercise } from './commands/card-exercise.ts';
import { inspectCard, type InspectOptions } from './commands/inspect-card.ts';
import { showPass, verifyPass, type PassShown } from './commands/passes.ts';
import { quarantine } from './commands/quarantine.ts';
import type { CommandKit } from './stock-program.ts';

/** The commands about single cards: certificates of good ones, and chips that may not be used again. */
export function addCardCommands(top: Command, kit: CommandKit): void {
  const { around } = kit;
  const pass = top.command('pass').description('signed certificates of good cards');
  kit
    .common(pass.command('show'), 'pass show at-1f0c --as olivia --save card.pass --save-key station.pem')
    .description('shows what was proven of a card and checks the signature; exit code 5 when it is wrong')
    .argument('<card>', 'its attempt, as the cards of a batch name it')
    .option('--save <file>', 'certificate and signature as a new file')
    .option('--save-key <file>', "the station's public key as a new PEM file")
    .action((card: string, options: PassShown) => kit.run(options, () => showPass(card, options, around)));
  pass
    .command('verify')
    .description(
      'checks a saved certificate with a public key alone, without any station; exit code 5 when it is wrong',
    )
    .argument('<file>')
    .requiredOption('--key <pem>', "the station's public key, as the CMS enrolled it")
    .option('--json', 'print one JSON value')
    .addHelpText('after', '\nExample:\n  station pass verify card.pass --key station.pem')
    .action((file: string, options: { readonly key: string; readonly json?: true }) =>
      kit.run(options, () => Promise.resolve().then(() => verifyPass(file, options))),
    );
  const card = top.command('card').description('single cards');
  kit
    .common(card.command('exercise'), 'card exercise NB-0001 NB-0001-000001 line-1 --as olivia')
    .description('tries PINs, scripts and blocking on a test card made of one blank of the line')
    .argument('<batch>')
    .argument('<order>')
    .argument('<line>')
    .action((batch: string, order: string, line: string, options: CommonOptions) =>
      kit.run(options, () => cardExercise({ batch, order, line }, options, around)),
    );
  kit
    .common(card.command('inspect'), 'card inspect line-1 --as sofia')
    .description('reads the card on the reader of a line that rests; with --keys-of its keys are tried, once')
    .argument('<line>')
    .option(
      '--keys-of <product>',
      'opens a channel with the keys of this product and lists the registry; costs one try',
    )
    .option('--try-again', 'although a card has refused these keys already')
    .action((line: string, options: InspectOptions) => kit.run(options, () => inspectCard(line, options, around)));
  kit
    .common(top.command('quarantine'), 'quarantine --as olivia')
    .description('chip cards that may not be used again, with what is known of each')
    .option('--all', 'also those that were destroyed')
    .action((options: CommonOptions & { readonly all?: true }) => kit.run(options, () => quarantine(options, around)));
}
