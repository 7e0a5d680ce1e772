import { readFile } from 'node:fs/promises';
import { StationFault } from '#shared/faults/station-fault.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';
import { signedAndDone, signedOutcome } from '../until-carried-out.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

export interface PackageImportOptions extends SigningOptions {
  readonly provider: string;
  readonly signature: string;
  readonly dap: readonly { readonly securityDomain: string; readonly file: string }[];
}

export interface ProviderImportOptions extends SigningOptions {
  readonly title: string;
  readonly key: string;
}

export interface WithdrawalOptions extends SigningOptions {
  readonly reason: string;
}

async function bytesIn(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new StationFault('CLI-FILE-READ', { file, reason }, cause);
  });
}

/** The packages of the catalogue, and the providers whose signatures count. */
export function applets(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.applets.list({});
    const packages = view.packages.map((one) => [
      one.aid.toUpperCase(),
      one.version,
      one.provider,
      one.state,
      String(one.loadFileBytes),
      one.environment,
      one.products.join(' ') || '-',
      one.hash.toUpperCase(),
    ]);
    const providers = view.providers.map((one) => [
      one.provider,
      one.title,
      one.algorithm,
      one.state,
      one.environment,
      one.fingerprint.toUpperCase(),
    ]);
    const text = [
      table(['PACKAGE', 'VERSION', 'PROVIDER', 'STATE', 'BYTES', 'FOR', 'PRODUCTS', 'HASH (SHA-256)'], packages),
      '',
      table(['PROVIDER', 'TITLE', 'KEY', 'STATE', 'FOR', 'FINGERPRINT (SHA-256)'], providers),
    ].join('\n');
    return { value: view, text, code: exitCodes.done };
  });
}

/** Brings in a package from its file and the provider's signature; a second person signs. */
export function importPackage(
  file: string,
  options: PackageImportOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the import of the package in ${file}`);
  return withPerson(options, around, async (context) => {
    const dap = [];
    for (const { securityDomain, file: signed } of options.dap) {
      dap.push({ securityDomain, signature: (await bytesIn(signed)).toString('hex') });
    }
    const request = await context.station.applets.requestImport({
      file: (await bytesIn(file)).toString('base64'),
      provider: options.provider,
      signature: (await bytesIn(options.signature)).toString('hex'),
      dap,
    });
    const view = await signedAndDone(context, request, second);
    return signedOutcome(view, second, 'The package is in the catalogue.');
  });
}

/** Brings in the public key of a provider; two others sign. */
export function importProvider(
  provider: string,
  options: ProviderImportOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the import of the provider ${provider}`);
  return withPerson(options, around, async (context) => {
    const publicKey = (await bytesIn(options.key)).toString('utf8');
    const request = await context.station.applets.requestProvider({ provider, title: options.title, publicKey });
    const view = await signedAndDone(context, request, second);
    return signedOutcome(view, second, `Packages of ${provider} may be brought in.`);
  });
}

/** Withdraws a package by its hash, or a provider by its name; a second person signs. */
export function withdrawApplet(
  name: string,
  options: WithdrawalOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the withdrawal of ${name}`);
  return withPerson(options, around, async (context) => {
    const of = /^[0-9A-Fa-f]{64}$/.test(name) ? 'package' : 'provider';
    const named = of === 'package' ? name.toLowerCase() : name;
    const { reason } = options;
    const request = await context.station.applets.requestWithdrawal({ of, name: named, reason });
    const view = await signedAndDone(context, request, second);
    return signedOutcome(view, second, `${name} is withdrawn.`);
  });
}
