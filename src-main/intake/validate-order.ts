import type { OrderFieldName, OrderFieldRule, OrderFields } from '#shared/domain/order-field.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import { checkChip } from './checks/check-chip.ts';
import { checkAmount, checkDigits, checkServiceCode } from './checks/check-digits.ts';
import { checkEncodedNameField } from './checks/check-encoded-name.ts';
import { checkPan } from './checks/check-pan.ts';
import { checkPreparation } from './checks/check-preparation.ts';
import { checkPrintedText } from './checks/check-printed-text.ts';
import { checkTrack } from './checks/check-track.ts';
import { checkDateOrder, checkYearMonth } from './checks/check-year-month.ts';
import { makeFinding, type Finding } from './finding.ts';
import type { IntakeRules } from './intake-rules.ts';
import { gatherFields } from './order-fields.ts';

function checkField(
  field: OrderFieldName,
  value: string,
  rule: OrderFieldRule,
  fields: OrderFields,
  rules: IntakeRules,
): Finding[] {
  if (value === '') return [makeFinding('INTAKE-FIELD-EMPTY', field)];
  switch (rule.kind) {
    case 'pan':
      return checkPan(value, rule);
    case 'digits':
      return checkDigits(field, value, rule);
    case 'year-month':
      return checkYearMonth(field, value, rule, rules.month);
    case 'service-code':
      return checkServiceCode(value, rule);
    case 'printed-text':
      return checkPrintedText(field, value, rule, rules.missingGlyph);
    case 'encoded-name':
      return checkEncodedNameField(value);
    case 'track':
      return checkTrack(field, value, rule, fields);
    case 'amount':
      return checkAmount(field, value, rule);
  }
}

/** Holds every field of an order, and its chip data, against the product. No findings means that a card can be made of it. */
export function validateOrder(
  record: OrderRecord,
  rules: IntakeRules,
): { readonly fields: OrderFields; readonly findings: readonly Finding[] } {
  const { fields, findings: misplaced } = gatherFields(record);
  const findings: Finding[] = [...misplaced];
  const wanted = rules.product.fields;
  for (const [name, { need, rule }] of Object.entries(wanted) as [
    OrderFieldName,
    NonNullable<(typeof wanted)[OrderFieldName]>,
  ][]) {
    const value = fields[name];
    if (value !== undefined) findings.push(...checkField(name, value, rule, fields, rules));
    else if (need === 'required') findings.push(makeFinding('INTAKE-FIELD-MISSING', name));
  }
  for (const name of Object.keys(fields) as OrderFieldName[]) {
    if (wanted[name] === undefined) findings.push(makeFinding('INTAKE-FIELD-UNKNOWN', name));
  }
  findings.push(...checkDateOrder(fields), ...checkChip({ record, fields, rules }));
  // What is wrong with a field by itself is said once, by its own rule.
  if (findings.length === 0) findings.push(...checkPreparation({ fields, rules }));
  return { fields, findings };
}
