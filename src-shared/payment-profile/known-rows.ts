import type { CardAbilities } from './card-abilities.ts';
import { contactDirectoryRows, contactlessDirectoryRows } from './directory-rows.ts';
import { loyaltyRows } from './loyalty-rows.ts';
import type { ApplicationKind, PaymentProfile } from './profile-schema.ts';
import type { ProfileSide } from './profile-sides.ts';

/** What the rules know of one value of a payment card. */
export interface KnownRow {
  /** Name of the rule that fails without the value. */
  readonly finding: string;
  readonly clause: string;
  /** Where the value may come from. */
  readonly sources: RegExp;
  readonly needed: (card: CardAbilities) => boolean;
  /** The side at which it is needed; at both where nothing is said. */
  readonly at?: ProfileSide;
  /** Bytes and format of what the data dictionary lacks: a part that has no tag, or a tag of the application's own. */
  readonly own?: { readonly length: readonly [least: number, most: number]; readonly format: 'b' | 'cn' | 'ans' };
}

const always = (): boolean => true;
const offline = (card: CardAbilities): boolean => card.authentication !== 'none';
const signedOnce = (card: CardAbilities): boolean => card.authentication === 'sda';
const dynamic = (card: CardAbilities): boolean => offline(card) && !signedOnce(card);
const ownPin = (card: CardAbilities): boolean => card.offlinePin === 'checked';
const pinKey = (card: CardAbilities): boolean => card.encipheredPin === 'taken';
const withoutContact = (card: CardAbilities): boolean => card.contactless === 'served';
const constant = /^constant:/;

const row = (
  finding: string,
  clause: string,
  sources: RegExp,
  needed: KnownRow['needed'] = always,
  length?: readonly [number, number],
): KnownRow => ({
  finding,
  clause,
  sources,
  needed,
  ...(length === undefined ? {} : { own: { length, format: 'b' as const } }),
});

const book1 = (clause: string): string => `EMV 4.3 Book 1 §${clause}`;
const book2 = (clause: string): string => `EMV 4.3 Book 2 §${clause}`;
const book3 = (clause: string): string => `EMV 4.3 Book 3 §${clause}`;
const dictionary = 'EMV 4.3 Book 3 Annex A1';
const keyGroupings = 'EMV CPS v1.1 Annex A';

/** Every value that a station-prepared payment application has, by tag or part. */
export const knownRows: ReadonlyMap<string, KnownRow> = new Map<string, KnownRow>([
  ['50', row('application-label', book1('11.3.4'), constant)],
  ['87', row('application-priority', book1('12.2.3'), constant)],
  ['5f2d', row('language-preference', book1('11.3.4'), constant)],
  ['9f38', { ...row('list-for-processing-options', book1('11.3.4'), constant, withoutContact), at: 'contactless' }],
  ['57', row('track2-equivalent', dictionary, /^computed:track2$/)],
  ['5f20', row('cardholder-name', dictionary, /^record:encodedName$/)],
  ['5a', row('account-number', book3('7.2'), /^record:pan$/)],
  ['5f24', row('expiration-date', book3('7.2'), /^record:expiry$/)],
  ['5f25', row('effective-date', book3('10.4.3'), /^record:effective$/)],
  ['5f28', row('issuer-country', book3('10.4.2'), constant)],
  ['5f30', row('service-code', dictionary, /^record:serviceCode$/)],
  ['5f34', row('account-sequence', dictionary, /^record:panSequence$/)],
  ['82', row('interchange-profile', book3('6.5.8.4'), constant)],
  ['94', row('file-locator', book3('10.2'), /^computed:file-locator$/)],
  ['8c', row('list-for-first-cryptogram', book3('7.2'), constant)],
  ['8d', row('list-for-second-cryptogram', book3('7.2'), constant)],
  ['8e', row('verification-methods', book3('10.5'), constant)],
  ['9f07', row('usage-control', book3('10.4.2'), constant)],
  ['9f08', row('application-version', book3('10.4.1'), constant)],
  ['9f0d', row('action-code-default', book3('10.7'), constant)],
  ['9f0e', row('action-code-denial', book3('10.7'), constant)],
  ['9f0f', row('action-code-online', book3('10.7'), constant)],
  ['9f42', row('application-currency', book3('10.5'), constant)],
  ['8f', row('authority-key-index', book2('6.2'), /^key:issuer-rsa\/authority-key-index$/, offline)],
  ['90', row('issuer-certificate', book2('6.3'), /^key:issuer-rsa\/certificate$/, offline)],
  ['9f32', row('issuer-exponent', book2('6.3'), /^key:issuer-rsa\/exponent$/, offline)],
  ['92', row('issuer-remainder', book2('6.3'), /^key:issuer-rsa\/remainder$/, offline)],
  ['93', row('signed-static-data', book2('5.4'), /^card:signed-static-data$/, signedOnce)],
  ['9f46', row('card-certificate', book2('6.4'), /^card:icc-certificate$/, dynamic)],
  ['9f47', row('card-exponent', book2('6.4'), /^card:icc-exponent$/, dynamic)],
  ['9f48', row('card-remainder', book2('6.4'), /^card:icc-remainder$/, dynamic)],
  ['9f2d', row('pin-certificate', book2('7.1'), /^card:pin-certificate$/, pinKey)],
  ['9f2e', row('pin-exponent', book2('7.1'), /^card:pin-exponent$/, pinKey)],
  ['9f2f', row('pin-remainder', book2('7.1'), /^card:pin-remainder$/, pinKey)],
  ['9f49', row('list-for-dynamic-signature', book2('6.5.1'), constant, dynamic)],
  ['9f4a', row('static-data-list', book2('5.1.1'), constant, offline)],
  ['part:ac-key', row('cryptogram-key', keyGroupings, /^key:imk-ac\/card-key$/, always, [16, 16])],
  ['part:smi-key', row('integrity-key', keyGroupings, /^key:imk-smi\/card-key$/, always, [16, 16])],
  ['part:smc-key', row('secrecy-key', keyGroupings, /^key:imk-smc\/card-key$/, always, [16, 16])],
  ['part:ac-kcv', row('cryptogram-key-check', keyGroupings, /^key:imk-ac\/card-key-check$/, always, [3, 3])],
  ['part:smi-kcv', row('integrity-key-check', keyGroupings, /^key:imk-smi\/card-key-check$/, always, [3, 3])],
  ['part:smc-kcv', row('secrecy-key-check', keyGroupings, /^key:imk-smc\/card-key-check$/, always, [3, 3])],
  ['part:pin-block', row('pin-block', keyGroupings, /^card:pin-block$/, ownPin, [8, 8])],
  ['part:pin-try-counter', row('pin-try-counter', keyGroupings, constant, ownPin, [1, 1])],
  ['part:pin-try-limit', row('pin-try-limit', keyGroupings, constant, ownPin, [1, 1])],
  ['part:crt-coefficient', row('crt-coefficient', keyGroupings, /^card:icc-crt-coefficient$/, dynamic, [32, 124])],
  ['part:crt-exponent-q', row('crt-exponent-q', keyGroupings, /^card:icc-crt-exponent-q$/, dynamic, [32, 124])],
  ['part:crt-exponent-p', row('crt-exponent-p', keyGroupings, /^card:icc-crt-exponent-p$/, dynamic, [32, 124])],
  ['part:crt-prime-q', row('crt-prime-q', keyGroupings, /^card:icc-crt-prime-q$/, dynamic, [32, 124])],
  ['part:crt-prime-p', row('crt-prime-p', keyGroupings, /^card:icc-crt-prime-p$/, dynamic, [32, 124])],
  [
    'part:pin-crt-coefficient',
    row('pin-crt-coefficient', keyGroupings, /^card:pin-crt-coefficient$/, pinKey, [32, 124]),
  ],
  ['part:pin-crt-exponent-q', row('pin-crt-exponent-q', keyGroupings, /^card:pin-crt-exponent-q$/, pinKey, [32, 124])],
  ['part:pin-crt-exponent-p', row('pin-crt-exponent-p', keyGroupings, /^card:pin-crt-exponent-p$/, pinKey, [32, 124])],
  ['part:pin-crt-prime-q', row('pin-crt-prime-q', keyGroupings, /^card:pin-crt-prime-q$/, pinKey, [32, 124])],
  ['part:pin-crt-prime-p', row('pin-crt-prime-p', keyGroupings, /^card:pin-crt-prime-p$/, pinKey, [32, 124])],
]);

const rowsByKind: Readonly<Record<ApplicationKind, ReadonlyMap<string, KnownRow>>> = {
  payment: knownRows,
  loyalty: loyaltyRows,
  'contact-directory': contactDirectoryRows,
  'contactless-directory': contactlessDirectoryRows,
};

/** The rules' knowledge of the application that a profile is for. */
export function rowsOf({ application }: Pick<PaymentProfile, 'application'>): ReadonlyMap<string, KnownRow> {
  return rowsByKind[application ?? 'payment'];
}

/** Parts whose value is a secret: only a secret grouping may hold them. */
export function isSecret(item: string): boolean {
  return item.startsWith('part:') && !item.endsWith('-kcv') && !item.startsWith('part:pin-try-');
}
