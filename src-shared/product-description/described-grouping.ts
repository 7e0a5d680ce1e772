import type { EmvChip } from '../domain/product.ts';
import { itemName } from '../payment-profile/item-name.ts';
import { knownRows } from '../payment-profile/known-rows.ts';
import type { PaymentProfile } from '../payment-profile/profile-schema.ts';
import { emvDataDictionary } from '../protocols/emv/data-dictionary.ts';
import { describeSource } from './describe-source.ts';

/** One value on a chip as a reviewer reads it. */
export interface DescribedRow {
  /** Tag in lower case, `part:` and its name, or `dgi:` and the number of a grouping that is taken as a whole. */
  readonly item: string;
  /** Tag in capitals; null where the value has none. */
  readonly tag: string | null;
  readonly name: string;
  readonly format: string;
  /** Bytes; null where nobody here can know. */
  readonly least: number | null;
  readonly most: number | null;
  readonly source: string;
  readonly sourceWords: string;
  readonly clause: string;
  /** The rule that fails without the value. */
  readonly finding: string;
}

/** One data grouping with every value in it. */
export interface DescribedGrouping {
  /** The application that it is for, where it is not the first of its chip. */
  readonly application: string | null;
  readonly dgi: string;
  readonly content: 'open' | 'secret';
  readonly meaning: string;
  /** `unstated`: the card's own file locator says what offline data authentication covers. */
  readonly record: {
    readonly sfi: number;
    readonly number: number;
    readonly coverage: 'signed' | 'unsigned' | 'unstated';
  } | null;
  readonly rows: readonly DescribedRow[];
}

function tagOf(item: string): string | null {
  return item.includes(':') ? null : item.toUpperCase();
}

/** The groupings that a profile makes at the station, for the first application of a chip or for another one by name. */
export function profileGroupings(
  profile: PaymentProfile,
  application: string | null = null,
): readonly DescribedGrouping[] {
  return profile.groupings.map(({ dgi, content, meaning, record, rows }) => ({
    application,
    dgi,
    content,
    meaning,
    record: record ?? null,
    rows: rows.map(({ item, format, least, most, source, clause, finding }) => ({
      item,
      tag: tagOf(item),
      name: itemName(item),
      format,
      least,
      most,
      source,
      sourceWords: describeSource(source),
      clause,
      finding,
    })),
  }));
}

/** A tag that the order's container must hold: its form by the dictionary, and the finding of an order without it. */
function containerRow(dgi: string, tag: string): DescribedRow {
  const form = emvDataDictionary.get(Number.parseInt(tag, 16));
  return {
    item: tag,
    tag: tagOf(tag),
    name: itemName(tag),
    format: form?.format ?? 'b',
    least: form?.least ?? null,
    most: form?.most ?? null,
    source: `container:${dgi}`,
    sourceWords: describeSource(`container:${dgi}`),
    clause: knownRows.get(tag)?.clause ?? 'EMV 4.3 Book 3 Annex A1',
    finding: 'INTAKE-TAG-MISSING',
  };
}

/** A grouping that comes enciphered: nobody here can see what is inside. */
function wholeGrouping(dgi: string): DescribedRow {
  return {
    item: `dgi:${dgi}`,
    tag: null,
    name: itemName(`dgi:${dgi}`),
    format: 'enciphered',
    least: null,
    most: null,
    source: `container:${dgi}`,
    sourceWords: describeSource(`container:${dgi}`),
    clause: 'EMV CPS v1.1 Annex A',
    finding: 'INTAKE-DGI-MISSING',
  };
}

/** The groupings that an order's container must hold. */
export function containerGroupings(groupings: EmvChip['dataGroupings']): readonly DescribedGrouping[] {
  return groupings.map(({ dgi, content, meaning, record, tags }) => ({
    application: null,
    dgi,
    content,
    meaning,
    record: record === undefined ? null : { ...record, coverage: 'unstated' as const },
    rows: tags.length === 0 ? [wholeGrouping(dgi)] : tags.map((tag) => containerRow(dgi, tag)),
  }));
}
