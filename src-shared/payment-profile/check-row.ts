import { checkValue } from '../protocols/emv/check-value.ts';
import { emvDataDictionary } from '../protocols/emv/data-dictionary.ts';
import { keyUsages } from '../domain/key-usage.ts';
import { constantBytes, type CardAbilities } from './card-abilities.ts';
import { isSecret, type KnownRow } from './known-rows.ts';
import { namesOrderField, readSource, type ProfileGrouping, type ProfileRow } from './profile-schema.ts';

/** What is wrong with a profile: the rule, the row (`dgi` and `item`) it is about, and why in words. */
export interface ProfileFinding {
  readonly rule: string;
  readonly dgi: string;
  readonly item: string;
  readonly text: string;
}

/** One row against the rules' own knowledge of its value: where it comes from, its form and length, what it says of itself. */
export function checkRow(
  grouping: ProfileGrouping,
  row: ProfileRow,
  card: CardAbilities,
  rows: ReadonlyMap<string, KnownRow>,
): readonly ProfileFinding[] {
  const known = rows.get(row.item);
  const finding = (rule: string, text: string): ProfileFinding => ({ rule, dgi: grouping.dgi, item: row.item, text });
  if (known === undefined) return [finding('unknown-item', 'no rule knows this tag or part')];
  const findings: ProfileFinding[] = [];
  const fail = (text: string) => findings.push(finding(known.finding, text));
  if (row.finding !== known.finding) fail(`says it fails as ${row.finding}`);
  if (row.clause !== known.clause) fail(`cites ${row.clause} instead of ${known.clause}`);
  if (!known.needed(card)) fail('is of no use: interchange profile and verification methods do not ask for it');
  if (grouping.content !== (isSecret(row.item) ? 'secret' : 'open'))
    fail(`stands in a grouping that is ${grouping.content}`);
  const { kind, rest } = readSource(row.source);
  const usage = rest.split('/')[0] ?? '';
  if (kind === 'key' && !Object.hasOwn(keyUsages, usage))
    findings.push(finding('unknown-key', `there is no key usage ${usage}`));
  else if (kind === 'record' && !namesOrderField(row.source))
    findings.push(finding('unknown-field', `orders have no field ${rest}`));
  else if (!known.sources.test(row.source))
    fail(`may not come from ${kind === 'constant' ? 'a constant' : row.source}`);
  const form = formOf(row.item, known);
  if (form === undefined) return [...findings, finding('unknown-item', 'the data dictionary lacks it')];
  if (row.format !== form.format) fail(`has format ${row.format} instead of ${form.format}`);
  if (row.least > row.most) fail('is shortest longer than it is longest');
  if (row.least < form.least || row.most > form.most) fail(`may have ${form.least} to ${form.most} bytes only`);
  const bytes = constantBytes(row);
  if (bytes !== undefined) {
    if (bytes.length < row.least || bytes.length > row.most)
      fail(`has ${bytes.length} bytes, its row says ${row.least} to ${row.most}`);
    const wrong = known.own === undefined ? checkValue(Number.parseInt(row.item, 16), bytes) : [];
    for (const { text } of wrong) fail(text);
  }
  return findings;
}

function formOf(
  item: string,
  { own }: KnownRow,
): { readonly format: string; readonly least: number; readonly most: number } | undefined {
  if (own !== undefined) return { format: own.format, least: own.length[0], most: own.length[1] };
  return emvDataDictionary.get(Number.parseInt(item, 16));
}
