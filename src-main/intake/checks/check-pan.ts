import type { OrderFieldRule } from '#shared/domain/order-field.ts';
import { passesLuhn } from '#shared/protocols/magstripe/luhn.ts';
import { makeFinding, type Finding } from '../finding.ts';

type PanRule = Extract<OrderFieldRule, { kind: 'pan' }>;

/** A card number: digits, length, number range and check digit. ISO/IEC 7812-1:2017 §4, annex B. */
export function checkPan(pan: string, rule: PanRule): Finding[] {
  if (!/^\d+$/.test(pan)) return [makeFinding('INTAKE-PAN-DIGITS', 'pan')];
  const findings: Finding[] = [];
  if (!rule.lengths.includes(pan.length))
    findings.push(makeFinding('INTAKE-PAN-LENGTH', 'pan', { length: pan.length }));
  const inside = rule.binRanges.some(({ from, to }) => {
    const start = pan.slice(0, from.length);
    return start.length === from.length && start >= from && start <= to;
  });
  if (!inside) findings.push(makeFinding('INTAKE-PAN-RANGE', 'pan'));
  if (!passesLuhn(pan)) findings.push(makeFinding('INTAKE-PAN-CHECK-DIGIT', 'pan'));
  return findings;
}
