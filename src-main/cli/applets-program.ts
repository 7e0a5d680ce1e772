import { InvalidArgumentError, type Command } from 'commander';
import type { CommonOptions } from './command-context.ts';
import { applets, importPackage, importProvider, withdrawApplet } from './commands/applets.ts';
import type { PackageImportOptions, ProviderImportOptions, WithdrawalOptions } from './commands/applets.ts';
import type { CommandKit } from './stock-program.ts';

type Dap = PackageImportOptions['dap'];

function dap(text: string, before: Dap): Dap {
  const [securityDomain = '', ...file] = text.split('=');
  if (!/^(?:[0-9A-Fa-f]{2}){5,16}$/.test(securityDomain) || file.length === 0)
    throw new InvalidArgumentError('an AID, =, and the file of its signature are wanted');
  return [...before, { securityDomain, file: file.join('=') }];
}

/** The commands about applet packages. */
export function addAppletCommands(top: Command, kit: CommandKit): void {
  const { around } = kit;
  const group = top.command('applets').description('applet packages that cards are loaded with, and who provides them');
  kit
    .common(group.command('list', { isDefault: true }), 'applets --as amira')
    .description('lists packages and providers')
    .action((options: CommonOptions) => kit.run(options, () => applets(options, around)));
  kit
    .signing(
      kit.common(
        group.command('import'),
        'applets import wallet.cap --provider acme --signature wallet.cap.sig --as amira --approver sofia',
      ),
    )
    .description('brings in a package; its provider’s signature is checked, and a second person signs')
    .argument('<file>', 'the CAP file')
    .requiredOption('--provider <name>', 'whose signature it bears')
    .requiredOption('--signature <file>', 'over the SHA-256 of the file, as bytes')
    .option('--dap <aid=file>', 'a signature for a security domain that demands one; again for another', dap, [])
    .action((file: string, options: PackageImportOptions) =>
      kit.run(options, () => importPackage(file, options, around)),
    );
  kit
    .signing(
      kit.common(
        group.command('provider'),
        'applets provider acme --title "Acme Applets" --key acme.pem --as amira --approver sofia --approver kofi',
      ),
    )
    .description('brings in the public key of a provider; two others sign')
    .argument('<name>', 'the name of the provider in the station')
    .requiredOption('--title <text>', 'who it is')
    .requiredOption('--key <file>', 'P-256, or RSA of 2048 to 4096 bits, as PEM')
    .action((name: string, options: ProviderImportOptions) =>
      kit.run(options, () => importProvider(name, options, around)),
    );
  kit
    .signing(
      kit.common(group.command('withdraw'), 'applets withdraw acme --reason "key lost" --as amira --approver sofia'),
    )
    .description('withdraws a package by its hash, or a provider by its name; a second person signs')
    .argument('<name>')
    .requiredOption('--reason <text>', 'why')
    .action((name: string, options: WithdrawalOptions) =>
      kit.run(options, () => withdrawApplet(name, options, around)),
    );
}
