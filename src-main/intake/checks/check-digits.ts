import type { OrderFieldName, OrderFieldRule } from '#shared/domain/order-field.ts';
import { passesLuhn } from '#shared/protocols/magstripe/luhn.ts';
import { makeFinding, type Finding } from '../finding.ts';

type Rule<Kind> = Extract<OrderFieldRule, { kind: Kind }>;

/** A run of digits: shortest, longest, and the check digit where the product has one. ISO/IEC 7812-1:2017 annex B. */
export function checkDigits(field: OrderFieldName, value: string, rule: Rule<'digits'>): Finding[] {
  if (!/^\d+$/.test(value)) return [makeFinding('INTAKE-DIGITS', field)];
  const { shortest: least, longest: most } = rule;
  if (value.length < least || value.length > most) {
    return [makeFinding('INTAKE-DIGITS-LENGTH', field, { length: value.length, least, most })];
  }
  return rule.check === 'luhn' && !passesLuhn(value) ? [makeFinding('INTAKE-CHECK-DIGIT', field)] : [];
}

/** An amount in minor units: a whole number without leading zeros, within the product's range. */
export function checkAmount(field: OrderFieldName, value: string, rule: Rule<'amount'>): Finding[] {
  if (!/^(0|[1-9]\d{0,11})$/.test(value)) return [makeFinding('INTAKE-AMOUNT', field)];
  const amount = Number(value);
  return amount < rule.least || amount > rule.most ? [makeFinding('INTAKE-AMOUNT-RANGE', field)] : [];
}

/** A service code: three digits, one of the product's. ISO/IEC 7813:2006 §6.2.4. */
export function checkServiceCode(value: string, rule: Rule<'service-code'>): Finding[] {
  if (!/^\d{3}$/.test(value)) return [makeFinding('INTAKE-SERVICE-CODE-FORM', 'serviceCode')];
  return rule.allowed.includes(value) ? [] : [makeFinding('INTAKE-SERVICE-CODE', 'serviceCode')];
}
