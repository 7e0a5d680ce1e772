import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommonOptions } from './command-context.ts';
import { authorities, importAuthority, importCertificate, requestCertificate } from './commands/certificates.ts';
import type {
  AuthorityImportOptions,
  CertificateImportOptions,
  CertificateRequestOptions,
} from './commands/certificates.ts';
import type { CommandKit } from './stock-program.ts';

function matching(pattern: RegExp, wanted: string): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw new InvalidArgumentError(`${wanted} is wanted`);
    return text;
  };
}

const month = matching(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'a month such as 2031-12');
const rid = matching(/^[0-9A-Fa-f]{10}$/, 'ten hexadecimal characters');
const serial = matching(/^[0-9A-Fa-f]{6}$/, 'six hexadecimal characters');
const tracking = matching(/^\d{6}$/, 'six digits');
const identifier = matching(/^\d{3,8}$/, 'three to eight digits');
const exponent = matching(/^(?:[0-9A-Fa-f]{2}){1,3}$/, 'hexadecimal such as 03 or 010001');
const hash = matching(/^[0-9A-Fa-f]{40}$/, 'forty hexadecimal characters');

function index(text: string): number {
  if (!/^[0-9A-Fa-f]{2}$/.test(text))
    throw new InvalidArgumentError('two hexadecimal characters such as F1 are wanted');
  return Number.parseInt(text, 16);
}

function place(command: Command): Command {
  return command
    .requiredOption('--rid <rid>', 'of the authority, ten hexadecimal characters', rid)
    .requiredOption('--index <index>', "of the authority's key, two hexadecimal characters", index);
}

function addCertificate(group: Command, kit: CommandKit): void {
  const { around } = kit;
  const certificate = group.command('certificate').description('certificates of issuer keys');
  kit
    .common(
      certificate.command('request'),
      'keys certificate request issuer-rsa/northbank/1 --identifier 9900 --expires 2031-12 --tracking 000001 --serial 000001 --out request.bin --as kofi',
    )
    .description('has an issuer key sign a request for its certificate')
    .argument('<key>')
    .requiredOption('--identifier <digits>', 'the leading digits of the PANs', identifier)
    .requiredOption('--expires <month>', 'until when it should hold', month)
    .requiredOption('--tracking <number>', 'the six digits that the scheme gave', tracking)
    .requiredOption('--serial <number>', "the issuer's own number of the key, six hexadecimal characters", serial)
    .option('--out <file>', 'a new file for the request, as bytes')
    .action((key: string, options: CertificateRequestOptions) =>
      kit.run(options, () => requestCertificate(key, options, around)),
    );
  kit
    .signing(
      place(
        kit.common(
          certificate.command('import'),
          'keys certificate import issuer-rsa/northbank/1 --rid F043575249 --index F1 --certificate 90.bin --remainder 92.bin --as kofi --approver karin',
        ),
      ),
    )
    .description('brings in the certificate of an issuer key; a second person signs')
    .argument('<key>')
    .requiredOption('--certificate <file>', 'tag 90, as bytes or as hexadecimal')
    .option('--remainder <file>', 'tag 92, where there is one')
    .action((key: string, options: CertificateImportOptions) =>
      kit.run(options, () => importCertificate(key, options, around)),
    );
}

/** The commands about certificates: those of issuer keys, and the authorities that give them. */
export function addCertificateCommands(group: Command, kit: CommandKit): void {
  const { around } = kit;
  addCertificate(group, kit);
  const authority = group.command('authority').description('public keys of the schemes');
  kit
    .common(authority.command('list', { isDefault: true }), 'keys authority --as kofi')
    .description('lists the authority keys that the station holds')
    .action((options: CommonOptions) => kit.run(options, () => authorities(options, around)));
  kit
    .signing(
      place(
        kit.common(
          authority.command('import'),
          'keys authority import --rid F043575249 --index F1 --modulus ca.bin --exponent 03 --expires 2035-12 --hash 0123456789ABCDEF0123456789ABCDEF01234567 --for test --as kofi --approver karin --approver sofia',
        ),
      ),
    )
    .description("brings in the public key of a scheme's authority; two others sign")
    .requiredOption('--modulus <file>', 'as bytes or as hexadecimal')
    .requiredOption('--exponent <hex>', '03 or 010001', exponent)
    .requiredOption('--expires <month>', 'the last month of its use', month)
    .requiredOption('--hash <hex>', 'SHA-1 as the scheme published it', hash)
    .addOption(new Option('--for <environment>', 'for which cards').choices(['test', 'live']).makeOptionMandatory())
    .action((options: AuthorityImportOptions) => kit.run(options, () => importAuthority(options, around)));
}
