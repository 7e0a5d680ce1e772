import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import type { ProductsItem } from './use-draft.ts';

type Part = unknown;

/** Texts that may be empty and are then said to be. */
const mayBeEmpty = new Set(['verification.before', 'verification.after']);
/** Parts that are there with nothing in them. */
const thereWhenEmpty = new Set(['', 'chip.preflight.cplc']);
/** Lists that are not there rather than empty. */
const nothingWhenEmpty = new Set(['chip.further']);

/**
 * What a form holds as the file that it stands for: a field that is left empty is not said at all, and neither is what became empty by that.
 * Everything that the form does not know stays as it was.
 */
export function tidyContent(values: Readonly<Record<string, unknown>>): DraftContent {
  return (tidied(values, '') ?? {}) as DraftContent;
}

function isEmpty(value: Part, path: string): boolean {
  if (Array.isArray(value) && value.length === 0) return nothingWhenEmpty.has(path);
  return value === undefined || (value === '' && !mayBeEmpty.has(path));
}

function tidied(value: Part, path: string): Part {
  if (Array.isArray(value)) return value.map((one: Part, at) => tidied(one, below(path, String(at))) ?? {});
  if (typeof value !== 'object' || value === null) return value;
  const all = Object.entries(value);
  const said = all.flatMap(([name, part]): [string, Part][] => {
    const place = below(path, name);
    if (isEmpty(part, place)) return [];
    const kept = tidied(part, place);
    return kept === undefined ? [] : [[name, kept]];
  });
  return said.length === 0 && all.length > 0 && !thereWhenEmpty.has(path) ? undefined : Object.fromEntries(said);
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Whether two contents say the same, in whatever order. */
export function sameContent(one: DraftContent, other: DraftContent): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

function ordered(value: Part): Part {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, part]): [string, Part] => [name, ordered(part)]));
}

/** A place that should hold a text or a number, as people read it; nothing where it holds anything else. */
export function shownText(value: Part): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The version after the newest of these names, `emv-debit@1`, that are of an id. */
export function nextVersion(id: string, names: readonly string[]): number {
  const versions = names.flatMap((name) => {
    const at = name.lastIndexOf('@');
    return name.slice(0, at) === id ? [Number(name.slice(at + 1))] : [];
  });
  return Math.max(0, ...versions) + 1;
}

/** A draft of the same product or profile, whatever its version. */
export function draftOf<Draft extends { readonly item: ProductsItem; readonly name: string }>(
  item: ProductsItem,
  name: string,
  drafts: readonly Draft[],
): Draft | undefined {
  const id = name.slice(0, name.lastIndexOf('@') + 1);
  return drafts.find((draft) => draft.item === item && draft.name.startsWith(id));
}

/** What of a content no form shows, by path: it is kept and shown as it is. */
export function unknownParts(content: DraftContent, known: readonly string[]): DraftContent {
  const rest = (value: Part, path: string): Part => {
    if (known.includes(path)) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    if (!known.some((one) => one.startsWith(`${path}.`)) && path !== '') return value;
    const left = Object.entries(value).flatMap(([name, part]): [string, Part][] => {
      const kept = rest(part, below(path, name));
      return kept === undefined ? [] : [[name, kept]];
    });
    return left.length === 0 ? undefined : Object.fromEntries(left);
  };
  return (rest(content, '') ?? {}) as DraftContent;
}
