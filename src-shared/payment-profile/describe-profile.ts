import type { OrderFields } from '../domain/order-field.ts';
import { emvDataDictionary } from '../protocols/emv/data-dictionary.ts';
import { buildGroupings } from './build-groupings.ts';
import type { MadeValues } from './row-value.ts';
import { readSource, type PaymentProfile, type ProfileRow } from './profile-schema.ts';

/** `9F0D Issuer Action Code - Default`, or the name of a part. */
export function itemName(item: string): string {
  if (item.startsWith('part:')) return item.slice('part:'.length).replaceAll('-', ' ');
  const name = emvDataDictionary.get(Number.parseInt(item, 16))?.name;
  return `${item.toUpperCase()} ${name ?? 'unknown tag'}`;
}

function lengths({ least, most }: ProfileRow): string {
  return least === most ? `${least}` : `${least} to ${most}`;
}

function valueOf(row: ProfileRow): string {
  const { kind, rest } = readSource(row.source);
  return kind === 'constant' ? rest.toUpperCase() : row.source;
}

/** A profile as text for review: every grouping, every value with its source, form and clause. */
export function describeProfile(profile: PaymentProfile): string {
  const lines = [`${profile.id}@${profile.version} ${profile.title} (${profile.environment})`];
  for (const { dgi, content, meaning, record, rows } of profile.groupings) {
    const place = record === undefined ? '' : `, record ${record.number} of file ${record.sfi}, ${record.coverage}`;
    lines.push(`${dgi} ${meaning} (${content}${place})`);
    for (const row of rows) {
      lines.push(
        `  ${itemName(row.item)}: ${valueOf(row)} [${row.format} ${lengths(row)}] ${row.clause}, ${row.finding}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/**
 * What would be sent to one card, as a script for review: the product's own values in full, the order's by their length only, those of
 * keys and of the card by their reference. Refuses as `buildGroupings` does.
 */
export function preparationScript(profile: PaymentProfile, fields: OrderFields, made: MadeValues = new Map()): string {
  const built = new Map(buildGroupings(profile, fields, made).map((grouping) => [grouping.dgi, grouping]));
  const lines = [`preparation by ${profile.id}@${profile.version}`];
  for (const { dgi, content, rows } of profile.groupings) {
    const made = built.get(dgi);
    lines.push(
      `> ${dgi} ${content}${made?.kind === 'bytes' ? ` <${made.bytes.length} bytes>` : ' <when the card is in the machine>'}`,
    );
    for (const row of rows) {
      const { kind } = readSource(row.source);
      const shown = kind === 'constant' ? valueOf(row) : `<${row.source}, ${lengths(row)} bytes>`;
      lines.push(`    ${itemName(row.item)} ${shown}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
