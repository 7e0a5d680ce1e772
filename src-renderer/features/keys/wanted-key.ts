import type { KeyUsageView } from '#shared/contract/views/key-views.ts';

/** What a key is to be, as chosen in a form; empty texts are not chosen yet. */
export interface WantedKey {
  readonly usage: string;
  readonly algorithm: string;
  readonly issuer: string;
  readonly validUntil: string;
}

export const nothingWanted: WantedKey = { usage: '', algorithm: '', issuer: '', validUntil: '' };

/** Whether the last day is left out or still to come, by this machine's calendar. */
export function endIsToCome(validUntil: string, today: string): boolean {
  return validUntil === '' || (/^\d{4}-\d{2}-\d{2}$/.test(validUntil) && validUntil > today);
}

/** The day of this machine, `YYYY-MM-DD`. */
export function dayOf(now: Date): string {
  const two = (figure: number) => String(figure).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The usage chosen, with the only algorithm where there is one, and without an issuer where the station owns it. */
export function withUsage(wanted: WantedKey, usage: KeyUsageView): WantedKey {
  const [first, ...others] = usage.algorithms;
  const kept = usage.algorithms.includes(wanted.algorithm) ? wanted.algorithm : '';
  return {
    ...wanted,
    usage: usage.usage,
    algorithm: others.length === 0 && first !== undefined ? first : kept,
    issuer: usage.owner === 'issuer' ? wanted.issuer : '',
  };
}

/** Whether all is chosen that a request needs. */
export function isWhole(wanted: WantedKey, usage: KeyUsageView | undefined, today: string): boolean {
  return (
    usage !== undefined &&
    usage.unavailable === null &&
    usage.algorithms.includes(wanted.algorithm) &&
    (usage.owner !== 'issuer' || wanted.issuer.trim() !== '') &&
    endIsToCome(wanted.validUntil, today)
  );
}

/** The members of a request that say what the key is to be. */
export function wantedInput(wanted: WantedKey) {
  return {
    usage: wanted.usage,
    algorithm: wanted.algorithm,
    issuer: wanted.issuer.trim() === '' ? null : wanted.issuer.trim(),
    validUntil: wanted.validUntil === '' ? null : wanted.validUntil,
  };
}
