import type { OrderFieldRule } from '#shared/domain/order-field.ts';

const rules: { readonly [Kind in OrderFieldRule['kind']]: Extract<OrderFieldRule, { kind: Kind }> } = {
  pan: { kind: 'pan', binRanges: [], lengths: [16] },
  digits: { kind: 'digits', shortest: 1, longest: 16, check: 'none' },
  'year-month': { kind: 'year-month', when: 'any' },
  'service-code': { kind: 'service-code', allowed: [] },
  'printed-text': { kind: 'printed-text', longest: 26, scripts: ['Latin'] },
  'encoded-name': { kind: 'encoded-name', shortest: 2, longest: 26 },
  track: { kind: 'track', track: 2, longest: 37, content: 'iso-7813' },
  amount: { kind: 'amount', currency: 'EUR', least: 0, most: 1 },
};

/** What a field's rule of a kind begins as. */
export function newRule(kind: OrderFieldRule['kind']): OrderFieldRule {
  return structuredClone(rules[kind]);
}
