import type { OrderRecord } from '#shared/domain/order-record.ts';
import { orderId } from '#shared/domain/identifiers.ts';
import { numberFor, yearMonth } from './card-numbers.ts';
import { prepareContainer, prepareReferencePin } from './emv-container.ts';
import { nameFor } from './names.ts';
import { SeededRandom } from './seeded-random.ts';
import type { IssuerTransportKey } from './transport-cipher.ts';

/** The products that training orders are made for. */
export const trainingProducts = [
  'emv-debit@1',
  'debit-online-sda@1',
  'debit-online-dda@1',
  'debit-offline-cda@1',
  'debit-enciphered-cda@1',
  'debit-loyalty-dual@1',
  'debit-dual-cda@1',
  'debit-scp02-dda@1',
  'debit-loaded-dda@1',
  'loyalty-stripe@1',
  'gift-print@1',
] as const;
export type TrainingProduct = (typeof trainingProducts)[number];

export const trainingIssuers = [
  { id: 'northbank', name: 'Northbank' },
  { id: 'mercato', name: 'Mercato Retail' },
] as const;

export const issuerOfProduct: Readonly<Record<TrainingProduct, 'northbank' | 'mercato'>> = {
  'emv-debit@1': 'northbank',
  'debit-online-sda@1': 'northbank',
  'debit-online-dda@1': 'northbank',
  'debit-offline-cda@1': 'northbank',
  'debit-enciphered-cda@1': 'northbank',
  'debit-loyalty-dual@1': 'northbank',
  'debit-dual-cda@1': 'northbank',
  'debit-scp02-dda@1': 'northbank',
  'debit-loaded-dda@1': 'northbank',
  'loyalty-stripe@1': 'mercato',
  'gift-print@1': 'mercato',
};

/** What one order is made from: the same four give the same order, byte for byte. */
export interface OrderSource {
  readonly seed: string;
  /** Number over all batches: no two orders share a card number. */
  readonly serial: number;
  /** Place in its batch, from 0. */
  readonly position: number;
  readonly today: Date;
}

const longestTrack2 = 37;

/** The text between track 1's sentinels, format B. ISO/IEC 7813 §6.2.1. */
export function track1Of(card: {
  readonly pan: string;
  readonly encodedName: string;
  readonly expiry: string;
  readonly serviceCode: string;
  readonly discretionary: string;
}): string {
  return `B${card.pan}^${card.encodedName}^${card.expiry}${card.serviceCode}${card.discretionary}`;
}

/** The text between track 2's sentinels. ISO/IEC 7813 §6.2.2. */
export function track2Of(card: {
  readonly pan: string;
  readonly expiry: string;
  readonly serviceCode: string;
  readonly discretionary: string;
}): string {
  return `${card.pan}=${card.expiry}${card.serviceCode}${card.discretionary}`.slice(0, longestTrack2);
}

/** A debit card with chip, stripe and print. */
export function emvOrder(source: OrderSource, transportKey: IssuerTransportKey): OrderRecord {
  const random = new SeededRandom(`${source.seed}/emv/${source.serial}`);
  const name = nameFor(source.position, random);
  const prefix = String(990_001 + (source.serial % 49));
  const pan = numberFor(prefix, source.serial);
  const expiry = yearMonth(source.today, 36 + random.below(24));
  const effective = yearMonth(source.today, 0);
  const serviceCode = random.pick(['201', '221']);
  const panSequence = random.below(8) === 0 ? '02' : '01';
  // PIN verification key index, PIN verification value, card verification value, and what the issuer keeps for itself.
  const verification = `1${random.digits(4)}${random.digits(3)}`;
  const track1 = track1Of({
    pan,
    encodedName: name.encodedName,
    expiry,
    serviceCode,
    discretionary: `${verification}00`,
  });
  const track2 = track2Of({ pan, expiry, serviceCode, discretionary: `${verification}00000` });
  return {
    version: 1,
    orderId: orderId.parse(`nb-${String(source.serial).padStart(9, '0')}`),
    pan,
    panSequence,
    expiry,
    effective,
    serviceCode,
    printName: name.printName,
    encodedName: name.encodedName,
    track1,
    track2,
    chip: {
      transportKey: { name: transportKey.name, kcv: transportKey.kcv },
      groupings: prepareContainer(
        { pan, panSequence, expiry, effective, serviceCode, encodedName: name.encodedName, track2 },
        transportKey.key,
        random,
      ),
    },
  };
}

/** Products whose chip the station prepares: start of the order's name, first six digits of their cards (so many from this number on), who checks the PIN, whether there is a club. */
const stationProducts = {
  'debit-online-dda@1': { name: 'nd', from: 990_050, ranges: 20, pin: 'online', club: 'none' },
  'debit-loyalty-dual@1': { name: 'nl', from: 990_000, ranges: 1, pin: 'online', club: 'member' },
  'debit-offline-cda@1': { name: 'nc', from: 990_070, ranges: 20, pin: 'card', club: 'none' },
  'debit-online-sda@1': { name: 'ns', from: 990_090, ranges: 5, pin: 'online', club: 'none' },
  'debit-scp02-dda@1': { name: 'ny', from: 990_060, ranges: 5, pin: 'online', club: 'none' },
  'debit-dual-cda@1': { name: 'nw', from: 990_080, ranges: 5, pin: 'card', club: 'none' },
  'debit-loaded-dda@1': { name: 'nf', from: 990_065, ranges: 5, pin: 'online', club: 'none' },
  'debit-enciphered-cda@1': { name: 'ne', from: 990_095, ranges: 5, pin: 'card', club: 'none' },
} as const satisfies Partial<Record<TrainingProduct, unknown>>;

/**
 * A debit card whose chip, tracks and security code the station makes from the issuer's keys. The issuer's own system gives what no bureau may
 * know: of a card that checks its PIN itself, the reference PIN block, enciphered for transport.
 */
export function stationOrder(
  product: keyof typeof stationProducts,
  source: OrderSource,
  transportKey: IssuerTransportKey,
): OrderRecord {
  const made = stationProducts[product];
  const random = new SeededRandom(`${source.seed}/${product}/${source.serial}`);
  const name = nameFor(source.position, random);
  const pin = random.digits(4);
  const { name: keyName, kcv, key } = transportKey;
  return {
    version: 1,
    orderId: orderId.parse(`${made.name}-${String(source.serial).padStart(9, '0')}`),
    pan: numberFor(String(made.from + (source.serial % made.ranges)), source.serial),
    panSequence: '01',
    expiry: yearMonth(source.today, 36 + random.below(24)),
    effective: yearMonth(source.today, 0),
    serviceCode: random.pick(['201', '221']),
    printName: name.printName,
    encodedName: name.encodedName,
    ...(made.pin === 'online'
      ? {}
      : { chip: { transportKey: { name: keyName, kcv }, groupings: [prepareReferencePin(pin, key)] } }),
    ...(made.club === 'none'
      ? {}
      : {
          fields: {
            loyaltyNumber: numberFor('270030', source.serial),
            tier: random.pick(['Bronze', 'Silver', 'Gold', 'Blue Star']),
          },
        }),
  };
}

/** A loyalty card with stripe and print. */
export function loyaltyOrder(source: OrderSource): OrderRecord {
  const random = new SeededRandom(`${source.seed}/loyalty/${source.serial}`);
  const name = nameFor(source.position, random);
  const loyaltyNumber = numberFor('270010', source.serial);
  const memberSince = yearMonth(source.today, -random.below(120));
  const tier = random.pick(['', 'Bronze', 'Silver', 'Gold']);
  return {
    version: 1,
    orderId: orderId.parse(`mc-${String(source.serial).padStart(9, '0')}`),
    printName: name.printName,
    encodedName: name.encodedName,
    track2: `${loyaltyNumber}=${memberSince}${random.digits(6)}`,
    fields: { loyaltyNumber, memberSince, ...(tier === '' ? {} : { tier }) },
  };
}

/** A gift card, print only. */
export function giftOrder(source: OrderSource): OrderRecord {
  const random = new SeededRandom(`${source.seed}/gift/${source.serial}`);
  const named = random.below(3) > 0;
  return {
    version: 1,
    orderId: orderId.parse(`mg-${String(source.serial).padStart(9, '0')}`),
    expiry: yearMonth(source.today, 24),
    ...(named ? { printName: nameFor(source.position, random).printName } : {}),
    fields: {
      giftNumber: numberFor('270020', source.serial),
      giftAmount: String(random.pick([500, 1_000, 2_500, 5_000, 10_000, 50_000])),
    },
  };
}

/** An order of any training product. */
export function trainingOrder(
  product: TrainingProduct,
  source: OrderSource,
  transportKey: IssuerTransportKey,
): OrderRecord {
  switch (product) {
    case 'emv-debit@1':
      return emvOrder(source, transportKey);
    case 'debit-online-sda@1':
    case 'debit-online-dda@1':
    case 'debit-offline-cda@1':
    case 'debit-enciphered-cda@1':
    case 'debit-loyalty-dual@1':
    case 'debit-dual-cda@1':
    case 'debit-scp02-dda@1':
    case 'debit-loaded-dda@1':
      return stationOrder(product, source, transportKey);
    case 'loyalty-stripe@1':
      return loyaltyOrder(source);
    case 'gift-print@1':
      return giftOrder(source);
  }
}
