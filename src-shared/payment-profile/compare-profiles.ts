import { itemName } from './describe-profile.ts';
import { readSource, type PaymentProfile, type ProfileGrouping, type ProfileRow } from './profile-schema.ts';

function inWords(source: string): string {
  const { kind, rest } = readSource(source);
  return kind === 'constant' ? rest.toUpperCase() : source;
}

function rowsByItem(profile: PaymentProfile): ReadonlyMap<string, { readonly dgi: string; readonly row: ProfileRow }> {
  return new Map(profile.groupings.flatMap(({ dgi, rows }) => rows.map((row) => [row.item, { dgi, row }] as const)));
}

function compareRow(dgi: string, before: ProfileRow, after: ProfileRow): readonly string[] {
  const where = `${itemName(after.item)}, in DGI ${dgi}`;
  const lines: string[] = [];
  if (before.source !== after.source)
    lines.push(`${where}: ${inWords(after.source)} instead of ${inWords(before.source)}`);
  if (before.format !== after.format) lines.push(`${where}: format ${after.format} instead of ${before.format}`);
  if (before.least !== after.least || before.most !== after.most) {
    lines.push(`${where}: ${after.least} to ${after.most} bytes instead of ${before.least} to ${before.most}`);
  }
  if (before.clause !== after.clause) lines.push(`${where}: cites ${after.clause} instead of ${before.clause}`);
  if (before.finding !== after.finding) lines.push(`${where}: rule ${after.finding} instead of ${before.finding}`);
  return lines;
}

function describePlace({ content, record }: ProfileGrouping): string {
  return record === undefined
    ? content
    : `${content}, record ${record.number} of file ${record.sfi}, ${record.coverage}`;
}

function compareGroupings(before: PaymentProfile, after: PaymentProfile): readonly string[] {
  const old = new Map(before.groupings.map((grouping) => [grouping.dgi, grouping]));
  const lines: string[] = [];
  for (const grouping of after.groupings) {
    const { dgi, meaning } = grouping;
    const was = old.get(dgi);
    old.delete(dgi);
    if (was === undefined) lines.push(`DGI ${dgi} (${meaning}) is new`);
    else {
      const [then, now] = [describePlace(was), describePlace(grouping)];
      if (then !== now) lines.push(`DGI ${dgi}: ${now} instead of ${then}`);
      if (was.meaning !== meaning) lines.push(`DGI ${dgi}: called "${meaning}" instead of "${was.meaning}"`);
    }
  }
  return [...lines, ...[...old.values()].map(({ dgi, meaning }) => `DGI ${dgi} (${meaning}) is gone`)];
}

/** What the second of two profiles has otherwise than the first, one sentence a difference; nothing when they say the same. */
export function compareProfiles(before: PaymentProfile, after: PaymentProfile): readonly string[] {
  const lines: string[] = [];
  if (before.environment !== after.environment) lines.push(`for ${after.environment} instead of ${before.environment}`);
  lines.push(...compareGroupings(before, after));
  const [old, fresh] = [rowsByItem(before), rowsByItem(after)];
  for (const [item, { dgi, row }] of fresh) {
    const was = old.get(item);
    if (was === undefined) lines.push(`${itemName(item)}, in DGI ${dgi}, is new: ${inWords(row.source)}`);
    else {
      if (was.dgi !== dgi) lines.push(`${itemName(item)}: in DGI ${dgi} instead of ${was.dgi}`);
      lines.push(...compareRow(dgi, was.row, row));
    }
  }
  for (const [item, { dgi }] of old) {
    if (!fresh.has(item)) lines.push(`${itemName(item)}, in DGI ${dgi}, is gone`);
  }
  return lines;
}
