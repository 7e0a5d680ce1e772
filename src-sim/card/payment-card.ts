import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import type { CardSide } from './card-application.ts';
import { parseChipState } from './chip-state.ts';
import type { ApplicationState, ChipState } from './chip-state.ts';
import { certify, makeKeyPair } from './hand-written-certificates.ts';
import type { TestKeyPair } from './hand-written-certificates.ts';
import { lengthByte, tlv } from './hand-written-issuer.ts';
import { newChip } from './new-chip.ts';
import { trainingCard } from './training-card.ts';

/** What a terminal sends for one tag of a list in these tests. */
export const terminalValues: Readonly<Record<string, string>> = {
  '9F02': '000000012345',
  '9F03': '000000000000',
  '9F1A': '0826',
  '95': '0000008000',
  '5F2A': '0978',
  '9A': '261129',
  '9C': '00',
  '9F37': '11223344',
  '8A': '3030',
  '91': '00'.repeat(10),
  '9F66': '36004000',
};

/** CDOL1 with the elements of a cryptogram out of the order in which they go into it, and one more; CDOL2 likewise. */
export const cdol1 = ['9F37', '9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F66'];
export const cdol2 = ['8A', '91', '9F37', '9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C'];

/** A data object list. */
export function listOf(tags: readonly string[], lengths: Readonly<Record<string, number>> = {}): string {
  return tags
    .map((tag) => {
      const length = lengths[tag] ?? (terminalValues[tag] ?? '').length / 2;
      return tag + length.toString(16).toUpperCase().padStart(2, '0');
    })
    .join('');
}

/** The values that a terminal sends for a list. */
export function valuesFor(tags: readonly string[], other: Readonly<Record<string, string>> = {}): string {
  return tags.map((tag) => other[tag] ?? terminalValues[tag] ?? '').join('');
}

/** Master keys of the card: cryptogram, script MAC, script encipherment. */
export const masterKeys = {
  cryptogram: '0123456789ABCDEFFEDCBA9876543210',
  scriptMac: '1123456789ABCDEFFEDCBA9876543210',
  scriptEncipherment: '2123456789ABCDEFFEDCBA9876543210',
};

/** The chain of certificates of the card, made once for a test file. */
export interface CardKeys {
  readonly scheme: TestKeyPair;
  readonly issuer: TestKeyPair;
  readonly card: TestKeyPair;
  readonly pin: TestKeyPair;
}

export function makeCardKeys(): CardKeys {
  return {
    scheme: makeKeyPair(1408, 65537),
    issuer: makeKeyPair(1280, 3),
    card: makeKeyPair(1152, 3),
    pin: makeKeyPair(1024, 65537),
  };
}

/** What differs from the usual card of these tests. */
export interface CardOtherwise {
  readonly groupings?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  readonly side?: CardSide;
  readonly keys?: CardKeys;
  /** Lengths in CDOL2. */
  readonly lengths?: Readonly<Record<string, number>>;
  /** Further objects of the record with the lists. */
  readonly objects?: string;
}

/** Label, a PDOL that asks for an unpredictable number, and priority. */
export const fciTemplate = 'A50F' + '500454455354' + '9F3803' + '9F3704' + '870101';

/** AIP (SDA, DDA, cardholder verification, CDA; issuer authentication by 91) and AFL: file 1, records 1 to 4. */
export const options = '8202' + '7900' + '9404' + '08010400';

/** Groupings of a card with everything that these tests ask for. */
export function groupingsOf({ groupings, without, keys, lengths, objects }: CardOtherwise): Record<string, string> {
  const all: Record<string, string> = {
    '0101': tlv('70', `5A0847617390010100105F3401015F2403301231${objects ?? ''}`),
    '0102': tlv('70', tlv('8C', listOf(cdol1)) + tlv('8D', listOf(cdol2, lengths)) + tlv('9F49', '9F3704')),
    '0103': tlv('70', keys === undefined ? '8F01F1' : issuerCertificateOf(keys)),
    '0104': tlv('70', keys === undefined ? '9F470103' : cardCertificateOf(keys)),
    '9102': fciTemplate,
    '9104': options,
    '9115': '9F4F049A039C01',
    '9116': 'DF0103AABBCC',
    '8000': masterKeys.cryptogram + masterKeys.scriptMac + masterKeys.scriptEncipherment,
    '8010': '241234FFFFFFFFFF',
    '9010': '0303',
    ...(keys === undefined ? {} : partsOf('82', keys.card)),
    ...(keys === undefined ? {} : partsOf('83', keys.pin)),
    ...groupings,
  };
  const kept = Object.entries(all).filter(([id]) => without?.some((each) => id.startsWith(each)) !== true);
  return Object.fromEntries(kept);
}

function partsOf(group: string, pair: TestKeyPair): Record<string, string> {
  return Object.fromEntries(pair.parts.map((part, at) => [`${group}0${String(at + 1)}`, part]));
}

function issuerCertificateOf({ scheme, issuer }: CardKeys): string {
  const { certificate, remainder } = certify(scheme, { format: '02', name: '476173FF', key: issuer });
  return `8F01F1${tlv('90', certificate)}${tlv('92', remainder)}${tlv('9F32', issuer.exponent)}`;
}

function cardCertificateOf({ issuer, card }: CardKeys): string {
  const { certificate, remainder } = certify(issuer, { format: '04', name: '4761739001010010FFFF', key: card });
  return tlv('9F47', card.exponent) + tlv('9F48', remainder) + tlv('9F46', certificate);
}

/** Groupings as a chip keeps them. */
export function lowerCase(groupings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groupings).map(([id, data]) => [id, data.toLowerCase()]));
}

function paymentOf(state: ChipState): ApplicationState {
  const [payment] = state.applications;
  if (payment === undefined) throw new Error('a chip without its payment application');
  return payment;
}

/** A personalised chip, and a terminal before it. */
export class PaymentTerminal {
  readonly chip: Chip;

  private constructor(state: ChipState, side: CardSide) {
    this.chip = new Chip(state, { side });
    this.chip.reset();
  }

  /** A new card with what these tests ask for. */
  static of(otherwise: CardOtherwise = {}): PaymentTerminal {
    const key = '404142434445464748494a4b4c4d4e4f';
    const state = newChip({
      seed: 'test',
      cardId: 'EV1-000001',
      keys: { enc: key, mac: key, dek: key },
      keyVersion: 0x30,
      scpParameter: 0x70,
      applicationAid: trainingCard.aid.toLowerCase(),
      iin: '999999',
      cardLifeCycle: 0x0f,
    });
    const application = paymentOf(state);
    application.groupings = lowerCase(groupingsOf(otherwise));
    application.lifeCycle = 0x0f;
    return new PaymentTerminal(state, otherwise.side ?? 'contact');
  }

  /** The same card after its power was lost, out of its file. */
  static after(state: ChipState): PaymentTerminal {
    return new PaymentTerminal(parseChipState(JSON.stringify(state)), 'contact');
  }

  get application(): ApplicationState {
    return paymentOf(this.chip.state);
  }

  send(command: string): string {
    return toHex(this.chip.exchange(fromHex(command))).toUpperCase();
  }

  select(): string {
    return this.send(`00A4040009${trainingCard.aid}00`);
  }

  /** SELECT and GET PROCESSING OPTIONS; returns the answer to the second. */
  begin(optionsValues = '11223344'): string {
    this.select();
    const data = `83${lengthByte(optionsValues)}${optionsValues}`;
    return this.send(`80A80000${lengthByte(data)}${data}00`);
  }

  generate(p1: string, data: string): string {
    return this.send(`80AE${p1}00${lengthByte(data)}${data}00`);
  }

  /** The first GENERATE AC. */
  first(p1: string, other: Readonly<Record<string, string>> = {}): string {
    return this.generate(p1, valuesFor(cdol1, other));
  }

  /** The second GENERATE AC. */
  second(p1: string, other: Readonly<Record<string, string>> = {}): string {
    return this.generate(p1, valuesFor(cdol2, other));
  }
}
