import { readFile, writeFile } from 'node:fs/promises';
import type { Environment } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';
import { signedAndDone, signedOutcome } from '../until-carried-out.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

export interface CertificateRequestOptions extends CommonOptions {
  readonly identifier: string;
  readonly expires: string;
  readonly tracking: string;
  readonly serial: string;
  readonly out?: string;
}

export interface CertificateImportOptions extends SigningOptions {
  readonly rid: string;
  readonly index: number;
  readonly certificate: string;
  readonly remainder?: string;
}

export interface AuthorityImportOptions extends SigningOptions {
  readonly rid: string;
  readonly index: number;
  readonly modulus: string;
  readonly exponent: string;
  readonly expires: string;
  readonly hash: string;
  readonly for: Environment;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}

/**
 * A file's bytes in hexadecimal: it holds them as they are, or as hexadecimal digits with or without white space. Should bytes happen to read
 * as digits, the station refuses what follows by name: every byte is under a signature or a hash.
 */
async function bytesIn(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new StationFault('CLI-FILE-READ', { file, reason: reasonOf(cause) }, cause);
  });
  const digits = bytes.toString('latin1').replace(/\s/g, '');
  return /^(?:[0-9A-Fa-f]{2})*$/.test(digits) ? digits.toLowerCase() : bytes.toString('hex');
}

/** Has an issuer key sign a request for its certificate; with `--out` the bytes go to a new file. */
export function requestCertificate(
  key: string,
  options: CertificateRequestOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const { identifier, expires, tracking, serial, out } = options;
    const view = await station.keys.certificateRequest({
      key,
      issuerIdentifier: identifier,
      expires,
      trackingNumber: tracking,
      serial,
    });
    if (out !== undefined) {
      await writeFile(out, Buffer.from(view.hex, 'hex'), { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
        throw new StationFault('CLI-FILE', { file: out, reason: reasonOf(cause) }, cause);
      });
    }
    const rows = [
      ['Issuer identifier', view.issuerIdentifier],
      ['Wanted until', view.expires],
      ['Tracking number', view.trackingNumber],
      ['Serial number', view.serial.toUpperCase()],
      ['Size', `${view.modulus.length * 4} bits`],
      ['Hash (SHA-1)', view.hash.toUpperCase()],
      out === undefined ? ['Request', view.hex.toUpperCase()] : ['Request in', out],
    ];
    return { value: view, text: table([view.key, ''], rows), code: exitCodes.done };
  });
}

/** Brings in the certificate of an issuer key from files; a second person signs. */
export function importCertificate(
  key: string,
  options: CertificateImportOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the import of a certificate of ${key}`);
  return withPerson(options, around, async (context) => {
    const { rid, index } = options;
    const request = await context.station.keys.requestCertificateImport({
      key,
      rid,
      index,
      certificate: await bytesIn(options.certificate),
      remainder: options.remainder === undefined ? '' : await bytesIn(options.remainder),
    });
    const view = await signedAndDone(context, request, second);
    return signedOutcome(view, second, `${key} has its certificate.`);
  });
}

/** Brings in the public key of a scheme's authority; two others sign. */
export function importAuthority(options: AuthorityImportOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  const second = secondPerson(options, 'the import of an authority key');
  return withPerson(options, around, async (context) => {
    const { rid, index, exponent, expires, hash } = options;
    const request = await context.station.keys.requestAuthorityImport({
      rid,
      index,
      modulus: await bytesIn(options.modulus),
      exponent,
      expires,
      hash,
      environment: options.for,
    });
    const view = await signedAndDone(context, request, second);
    const place = `${rid.toUpperCase()} ${index.toString(16).padStart(2, '0').toUpperCase()}`;
    return signedOutcome(view, second, `The station holds the authority key ${place}.`);
  });
}

/** The authority keys that the station holds. */
export function authorities(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.keys.authorities({});
    const rows = view.authorities.map(({ rid, index, bits, expires, environment, hash }) => [
      rid.toUpperCase(),
      index.toString(16).padStart(2, '0').toUpperCase(),
      String(bits),
      expires,
      environment,
      hash.toUpperCase(),
    ]);
    const text = table(['RID', 'INDEX', 'BITS', 'VALID UNTIL', 'FOR', 'HASH'], rows);
    return { value: view, text, code: exitCodes.done };
  });
}
