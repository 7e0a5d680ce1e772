import type { OrderFieldRule } from '../domain/order-field.ts';

function span(least: number, most: number): string {
  return least === most ? String(least) : `${least} to ${most}`;
}

const datesWhen = { any: 'year and month', future: 'year and month, not past', past: 'year and month, not to come' };

/** The rule that a field of an order must keep, in words. */
export function describeFieldRule(rule: OrderFieldRule): string {
  switch (rule.kind) {
    case 'pan': {
      const ranges = rule.binRanges.map(({ from, to }) => (from === to ? from : `${from} to ${to}`));
      return `${rule.lengths.join(' or ')} digits with check digit, beginning with ${ranges.join(', ')}`;
    }
    case 'digits':
      return `${span(rule.shortest, rule.longest)} digits${rule.check === 'luhn' ? ' with check digit' : ''}`;
    case 'year-month':
      return datesWhen[rule.when];
    case 'service-code':
      return `one of ${rule.allowed.join(', ')}`;
    case 'printed-text':
      return `at most ${rule.longest} characters, ${rule.scripts.join(', ')}`;
    case 'encoded-name':
      return `${span(rule.shortest, rule.longest)} capitals, digits, blank, slash, point or hyphen`;
    case 'track':
      return `at most ${rule.longest} characters of track ${rule.track}${
        rule.content === 'iso-7813'
          ? ', agreeing with card number, expiry and service code'
          : ", the issuer's own content"
      }`;
    case 'amount':
      return `${span(rule.least, rule.most)} minor units of ${rule.currency}`;
  }
}
