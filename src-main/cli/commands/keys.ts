import { readFile } from 'node:fs/promises';
import type { RegistryKeyView } from '#shared/contract/views/key-views.ts';
import type { KeyChange } from '#shared/domain/key-state.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { withPerson } from '../command-context.ts';
import type { CommandContext, CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';
import { untilKey } from '../until-key.ts';
import { signedAndDone, signedOutcome } from '../until-carried-out.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

/** What is said of a key that is to come. */
export interface NewKeyOptions extends SigningOptions {
  readonly issuer?: string;
  readonly algorithm: string;
  readonly validUntil?: string;
}

export interface GenerateOptions extends NewKeyOptions {
  readonly size?: number;
  readonly exponent?: 3 | 65537;
}

export interface ImportOptions extends NewKeyOptions {
  readonly block: string;
  readonly under: string;
  readonly kcv?: string;
}

export interface ChangeOptions extends SigningOptions {
  readonly reason: string;
}

function ends({ validUntil, alarm }: RegistryKeyView): string {
  return `${validUntil ?? '-'}${alarm === 'none' ? '' : ` (${alarm})`}`;
}

/** Every key of the registry with its state. */
export function keys(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.keys.list({});
    const rows = view.keys.map((key) => [
      key.name,
      key.algorithm,
      key.environment,
      key.kcv.toUpperCase(),
      key.state,
      ends(key),
    ]);
    const heading = ['KEY', 'ALGORITHM', 'FOR', 'KCV', 'STATE', 'VALID UNTIL'];
    return { value: view, text: table(heading, rows), code: exitCodes.done };
  });
}

async function keyNamed(name: string, { station }: CommandContext): Promise<RegistryKeyView> {
  const key = (await station.keys.list({})).keys.find((candidate) => candidate.name === name);
  if (key === undefined) throw new StationFault('KEYS-NOT-FOUND', { name });
  return key;
}

/** One key with all that is known of it; never its material. */
export function key(name: string, options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async (context) => {
    const view = await keyNamed(name, context);
    const rows = [
      ['Usage', `${view.usageTitle} (${view.usage})`],
      ['Algorithm', view.size === null ? view.algorithm : `${view.algorithm} ${view.size} bits`],
      ['Check value', `${view.kcv.toUpperCase()} (${view.kcvMethod})`],
      ['Issuer', view.issuer ?? '-'],
      ['For', view.environment],
      ['State', view.state],
      ['Came by', view.wayIn],
      ['Made', view.madeAt ?? '-'],
      ['Valid until', ends(view)],
      ['Asked by', view.askedBy ?? '-'],
      ['Approved by', view.approvedBy.length === 0 ? '-' : view.approvedBy.join(', ')],
      ['Needed by', view.products.length === 0 ? '-' : view.products.join(', ')],
      ['May follow', view.mayAsk.length === 0 ? '-' : view.mayAsk.join(', ')],
    ];
    return { value: view, text: table([view.name, ''], rows), code: exitCodes.done };
  });
}

/** The key store as it is now, and what its mechanisms were found able to do. */
export function keyStore(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.keys.store({});
    const rows = view.mechanisms.map((one) => [one.mechanism, one.state, one.reason ?? '', one.source]);
    const trouble = view.trouble === null ? [] : [view.trouble.text, view.trouble.next, ''];
    return {
      value: view,
      text: [
        `${view.provider} · ${view.module} · ${view.token}: ${view.state} since ${view.since}`,
        ...trouble,
        table(['MECHANISM', 'STATE', 'REASON', 'SOURCE'], rows),
      ].join('\n'),
      code: view.state === 'ready' ? exitCodes.done : exitCodes.needsPerson,
    };
  });
}

const issuerOf = ({ issuer }: NewKeyOptions) => issuer ?? null;

/** Has a key made inside the key store; a second person signs. */
export function generateKey(
  usage: string,
  options: GenerateOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the generation of a key for ${usage}`);
  return withPerson(options, around, async (context) => {
    const { algorithm, validUntil = null, size, exponent } = options;
    const request = await context.station.keys.requestGeneration({
      usage,
      algorithm,
      issuer: issuerOf(options),
      validUntil,
      ...(size === undefined ? {} : { size }),
      ...(exponent === undefined ? {} : { exponent }),
    });
    return untilKey(context, await signedAndDone(context, request, second), second, ['pre-active']);
  });
}

/** Brings a key in from a file with its key block; a second person signs. */
export function importKey(usage: string, options: ImportOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  const second = secondPerson(options, `the import of a key for ${usage}`);
  return withPerson(options, around, async (context) => {
    const { algorithm, validUntil = null, under, kcv = null } = options;
    const block = (await readBlock(options.block)).trim();
    const issuer = issuerOf(options);
    const wish = { usage, algorithm, issuer, validUntil, block, protectionKey: under, expectedKcv: kcv };
    const request = await context.station.keys.requestBlockImport(wish);
    return untilKey(context, await signedAndDone(context, request, second), second, ['pre-active']);
  });
}

async function readBlock(file: string): Promise<string> {
  try {
    return await readFile(file, 'ascii');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new StationFault('CLI-FILE-READ', { file, reason }, cause);
  }
}

const states = { activate: 'active', retire: 'retired', compromise: 'compromised', destroy: 'destroyed' } as const;

/** Changes a key's life; a second person signs, and for the end of a key a third. */
export function changeKey(
  name: string,
  change: KeyChange,
  options: ChangeOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the change of ${name}`);
  return withPerson(options, around, async (context) => {
    const request = await context.station.keys.requestChange({ key: name, change, reason: options.reason });
    const view = await signedAndDone(context, request, second);
    if (change === 'destroy') return untilKey(context, view, second, ['destroyed']);
    return signedOutcome(view, second, `${name} is ${states[change]}.`);
  });
}
