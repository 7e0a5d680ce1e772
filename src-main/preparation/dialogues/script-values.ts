import { toHex } from '#shared/bytes/bytes.ts';
import type { ScriptStepView } from '#shared/contract/views/product-views.ts';
import { maskPan } from '#shared/domain/order-record.ts';

/** What a script shows of one value. */
export type ShownValue = Extract<ScriptStepView, { kind: 'track' }>['shown'];

/** Objects that say something of the product and nothing of a person or account: their values may be printed. */
const productTags: ReadonlySet<number> = new Set([
  0x50, 0x5f28, 0x5f2d, 0x82, 0x87, 0x8c, 0x8d, 0x8e, 0x8f, 0x94, 0x9f07, 0x9f08, 0x9f0d, 0x9f0e, 0x9f0f, 0x9f32,
  0x9f38, 0x9f42, 0x9f47, 0x9f49, 0x9f4a,
]);

/** Objects that are made for the card: certificates, remainders, signatures. */
const madeTags: ReadonlySet<number> = new Set([0x90, 0x92, 0x93, 0x9f2d, 0x9f2e, 0x9f2f, 0x9f46, 0x9f48]);

const [accountNumber, track2Equivalent] = [0x5a, 0x57];

/** Masks the digits at the beginning; what is no card number is withheld. */
function masked(digits: string | undefined, rest: string): ShownValue {
  if (digits === undefined) return { kind: 'withheld', why: 'personal' };
  return { kind: 'masked', text: `${maskPan(digits)}${rest}` };
}

/** What may be seen of one object on the chip. Whatever is not known to be the product's own is withheld. */
export function describeValue(tag: number, value: Uint8Array): ShownValue {
  if (productTags.has(tag)) return { kind: 'value', text: toHex(value).toUpperCase() };
  if (madeTags.has(tag)) return { kind: 'withheld', why: 'made' };
  const halves = toHex(value);
  // EMV 4.3 Book 3 Annex A1: 5A digits padded with F; 57 digits, D, and what follows.
  if (tag === accountNumber) return masked(/^(\d{12,19})f*$/.exec(halves)?.[1], '');
  if (tag === track2Equivalent) return masked(/^(\d{12,19})d/.exec(halves)?.[1], ' …');
  return { kind: 'withheld', why: 'personal' };
}

/** What may be seen of a track: its card number masked (ISO/IEC 7813 §6.2, §6.3), nothing of one that is the issuer's own. */
export function describeTrack(text: string): ShownValue {
  return masked(
    /^(?:B(\d{12,19})\^|(\d{12,19})=)/
      .exec(text)
      ?.slice(1)
      .find((found) => found !== undefined),
    ' …',
  );
}
