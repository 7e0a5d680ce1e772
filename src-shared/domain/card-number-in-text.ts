import { passesLuhn } from '../protocols/magstripe/luhn.ts';

/** Digits with nothing but spaces and dashes between them, as people write a card number. */
const runs = /\d(?:[\s\p{Pd}]*\d)*/gu;

/**
 * Whether a text holds what may be a card number: 13 to 19 digits that satisfy the Luhn formula (ISO/IEC 7812-1), in one piece or in groups
 * between spaces and dashes. Other numbers may stand right before and after it. One in ten other numbers of that length is held for one.
 */
export function holdsCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(runs)) {
    const groups = run.split(/[\s\p{Pd}]+/u);
    for (let from = 0; from < groups.length; from++) {
      let digits = '';
      for (let to = from; to < groups.length && digits.length <= 19; to++) {
        digits += groups[to] ?? '';
        if (digits.length >= 13 && digits.length <= 19 && passesLuhn(digits)) return true;
      }
    }
  }
  return false;
}
