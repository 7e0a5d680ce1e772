import { orderFieldName, type OrderFieldName, type OrderFields } from './order-field.ts';
import type { OrderRecord } from './order-record.ts';

/** An order's fields by name, and what of the record has no place among them. */
export interface FlatOrder {
  readonly fields: OrderFields;
  /** Names under `fields` of the record that no product knows; in the order in which they stood. */
  readonly unknown: readonly string[];
  /** Names that stand both in the record itself and under its `fields`; the record's own value was taken. */
  readonly doubled: readonly OrderFieldName[];
}

const own = [
  'pan',
  'panSequence',
  'expiry',
  'effective',
  'serviceCode',
  'printName',
  'encodedName',
  'track1',
  'track2',
] as const satisfies readonly (OrderFieldName & keyof OrderRecord)[];

/** Lays the record's own members and its further product fields side by side. Pure; checks no value. */
export function flattenOrder(record: OrderRecord): FlatOrder {
  const fields: Partial<Record<OrderFieldName, string>> = {};
  const unknown: string[] = [];
  const doubled: OrderFieldName[] = [];
  for (const name of own) {
    const value = record[name];
    if (value !== undefined) fields[name] = value;
  }
  for (const [name, value] of Object.entries(record.fields ?? {})) {
    const known = orderFieldName.safeParse(name);
    if (!known.success) unknown.push(name);
    else if (fields[known.data] !== undefined) doubled.push(known.data);
    else fields[known.data] = value;
  }
  return { fields, unknown, doubled };
}
