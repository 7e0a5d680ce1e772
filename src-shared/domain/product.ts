import { z } from 'zod';
import { environment, issuerId, productReference, type ProductReference } from './identifiers.ts';
import { orderFieldName, orderFieldRule, type OrderFieldName, type OrderFieldRule } from './order-field.ts';
import { blankCheck } from './blank-check.ts';
import { checkContent, chipContent } from './chip-content.ts';
import { chipDeadlines } from './chip-deadlines.ts';
import { chipProof, type ChipProof } from './chip-proof.ts';
import { cardKeyReference, ownerOfCardKeys, protocolOfCardKeys } from './card-key-reference.ts';
import { secureChannel } from './secure-channel.ts';
import { needsSecurityDomain, storeDataOf, storeDataOptions } from './store-data-options.ts';

const identifier = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and dashes');
const hexBytes = (fewest: number, most: number) =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${String(fewest)},${String(most)}}$`), 'lower-case hexadecimal bytes');

/** One data grouping that an order's container must hold: number, whether its content is secret, and the tags within. */
const dataGrouping = z.strictObject({
  dgi: hexBytes(2, 2),
  /** A secret grouping is enciphered under the data encryption key of the secure channel and never read back. */
  content: z.enum(['open', 'secret']),
  /** What it is, for screens and findings. */
  meaning: z.string().min(1),
  /** The record it becomes on the card (EMV CPS v1.1 §2.4: DGI 0101 is record 1 of the file with SFI 1), or none. */
  record: z.strictObject({ sfi: z.int().min(1).max(30), number: z.int().min(1).max(255) }).optional(),
  /** Tags that must stand in it, each once. */
  tags: z.array(hexBytes(1, 3)),
  /** Who makes it: it comes ready in the order's container, or the station makes it from profile, order and keys. */
  origin: z.enum(['order', 'station']).default('order'),
});

/** Size of a key pair that a card bears. */
const cardKeyPair = z.strictObject({
  bits: z.int().min(512).max(1984).multipleOf(16),
  exponent: z.literal([3, 65537]),
});

/** How a chip's data come about: ready data groupings in every order, or made at the station by a payment profile and the issuer's keys. */
const preparation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('container') }),
  z.strictObject({
    kind: z.literal('station'),
    /** Payment profile, `<id>@<version>`: data groupings and proof of the product follow from it. */
    profile: productReference,
    /** Derivation of the card's keys from the issuer's master keys. EMV 4.3 Book 2 annex A1.4.1 and A1.4.2. */
    derivation: z.enum(['A', 'B']),
    /** The card's own key pair; only of cards that sign themselves, DDA and CDA. EMV 4.3 Book 2 §6.1, annex B2.1. */
    iccKey: cardKeyPair.optional(),
    /** The card's key pair for enciphered PINs; only of cards that take them. EMV 4.3 Book 2 §7.1, annex B2.1. */
    pinKey: cardKeyPair.optional(),
    /** Data authentication code, the issuer's choice; only of cards whose static data is signed, SDA. EMV 4.3 Book 2 §5.1, table 3. */
    authenticationCode: hexBytes(2, 2).optional(),
  }),
]);

/**
 * Card verification values that the station computes under the issuer's key, and the issuer data of the tracks around them: digits before
 * (PIN verification data, zeros where there is none) and after. The stripe bears the CVV, the chip the iCVV in the same place.
 */
const verification = z.strictObject({
  before: z.string().regex(/^\d{0,5}$/, 'at most five digits'),
  after: z.string().regex(/^\d{0,10}$/, 'at most ten digits'),
  /** Whether the layouts print a CVV2. */
  printed: z.enum(['cvv2', 'none']),
});

/**
 * An application beside the first on the same chip, made at the station from the order alone: open groupings, no keys. It is personalised in the
 * same secure channel, through the issuer's security domain.
 */
const furtherApplication = z.strictObject({
  /** What people call it. */
  name: identifier,
  application: hexBytes(5, 16),
  /** Its profile, `<id>@<version>`: data groupings and proof follow from it. */
  profile: productReference,
  dataGroupings: z.array(dataGrouping).min(1),
  proof: chipProof,
});

const emvChip = z.strictObject({
  kind: z.literal('emv'),
  /** Application identifier, 5 to 16 bytes (ISO/IEC 7816-5 §8.2.1.2). */
  application: hexBytes(5, 16),
  /** The issuer's secure channel keys in the key registry: what the blank has, or what replaces its factory keys. */
  keySet: cardKeyReference,
  /** Only of blanks that come with the maker's keys: they open the first channel, and the issuer's keys replace them in it. GPC_SPE_034 v2.3.1 §11.8. */
  factoryKeys: z
    .strictObject({
      keySet: cardKeyReference,
      /** Version FF is the maker's initial key set on many cards. */
      keyVersion: z.union([z.int().min(1).max(127), z.literal(255)]),
      /** Whether the issuer's keys take their place or stand beside them; keys of version FF can only end by others being added. */
      way: z.enum(['add', 'replace']).optional(),
      /** How PUT KEY writes an AES key: always with its length in clear, or only where it is padded. GPC_SPE_034 v2.3.1 §11.8.2.3. */
      form: z.enum(['with-length', 'plain-length']).optional(),
    })
    .optional(),
  secureChannel,
  preflight: blankCheck,
  /** What is loaded and installed before anything of the order is put on the card. */
  content: chipContent.optional(),
  storeData: storeDataOptions.optional(),
  /** How long its commands may take, where that is another time than usual. */
  deadlines: chipDeadlines.optional(),
  /** What the card is set to when everything is on it; where nothing is said it stays as it came. GPC_SPE_034 v2.3.1 §5.1.1, §11.10. */
  endLifeCycle: z.literal('SECURED').optional(),
  preparation,
  dataGroupings: z.array(dataGrouping).min(1),
  proof: chipProof,
  further: z.array(furtherApplication).min(1).max(4).optional(),
});

const stripe = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('tracks'),
    coercivity: z.enum(['high', 'low']),
    /** Each is written from this field of the order, or composed by the station, and, being proof, read back and compared with it. */
    tracks: z
      .array(
        z.strictObject({
          track: z.literal([1, 2, 3]),
          from: z.enum(['record:track1', 'record:track2', 'record:track3', 'computed:track1', 'computed:track2']),
        }),
      )
      .min(1)
      .max(3),
  }),
]);

/** Fields of the order that tracks and verification values are made of. ISO/IEC 7813 §6.2, §6.3. */
const trackFields = ['pan', 'expiry', 'serviceCode', 'encodedName'] as const satisfies readonly OrderFieldName[];
/** Most characters between the sentinels of track 2, and what stands there beside card number and issuer data. ISO/IEC 7813 §6.3. */
const track2Limit = { most: 37, fixed: 8, value: 3 } as const;

/** What the station computes needs its fields, and its place on the track; and no order brings what the station computes. */
function checkComputed(
  product: {
    readonly chip:
      { readonly kind: 'none' } | { readonly kind: 'emv'; readonly preparation: { readonly kind: string } };
    readonly stripe:
      { readonly kind: 'none' } | { readonly kind: 'tracks'; readonly tracks: readonly { readonly from: string }[] };
    readonly verification?: { readonly before: string; readonly after: string } | undefined;
    readonly fields: Readonly<
      Partial<Record<OrderFieldName, { readonly need: string; readonly rule: OrderFieldRule }>>
    >;
  },
  fail: (path: readonly (string | number)[], message: string) => void,
): void {
  const { chip, stripe, verification: values, fields } = product;
  if (fields.cvv2 !== undefined) fail(['fields', 'cvv2'], 'is computed at the station, no order brings it');
  const composed = stripe.kind === 'tracks' && stripe.tracks.some(({ from }) => from.startsWith('computed:'));
  const prepared = chip.kind === 'emv' && chip.preparation.kind === 'station';
  if (values === undefined) {
    if (composed || prepared) fail(['verification'], 'is missing: the station computes verification values');
    return;
  }
  for (const name of trackFields) {
    if (fields[name]?.need !== 'required') fail(['fields', name], 'is needed for what the station computes');
  }
  const rule = fields.pan?.rule;
  const digits = rule?.kind === 'pan' ? Math.max(...rule.lengths) : 0;
  const length = digits + track2Limit.fixed + values.before.length + track2Limit.value + values.after.length;
  if (length > track2Limit.most)
    fail(['verification'], `makes track 2 ${String(length)} characters long, ${String(track2Limit.most)} fit`);
}

/** Several applications on one chip: only where the station makes them, none found by the name of another, none with a secret. */
function checkApplications(chip: EmvChip, fail: (path: readonly (string | number)[], message: string) => void): void {
  const names = [chip.application];
  for (const [at, { application, dataGroupings }] of (chip.further ?? []).entries()) {
    const path = ['chip', 'further', at];
    if (chip.preparation.kind === 'container') fail(path, 'is made at the station, and this chip is not');
    // ISO/IEC 7816-4 §12.2.2.3: SELECT finds an application by the first bytes of its name.
    if (names.some((other) => other.startsWith(application) || application.startsWith(other)))
      fail([...path, 'application'], 'is found by the name of another application');
    names.push(application);
    if (dataGroupings.some(({ content, origin }) => content === 'secret' || origin === 'order'))
      fail([...path, 'dataGroupings'], 'holds more than the station makes in clear');
  }
}

/** What a chip is told beside its data must fit together: who is spoken to, and whose keys replace whose. */
function checkPersonalisation(
  chip: EmvChip,
  fail: (path: readonly (string | number)[], message: string) => void,
): void {
  const reason = needsSecurityDomain(chip);
  if (reason !== null && chip.storeData?.target === 'application')
    fail(['chip', 'storeData', 'target'], `is the application, and ${reason} through the security domain`);
  // The registry is shown in the channel of the security domain. GPC_SPE_034 v2.3.1 §11.4.
  if (chip.storeData?.committed !== undefined && storeDataOf(chip).target === 'application')
    fail(['chip', 'storeData', 'committed'], 'is read in the security domain, and the application is spoken to');
  if (chip.factoryKeys?.keySet === chip.keySet)
    fail(['chip', 'factoryKeys', 'keySet'], 'is the key set that replaces it');
  if (chip.factoryKeys?.keyVersion === 255 && chip.factoryKeys.way === 'replace')
    fail(['chip', 'factoryKeys', 'way'], 'is replace, and the initial keys of version FF end when others are added');
  const { protocol } = chip.secureChannel;
  for (const [path, reference] of [
    [['chip', 'keySet'], chip.keySet],
    [['chip', 'factoryKeys', 'keySet'], chip.factoryKeys?.keySet],
  ] as const) {
    const derived = reference === undefined ? null : protocolOfCardKeys(reference);
    if (derived !== null && derived !== protocol)
      fail(path, `derives keys of ${derived.toUpperCase()}, and the channel is ${protocol.toUpperCase()}`);
  }
  if (chip.content !== undefined) checkContent(chip.content, fail);
  const withData = new Set(chipApplications(chip).map(({ application }) => application));
  chip.content?.removals?.forEach(({ aid }, at) => {
    const path = ['chip', 'content', 'removals', at, 'aid'];
    if (withData.has(aid)) fail(path, 'removes an application that gets data');
    if (chip.preflight.absent?.includes(aid) === true) fail(path, 'is removed, and blanks that have it are refused');
  });
  chip.content?.applications.forEach(({ application, locked }, at) => {
    if (locked === 'yes' && withData.has(application))
      fail(['chip', 'content', 'applications', at, 'locked'], 'locks an application that gets data');
  });
}

/** The keys of a product's cards are its issuer's own, or those that cards come with from their maker. */
function checkKeyOwners(
  chip: EmvChip,
  issuer: string,
  fail: (path: readonly (string | number)[], message: string) => void,
): void {
  const named: readonly (readonly [readonly string[], string | undefined])[] = [
    [['chip', 'keySet'], chip.keySet],
    [['chip', 'factoryKeys', 'keySet'], chip.factoryKeys?.keySet],
  ];
  for (const [path, reference] of named) {
    if (reference === undefined) continue;
    const owner = ownerOfCardKeys(reference);
    if (owner !== issuer && owner !== 'maker') fail(path, `names keys of ${owner}, and the product is of ${issuer}`);
  }
}

/** What comes ready in the order is proven by reading it: the application selected, and every record of it compared. */
function checkContainerProof(
  { preparation, proof, dataGroupings }: EmvChip,
  fail: (path: readonly (string | number)[], message: string) => void,
): void {
  if (preparation.kind !== 'container') return;
  const path = ['chip', 'proof'];
  if (!proof.sequence.includes('select') || !proof.sequence.includes('read-records'))
    fail([...path, 'sequence'], 'does not select the application and read its records');
  for (const { dgi, record } of dataGroupings) {
    if (record !== undefined && !proof.records.some(({ from }) => from === `container:${dgi}`))
      fail([...path, 'records'], `leaves out the record ${dgi}`);
  }
}

/** A product: all that a line must know of one kind of card, as data. Unknown keys are refused. */
export const productSchema = z
  .strictObject({
    id: identifier,
    version: z.int().min(1),
    title: z.string().min(1).max(80),
    environment,
    issuer: issuerId,
    chip: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('none') }), emvChip]),
    stripe,
    /** Only of products whose verification values the station computes. */
    verification: verification.optional(),
    print: z.strictObject({
      ribbon: z.enum(['ymcko', 'k']),
      front: identifier,
      /** Layout of the back, or none when the back stays bare. */
      back: z.union([z.literal('none'), identifier]),
      /** Besides the first and the last card, each card whose number divides by this asks for a person's look. */
      lookEvery: z.int().min(1).max(10_000),
    }),
    /** The fields that an order of this product has; any other field in an order is a finding. */
    fields: z.partialRecord(
      orderFieldName,
      z.strictObject({ need: z.enum(['required', 'optional']), rule: orderFieldRule }),
    ),
    stock: z.strictObject({ blank: identifier }),
  })
  .superRefine((product, context) => {
    checkComputed(product, (path, message) => context.addIssue({ code: 'custom', path: [...path], message }));
    const named = (source: string): OrderFieldName | undefined =>
      source.startsWith('record:') ? (source.slice('record:'.length) as OrderFieldName) : undefined;
    const require = (source: string, path: (string | number)[]) => {
      const field = named(source);
      if (field !== undefined && product.fields[field] === undefined) {
        context.addIssue({
          code: 'custom',
          path,
          message: `names the field ${field}, which orders of this product lack`,
        });
      }
    };
    if (product.stripe.kind === 'tracks') {
      product.stripe.tracks.forEach((row, at) => {
        require(row.from, ['stripe', 'tracks', at, 'from']);
        if (row.from.slice(-'track1'.length) !== `track${String(row.track)}`) {
          context.addIssue({
            code: 'custom',
            path: ['stripe', 'tracks', at],
            message: 'takes another track than its own',
          });
        }
      });
    }
    if (product.chip.kind === 'none') return;
    const fail = (path: readonly (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message });
    checkKeyOwners(product.chip, product.issuer, fail);
    checkContainerProof(product.chip, fail);
    checkApplications(product.chip, fail);
    checkPersonalisation(product.chip, fail);
    for (const { path, dataGroupings, proof } of chipApplications(product.chip)) {
      const known = new Set(dataGroupings.map((grouping) => grouping.dgi));
      proof.records.forEach((row, at) => {
        if (!known.has(row.from.slice(-'0101'.length))) {
          context.addIssue({
            code: 'custom',
            path: ['chip', ...path, 'proof', 'records', at],
            message: 'names an unknown grouping',
          });
        }
      });
      proof.values.forEach((row, at) => require(row.from, ['chip', ...path, 'proof', 'values', at, 'from']));
    }
  });

export type Product = z.infer<typeof productSchema>;
export type EmvChip = z.infer<typeof emvChip>;
export type DataGrouping = EmvChip['dataGroupings'][number];
export type StationPreparation = Extract<EmvChip['preparation'], { kind: 'station' }>;

/** One of the applications of a chip. */
export interface ChipApplication {
  readonly name: string;
  readonly application: string;
  readonly dataGroupings: readonly DataGrouping[];
  readonly proof: ChipProof;
  /** Stands before the DGI in references: nothing for the first application, the AID for each other one. */
  readonly place: string;
  /** Where it stands in the product, for findings about the product's file. */
  readonly path: readonly (string | number)[];
}

/** The applications of a chip in the order in which they are made and read; the payment application is the first. */
export function chipApplications(
  chip: Pick<EmvChip, 'application' | 'dataGroupings' | 'proof' | 'further'>,
): readonly [ChipApplication, ...ChipApplication[]] {
  const { application, dataGroupings, proof, further = [] } = chip;
  return [
    { name: 'payment', application, dataGroupings, proof, place: '', path: [] },
    ...further.map((one, at) => ({ ...one, place: applicationPlace(one.application), path: ['further', at] })),
  ];
}

/** What stands before the DGI in references to an application beside the first. */
export function applicationPlace(application: string): string {
  return `${application}/`;
}

/** Where the bytes of one of an application's open data groupings lie while its card is in the machine. */
export function groupingReference(of: Pick<ChipApplication, 'dataGroupings' | 'place'>, dgi: string): string {
  const found = of.dataGroupings.find((grouping) => grouping.dgi === dgi);
  return `${found?.origin === 'station' ? 'built' : 'container'}:${of.place}${dgi}`;
}

/** The name of one product version in a catalogue, a batch or a fault: `emv-debit@1`. */
export function productKey(product: Pick<Product, 'id' | 'version'>): ProductReference {
  return productReference.parse(`${product.id}@${String(product.version)}`);
}
