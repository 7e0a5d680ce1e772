import { orderFieldName, type OrderFieldName, type OrderFields } from '#shared/domain/order-field.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import { makeFinding, type Finding } from './finding.ts';

const ownPlace = [
  'pan',
  'panSequence',
  'expiry',
  'effective',
  'serviceCode',
  'printName',
  'encodedName',
  'track1',
  'track2',
] as const satisfies readonly OrderFieldName[];

const placed: ReadonlySet<string> = new Set(ownPlace);
const known: ReadonlySet<string> = new Set(orderFieldName.options);

/** Gathers an order's fields from their own places and from the further fields; what stands at a wrong place or is unknown is a finding. */
export function gatherFields(record: OrderRecord): {
  readonly fields: OrderFields;
  readonly findings: readonly Finding[];
} {
  const fields: Partial<Record<OrderFieldName, string>> = {};
  const findings: Finding[] = [];
  for (const name of ownPlace) {
    const value = record[name];
    if (value !== undefined) fields[name] = value;
  }
  for (const [name, value] of Object.entries(record.fields ?? {})) {
    if (placed.has(name)) findings.push(makeFinding('INTAKE-FIELD-MISPLACED', name));
    else if (known.has(name)) fields[name as OrderFieldName] = value;
    else findings.push(makeFinding('INTAKE-FIELD-UNKNOWN', null, { field: 'further field' }));
  }
  return { fields, findings };
}
