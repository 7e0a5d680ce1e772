import { protocolOfCardKeys } from '../domain/card-key-reference.ts';
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

function keysOfReference(reference: string, protocol: 'scp02' | 'scp03', whose: string): readonly NeededKey[] {
  if (protocolOfCardKeys(reference) !== null) {
    return [key(`kmc-${protocol}`, `gives each card its own keys, which ${whose}`)];
  }
  return [
    key(`${protocol}-enc`, 'opens the chip and enciphers the commands'),
    key(`${protocol}-mac`, 'signs every command to the chip'),
    key(`${protocol}-dek`, 'enciphers secret data for the chip'),
  ];
}

/** Keys of the channels to a chip, by usage: those that its blanks come with, and those that replace them. */
function channelKeys({ keySet, factoryKeys, secureChannel }: EmvChip): readonly NeededKey[] {
  const { protocol } = secureChannel;
  const issuers = keysOfReference(keySet, protocol, 'open the chip');
  const makers = factoryKeys === undefined ? [] : keysOfReference(factoryKeys.keySet, protocol, 'the blanks come with');
  return [...makers.filter(({ usage }) => issuers.every((one) => one.usage !== usage)), ...issuers];
}

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
  return [...channelKeys(chip), ...values, ...containerKeys(chip), ...(profile === null ? [] : profileKeys(profile))];
}
