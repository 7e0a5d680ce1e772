import { readFile } from 'node:fs/promises';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import type { CheckedDraftView } from '#shared/contract/views/product-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { differenceLines } from '#shared/product-description/description-text.ts';
import { scriptLines } from '#shared/product-description/script-text.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';
import { signedAndDone, signedOutcome } from '../until-carried-out.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

export interface DraftOptions extends CommonOptions {
  readonly profile?: true;
}

export interface CheckOptions extends DraftOptions {
  readonly script?: true;
}

export interface ProposeOptions extends SigningOptions {
  readonly profile?: true;
}

type Item = 'product' | 'profile';
function itemOf({ profile }: { readonly profile?: true }): Item {
  return profile === true ? 'profile' : 'product';
}

/** CLI-FILE-READ where a file cannot be read or holds no JSON object. */
async function contentIn(file: string): Promise<DraftContent> {
  const failed = (reason: string, cause?: unknown) => new StationFault('CLI-FILE-READ', { file, reason }, cause);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw failed(cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown', cause);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw failed('it is no JSON', cause);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw failed('it is no JSON object');
  return content as DraftContent;
}

/** What is wrong, each finding with its field; and what is other than in production. */
function checkedText({ name, digest, findings, before, differences }: CheckedDraftView): string {
  const wrong = findings.map(({ field, reason }) => `  ${field}: ${reason}`);
  const against =
    before === null ? ['It is new.'] : [`What it has otherwise than ${before}:`, ...differenceLines(differences)];
  return [
    `${name}, digest ${digest}`,
    ...(wrong.length === 0
      ? ['No rule objects to it.', ...against]
      : ['It cannot be put into production yet:', ...wrong]),
  ].join('\n');
}

function checkedOutcome(view: CheckedDraftView, more: readonly string[] = []): CommandOutcome {
  return {
    value: view,
    text: [checkedText(view), ...more].join('\n'),
    code: view.findings.length === 0 ? exitCodes.done : exitCodes.refused,
  };
}

/** The drafts of products and profiles, with who saved each and whether it waits for its signature. */
export function listDrafts(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.products.drafts({});
    const rows = view.drafts.map((one) => [
      one.name,
      one.item,
      one.issuer ?? '-',
      one.savedBy,
      one.savedAt,
      one.approval ?? '-',
    ]);
    const text = table(['NAME', 'IS A', 'ISSUER', 'SAVED BY', 'SAVED AT', 'WAITS FOR SIGNATURE'], rows);
    return { value: view, text, code: exitCodes.done };
  });
}

/** One draft with its content, or the content of what is in production to begin from, and what is wrong with it. */
export function showDraft(name: string, options: DraftOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.products.draft({ item: itemOf(options), name });
    const text = [JSON.stringify(view.content, null, 2), '', checkedText(view.checked)].join('\n');
    return {
      value: view,
      text: view.state === 'draft' ? text : JSON.stringify(view.content, null, 2),
      code: exitCodes.done,
    };
  });
}

/** Holds a file against every rule without keeping it; with `--script` the dry run of an invented order too. */
export function checkFile(file: string, options: CheckOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const content = await contentIn(file);
    const view = await station.products.checkDraft({ item: itemOf(options), content });
    if (options.script !== true || options.profile === true || view.findings.length > 0) return checkedOutcome(view);
    const { steps } = await station.products.draftScript({ item: 'product', content });
    return checkedOutcome(view, ['', 'The card of an invented order:', ...steps.flatMap(scriptLines)]);
  });
}

/** Keeps a file as a draft, right or not yet; what is wrong with it is told. */
export function saveFile(file: string, options: DraftOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.products.saveDraft({ item: itemOf(options), content: await contentIn(file) });
    return { ...checkedOutcome(view, ['It is saved as a draft.']), code: exitCodes.done };
  });
}

/** Asks for the signature that puts a draft into production; a second person signs in place. */
export function proposeDraft(
  name: string,
  options: ProposeOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `putting ${name} into production`);
  return withPerson(options, around, async (context) => {
    const request = await context.station.products.proposeDraft({ item: itemOf(options), name });
    return signedOutcome(await signedAndDone(context, request, second), second, `${name} is in production.`);
  });
}
