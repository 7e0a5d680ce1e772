import { Argument, InvalidArgumentError, type Command } from 'commander';
import type { KeyChange } from '#shared/domain/key-state.ts';
import { keyChange } from '#shared/domain/key-state.ts';
import { addCertificateCommands } from './certificates-program.ts';
import type { CommonOptions } from './command-context.ts';
import { changeKey, generateKey, importKey, key, keys, keyStore } from './commands/keys.ts';
import type { ChangeOptions, GenerateOptions, ImportOptions } from './commands/keys.ts';
import type { CommandKit } from './stock-program.ts';

function day(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidArgumentError('a day such as 2028-12-31 is wanted');
  return text;
}

function bits(text: string): number {
  if (!/^\d{3,4}$/.test(text)) throw new InvalidArgumentError('a number of bits such as 1408 is wanted');
  return Number(text);
}

function exponent(text: string): 3 | 65537 {
  if (text !== '3' && text !== '65537') throw new InvalidArgumentError('3 or 65537 is wanted');
  return text === '3' ? 3 : 65537;
}

const ceremonies = `
Components of a key are never entered here: a command line shows and keeps what is typed. A key ceremony is held at the
window, each custodian at an own login.`;

function newKey(command: Command): Command {
  return command
    .argument('<usage>', 'what for, such as imk-ac')
    .requiredOption('--algorithm <name>', 'such as TDES-2, AES-256 or RSA')
    .option('--issuer <issuer>', 'whose key it is')
    .option('--valid-until <day>', 'the last day of use', day);
}

/** The commands of key custodians. */
export function addKeyCommands(top: Command, kit: CommandKit): void {
  const { around } = kit;
  const group = top
    .command('keys')
    .description('keys: list, generation, import, life, certificates')
    .addHelpText('after', ceremonies);
  kit
    .common(group.command('list', { isDefault: true }), 'keys --as kofi')
    .description('lists the keys with state, check value and end of use')
    .action((options: CommonOptions) => kit.run(options, () => keys(options, around)));
  kit
    .common(group.command('show'), 'keys show imk-ac/northbank/1 --as kofi')
    .description('all that is known of one key; never its material')
    .argument('<key>')
    .action((name: string, options: CommonOptions) => kit.run(options, () => key(name, options, around)));
  kit
    .common(group.command('store'), 'keys store --as kofi')
    .description('the key store, and what its mechanisms were found able to do')
    .action((options: CommonOptions) => kit.run(options, () => keyStore(options, around)));
  kit
    .signing(
      kit.common(
        newKey(group.command('generate')),
        'keys generate imk-ac --algorithm TDES-2 --issuer northbank --valid-until 2028-12-31 --as kofi --approver karin',
      ),
    )
    .description('makes the next version of a key inside the key store; a second person signs')
    .option('--size <bits>', 'of an RSA pair', bits)
    .option('--exponent <number>', 'of an RSA pair: 3 or 65537', exponent)
    .action((usage: string, options: GenerateOptions) => kit.run(options, () => generateKey(usage, options, around)));
  kit
    .signing(
      kit.common(
        newKey(group.command('import')),
        'keys import imk-ac --algorithm TDES-2 --issuer northbank --block imk-ac.txt --under key-block-protection/northbank/1 --as kofi --approver karin',
      ),
    )
    .description('brings a key in from a key block (ANSI X9.143 version B or D); a second person signs')
    .requiredOption('--block <file>', 'the file with the key block')
    .requiredOption('--under <key>', 'the key block protection key')
    .option('--kcv <value>', 'the check value that came another way, six hexadecimal characters')
    .action((usage: string, options: ImportOptions) => kit.run(options, () => importKey(usage, options, around)));
  kit
    .signing(
      kit.common(
        group.command('change'),
        'keys change imk-ac/northbank/2 activate --reason "rotation of 2027" --as kofi --approver karin',
      ),
    )
    .description('activates, retires, ends a key; a second person signs, for compromise and destruction a third')
    .argument('<key>')
    .addArgument(new Argument('<change>', 'what becomes of it').choices(keyChange.options))
    .requiredOption('--reason <text>', 'why')
    .action((name: string, change: KeyChange, options: ChangeOptions) =>
      kit.run(options, () => changeKey(name, change, options, around)),
    );
  addCertificateCommands(group, kit);
}
