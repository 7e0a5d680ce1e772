import type { OrderFieldName, OrderFieldRule, OrderFields } from '#shared/domain/order-field.ts';
import { makeFinding, type Finding } from '../finding.ts';
import type { MonthNumber } from '../intake-rules.ts';

type YearMonthRule = Extract<OrderFieldRule, { kind: 'year-month' }>;

/** Reads YYMM; undefined on anything else. Years 00 to 49 are 2000 to 2049, others 1950 to 1999 (EMV 4.3 Book 4 §6.7.3). */
export function readYearMonth(text: string): MonthNumber | undefined {
  if (!/^\d{2}(0[1-9]|1[0-2])$/.test(text)) return undefined;
  const year = Number(text.slice(0, 2));
  return (year < 50 ? 2000 + year : 1900 + year) * 12 + Number(text.slice(2)) - 1;
}

/** The month of an instant, UTC. */
export function monthOf(instant: Date): MonthNumber {
  return instant.getUTCFullYear() * 12 + instant.getUTCMonth();
}

/** A year and month, and on which side of this month it may lie; this month itself is right for both. */
export function checkYearMonth(
  field: OrderFieldName,
  value: string,
  rule: YearMonthRule,
  month: MonthNumber,
): Finding[] {
  const read = readYearMonth(value);
  if (read === undefined) return [makeFinding('INTAKE-DATE', field)];
  if (rule.when === 'future' && read < month) return [makeFinding('INTAKE-DATE-PAST', field)];
  if (rule.when === 'past' && read > month) return [makeFinding('INTAKE-DATE-FUTURE', field)];
  return [];
}

/** A card becomes valid no later than it expires. */
export function checkDateOrder({ effective, expiry }: OrderFields): Finding[] {
  const [from, to] = [readYearMonth(effective ?? ''), readYearMonth(expiry ?? '')];
  return from !== undefined && to !== undefined && from > to ? [makeFinding('INTAKE-DATES-CROSSED', 'effective')] : [];
}
