import { constantOf } from './card-abilities.ts';
import type { ProfileFinding } from './check-row.ts';
import type { PaymentProfile } from './profile-schema.ts';

/** A card that checks a PIN begins with every try that its limit gives, at least one. EMV 4.3 Book 3 §6.3.5; EMV CPS 1.1 annex A, DGI 9010. */
export function checkPinTries(profile: PaymentProfile): readonly ProfileFinding[] {
  const counter = constantOf(profile, 'part:pin-try-counter')?.[0];
  const limit = constantOf(profile, 'part:pin-try-limit')?.[0];
  if (counter === undefined || limit === undefined) return [];
  const finding = (rule: string, text: string) => ({ rule, dgi: '9010', item: `part:${rule}`, text });
  return [
    ...(limit === 0 ? [finding('pin-try-limit', 'gives no try')] : []),
    ...(counter === limit ? [] : [finding('pin-try-counter', `is ${counter} where the limit is ${limit}`)]),
  ];
}
