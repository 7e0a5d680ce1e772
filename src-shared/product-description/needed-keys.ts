import type { KeyUsage } from '../domain/key-usage.ts';
import type { EmvChip, Product } from '../domain/product.ts';
import { readSource, type PaymentProfile } from '../payment-profile/profile-schema.ts';
import { keyUsageTitle } from './describe-source.ts';

/** A key that making a product takes. */
export interface NeededKey {
  readonly usage: string;
  readonly title: string;
  /** What it does here. */
  readonly does: string;
}

const key = (usage: KeyUsage, does: string): NeededKey => ({ usage, title: keyUsageTitle(usage), does });

const channelKeys: readonly NeededKey[] = [
  key('scp03-enc', 'opens the chip and enciphers the commands'),
  key('scp03-mac', 'signs every command to the chip'),
  key('scp03-dek', 'enciphers secret data for the chip'),
];

function containerKeys({ dataGroupings }: EmvChip): readonly NeededKey[] {
  const secret = dataGroupings
    .filter(({ content, origin }) => content === 'secret' && origin === 'order')
    .map(({ dgi }) => dgi.toUpperCase());
  return secret.length === 0 ? [] : [key('dgi-transport', `opens DGI ${secret.join(', ')} of the order's container`)];
}

/** What the issuer's key signs for a card, by the row that takes the signature. */
const signatures = [
  { source: 'card:signed-static-data', words: "the card's static data" },
  { source: 'card:icc-certificate', words: "the card's certificate" },
  { source: 'card:pin-certificate', words: 'the certificate of its key for enciphered PINs' },
] as const;

/** One key a usage, with everything that the profile takes from it. */
function profileKeys(profile: PaymentProfile): readonly NeededKey[] {
  const taken = new Map<string, Set<string>>();
  const sources = profile.groupings.flatMap(({ rows }) => rows.map(({ source }) => source));
  for (const source of sources) {
    const { kind, rest } = readSource(source);
    const [usage = '', what = ''] = rest.split('/');
    if (kind === 'key') taken.set(usage, (taken.get(usage) ?? new Set()).add(what.replaceAll('-', ' ')));
  }
  const signs = signatures
    .flatMap(({ source, words }) => (sources.includes(source) ? [`; signs ${words}`] : []))
    .join('');
  const keys = [...taken].map(([usage, what]) => ({
    usage,
    title: keyUsageTitle(usage),
    does: `gives ${[...what].join(', ')}${usage === 'issuer-rsa' ? signs : ''}`,
  }));
  const pair = sources.some((source) => source.startsWith('card:icc-crt'));
  return pair ? [...keys, key('icc-pool-wrapping', "seals the card's own key pair until it is in the card")] : keys;
}

/** Every key that one card of a product takes, by usage; none for one without chip and verification values. */
export function neededKeys(product: Product, profile: PaymentProfile | null): readonly NeededKey[] {
  const { chip } = product;
  const values = product.verification === undefined ? [] : [key('cvk', 'computes card verification values')];
  if (chip.kind === 'none') return values;
  return [...channelKeys, ...values, ...containerKeys(chip), ...(profile === null ? [] : profileKeys(profile))];
}
