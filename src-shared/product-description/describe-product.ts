import { cardKeyName, protocolOfCardKeys } from '../domain/card-key-reference.ts';
import { deadlineTitles, type ChipDeadlines } from '../domain/chip-deadlines.ts';
import type { ChipProof } from '../domain/chip-proof.ts';
import { fieldTitle } from '../domain/order-field-title.ts';
import type { EmvChip, Product, StationPreparation } from '../domain/product.ts';
import { itemName } from '../payment-profile/item-name.ts';
import { describeFieldRule } from './describe-field-rule.ts';
import { describeSource } from './describe-source.ts';
import type { DescriptionArea } from './difference.ts';

/** One thing that is so of a product: what it is about and how it is. Two products are compared fact by fact. */
export interface ProductFact {
  readonly area: DescriptionArea;
  readonly subject: string;
  readonly value: string;
}

const fact =
  (area: DescriptionArea) =>
  (subject: string, value: string): ProductFact => ({ area, subject, value });

const lifeCycles = { OP_READY: 'ready for loading', INITIALIZED: 'initialized', SECURED: 'secured' } as const;

const readings: Readonly<Record<ChipProof['sequence'][number], string>> = {
  'contact-directory': 'find it in the contact directory',
  'contactless-directory': 'find it in the contactless directory',
  'aid-list': 'find it by the beginning of its name',
  select: 'select the application',
  'get-processing-options': 'get the processing options',
  'read-records': 'read every record',
  'internal-authenticate': 'have it sign a number',
  'generate-ac': 'ask for a cryptogram and recompute it',
  'decline-online': 'decline as its issuer',
  'read-counter': 'read the transaction counter',
};

/** The one transaction of a proof, as a person reads it. */
function describeTransaction(transaction: NonNullable<ChipProof['transaction']>): string {
  const { cryptogram, cda, amount, other, currency, country, date, type, unpredictableNumber, tvr } = transaction;
  const asked = `${cryptogram.toUpperCase()}${cda === 'asked' ? ' with a combined signature' : ''}`;
  const sums = `amount ${String(Number(amount))}, other ${String(Number(other))}, currency ${currency}, country ${country}`;
  return `${asked}; ${sums}, date ${date}, type ${type}, number ${unpredictableNumber}, results ${tvr}`;
}

function offlineFacts({ iccKey, pinKey, authenticationCode }: StationPreparation): readonly ProductFact[] {
  const is = fact('chip');
  return [
    ...(iccKey === undefined
      ? []
      : [is('Key pair of the card', `RSA, ${iccKey.bits} bits, exponent ${iccKey.exponent}`)]),
    ...(pinKey === undefined
      ? []
      : [is('Key pair for enciphered PINs', `RSA, ${pinKey.bits} bits, exponent ${pinKey.exponent}`)]),
    ...(authenticationCode === undefined ? [] : [is('Data authentication code', authenticationCode.toUpperCase())]),
  ];
}

/** What a security level protects. GPC_SPE_014 v1.1.2 §7.1.2.3. */
function levelWords(level: string): string {
  const bits = Number.parseInt(level, 16);
  const parts = [
    (bits & 0x02) === 0 ? 'commands signed' : 'commands signed and enciphered',
    ...((bits & 0x10) === 0 ? [] : [(bits & 0x20) === 0 ? 'answers signed' : 'answers signed and enciphered']),
  ];
  return parts.join(', ');
}

/** Whose keys open the chip: those of the blank, or first the maker's and then the issuer's. */
function keyFacts({ keySet, factoryKeys, preflight }: EmvChip): readonly ProductFact[] {
  const is = fact('chip');
  const named = (reference: string, version: number) => {
    const derived = protocolOfCardKeys(reference) === null ? '' : ", the card's own keys derived from it";
    return `${cardKeyName(reference)}, version ${version}${derived}`;
  };
  if (factoryKeys === undefined) return [is('Key set of the blank', named(keySet, preflight.keyVersion))];
  return [
    is('Key set of the blank', `${named(factoryKeys.keySet, factoryKeys.keyVersion)}: the maker's`),
    is('Key set that replaces it', named(keySet, preflight.keyVersion)),
  ];
}

/** What else a blank must say, or must not hold, before a key is tried. */
function blankFacts({ preflight }: EmvChip): readonly ProductFact[] {
  const is = fact('chip');
  const { side, recognition, issuerIdentification, cardImage, memory, absent } = preflight;
  return [
    ...(side === undefined ? [] : [is('Side of the chip', side)]),
    ...(recognition === undefined ? [] : [is('Secure channel as the blank tells it', 'must be told')]),
    ...(issuerIdentification === undefined
      ? []
      : [is('Issuer identification of the blank', issuerIdentification.toUpperCase())]),
    ...(cardImage === undefined ? [] : [is('Card image of the blank', cardImage.toUpperCase())]),
    ...(memory === undefined ? [] : [is('Free memory of the blank', `at least ${memory} bytes`)]),
    ...(absent === undefined ? [] : [is('Not on the blank', absent.map((aid) => aid.toUpperCase()).join(', '))]),
  ];
}

/** What is brought onto the card before its data, in order; packages by their hash, which names the file in the catalogue. */
function contentFacts({ content }: EmvChip): readonly ProductFact[] {
  if (content === undefined) return [];
  const is = fact('chip');
  const upper = (aid: string) => aid.toUpperCase();
  const made = (
    one: Pick<(typeof content.securityDomains)[number], 'application' | 'module' | 'privileges' | 'parameters'>,
  ): readonly string[] => [
    upper(one.application),
    `module ${upper(one.module)}`,
    ...(one.privileges.length === 0 ? [] : [`privileges ${one.privileges.join(', ')}`]),
    ...(one.parameters === '' ? [] : [`parameters ${upper(one.parameters)}`]),
  ];
  return [
    ...(content.removals ?? []).map(({ kind, aid }) =>
      is(
        `Removed where it is there, ${upper(aid)}`,
        kind === 'application' ? 'application' : 'package with its applications',
      ),
    ),
    ...content.securityDomains.map((one) =>
      is(`Security domain made, ${upper(one.application)}`, made(one).join(', ')),
    ),
    ...content.packages.map(({ aid, hash, securityDomain, dap = [] }) =>
      is(
        `Package loaded, ${upper(aid)}`,
        [
          `SHA-256 ${upper(hash)}`,
          ...(securityDomain === undefined ? [] : [`into ${upper(securityDomain)}`]),
          ...dap.map((domain) => `signed for ${upper(domain)}`),
        ].join(', '),
      ),
    ),
    ...content.applications.map((one) =>
      is(
        `Application installed, ${upper(one.application)}`,
        [
          ...made(one),
          ...(one.selectable === 'yes' ? [] : ['not selectable']),
          ...(one.locked === undefined ? [] : ['left locked']),
          ...(one.securityDomain === undefined ? [] : [`handed over to ${upper(one.securityDomain)}`]),
        ].join(', '),
      ),
    ),
  ];
}

/** How long commands may take, where the product says it. */
function deadlineFacts({ deadlines = {} }: EmvChip): readonly ProductFact[] {
  const names = Object.keys(deadlineTitles) as (keyof ChipDeadlines)[];
  return names.flatMap((name) => {
    const seconds = deadlines[name];
    return seconds === undefined
      ? []
      : [fact('chip')(`Longest time for ${deadlineTitles[name]}`, `${seconds} seconds`)];
  });
}

/** How the data goes to the card, and what the card is at the end; nothing of what is so where a product says nothing. */
function storingFacts(chip: EmvChip): readonly ProductFact[] {
  const is = fact('chip');
  const said = chip.storeData ?? {};
  const words = [
    ...(said.grouping === undefined ? [] : [said.grouping === 'each' ? 'each grouping alone' : 'groupings joined']),
    ...(said.structure === undefined ? [] : [said.structure === 'dgi' ? 'marked as DGI' : 'structure not stated']),
    ...(said.target === undefined
      ? []
      : [said.target === 'application' ? 'to the application itself' : 'through the security domain']),
    ...(said.padding === undefined
      ? []
      : [said.padding === 'always' ? 'secrets always padded' : 'secrets padded where they are not whole blocks']),
  ];
  return [
    ...(words.length === 0 ? [] : [is('Data sent', words.join(', '))]),
    ...(chip.endLifeCycle === undefined ? [] : [is('Life cycle of the finished card', chip.endLifeCycle)]),
  ];
}

function chipFacts(chip: EmvChip): readonly ProductFact[] {
  const is = fact('chip');
  const { preflight, secureChannel } = chip;
  const production = Object.entries(preflight.cplc).map(([name, value = '']) => `${name} ${value.toUpperCase()}`);
  const { preparation } = chip;
  const station =
    preparation.kind === 'container'
      ? []
      : [is('Derivation of card keys', `EMV option ${preparation.derivation}`), ...offlineFacts(preparation)];
  return [
    is('Application', chip.application.toUpperCase()),
    is(
      'Secure channel',
      `${secureChannel.protocol.toUpperCase()}, option ${secureChannel.parameter}, security level ${secureChannel.level}: ${levelWords(secureChannel.level)}`,
    ),
    ...keyFacts(chip),
    is('Answer to reset', preflight.atrs.map((atr) => atr.toUpperCase()).join(' or ')),
    is('Life cycle of the blank', `${preflight.lifeCycle} (${lifeCycles[preflight.lifeCycle]})`),
    ...blankFacts(chip),
    ...contentFacts(chip),
    ...station,
    ...(production.length === 0 ? [] : [is('Production data of the chip', production.join(', '))]),
    ...storingFacts(chip),
    ...deadlineFacts(chip),
  ];
}

/** An application beside the first: who it is, by which profile it is made, and how it is proven. */
function furtherFacts({ further = [] }: EmvChip): readonly ProductFact[] {
  return further.flatMap(({ name, application, profile, proof }) => [
    fact('chip')(`Application beside it, ${name}`, `${application.toUpperCase()}, made here by profile ${profile}`),
    ...proofFacts(proof).map((one) => ({ ...one, subject: `${one.subject}, of ${name}` })),
  ]);
}

function proofFacts(proof: ChipProof): readonly ProductFact[] {
  const is = fact('proof');
  return [
    is('Read back by', proof.sequence.map((step) => readings[step]).join(', then ')),
    ...(proof.transaction === undefined ? [] : [is('Cryptogram', describeTransaction(proof.transaction))]),
    ...proof.records.map(({ sfi, number, from }) =>
      is(`Record ${number} of file ${sfi}`, `byte for byte ${describeSource(from)}`),
    ),
    ...proof.values.map(({ tag, from, form }) =>
      is(itemName(tag), `${describeSource(from)}${form === 'bytes' ? '' : `, as ${form.replaceAll('-', ' ')}`}`),
    ),
  ];
}

function stripeFacts({ stripe }: Product): readonly ProductFact[] {
  const is = fact('stripe');
  if (stripe.kind === 'none') return [is('Stripe', 'none')];
  return [
    is('Stripe', `${stripe.coercivity} coercivity`),
    ...stripe.tracks.map(({ track, from }) => is(`Track ${track}`, `${describeSource(from)}, read back and compared`)),
  ];
}

/** Card verification values that the station computes, and the issuer's digits around them. */
function verificationFacts({ verification }: Product): readonly ProductFact[] {
  if (verification === undefined) return [];
  const { before, after, printed } = verification;
  const around = [`${before === '' ? 'nothing' : before} before`, `${after === '' ? 'nothing' : after} after`];
  return [
    {
      area: 'stripe',
      subject: 'Verification value',
      value: `computed here; in the issuer's digits ${around.join(', ')}`,
    },
    { area: 'print', subject: 'Security code', value: printed === 'cvv2' ? 'CVV2, computed here' : 'none' },
  ];
}

function layout(name: string): string {
  return name === 'none' ? 'bare' : `layout ${name}`;
}

/** Everything that a product says, but for the data groupings of its chip. No secret is in a product. */
export function describeProduct(product: Product): readonly ProductFact[] {
  const { print, chip } = product;
  const [is, printed, field] = [fact('product'), fact('print'), fact('fields')];
  return [
    is('Title', product.title),
    is('Issuer', product.issuer),
    is('For', `${product.environment} cards`),
    is('Chip', chip.kind === 'none' ? 'none' : 'EMV, contact'),
    ...(chip.kind === 'none' ? [] : [...chipFacts(chip), ...proofFacts(chip.proof), ...furtherFacts(chip)]),
    ...stripeFacts(product),
    ...verificationFacts(product),
    printed('Ribbon', print.ribbon === 'k' ? 'black' : 'colour, black and overlay (YMCKO)'),
    printed('Front', layout(print.front)),
    printed('Back', layout(print.back)),
    printed('Looked at by a person', `the first card, every ${print.lookEvery}th, and the last`),
    ...Object.entries(product.fields).map(([name, { need, rule }]) =>
      field(sentence(fieldTitle(name)), `${need === 'optional' ? 'may be left out; ' : ''}${describeFieldRule(rule)}`),
    ),
    fact('stock')('Blank', product.stock.blank),
  ];
}

function sentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
