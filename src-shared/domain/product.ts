import { z } from 'zod';
import { environment, issuerId, productReference, type ProductReference } from './identifiers.ts';
import { orderFieldName, orderFieldRule, type OrderFieldName } from './order-field.ts';
import { chipProof } from './chip-proof.ts';

const identifier = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
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
});

const emvChip = z.strictObject({
  kind: z.literal('emv'),
  /** Application identifier, 5 to 16 bytes (ISO/IEC 7816-5 §8.2.1.2). */
  application: hexBytes(5, 16),
  /** Reference of the issuer's secure channel key set in the key registry. */
  keySet: z.string().regex(/^key:[a-z0-9-]+\/[a-z0-9-]+$/),
  secureChannel: z.strictObject({
    protocol: z.literal('scp03'),
    /** GPC_SPE_014 v1.1.2 §5.1: parameter i; 70 is pseudo-random challenge, R-MAC and R-ENC. */
    parameter: z.literal('70'),
    /** GPC_SPE_014 v1.1.2 §7.1.1.3: security level asked for; 33 is C-MAC, C-ENC, R-MAC and R-ENC. */
    level: z.literal('33'),
  }),
  /** What must be true of a blank before the first authentication. */
  preflight: z.strictObject({
    atrs: z.array(hexBytes(2, 33)).min(1),
    keyVersion: z.int().min(1).max(127),
    /** GPC_SPE_034 v2.3.1 §11.1.1, table 11-3: life cycle of the issuer security domain. */
    lifeCycle: z.enum(['OP_READY', 'INITIALIZED', 'SECURED']),
    /** Fields of the card production life cycle data (tag 9F7F) that must be so; those not named may hold anything. */
    cplc: z.strictObject({
      fabricator: hexBytes(2, 2).optional(),
      type: hexBytes(2, 2).optional(),
      operatingSystem: hexBytes(2, 2).optional(),
    }),
  }),
  dataGroupings: z.array(dataGrouping).min(1),
  proof: chipProof,
});

const stripe = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('tracks'),
    coercivity: z.enum(['high', 'low']),
    /** Each is written from this field of the order and, being proof, read back and compared with it. */
    tracks: z
      .array(
        z.strictObject({
          track: z.literal([1, 2, 3]),
          from: z.enum(['record:track1', 'record:track2', 'record:track3']),
        }),
      )
      .min(1)
      .max(3),
  }),
]);

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
        if (row.from !== `record:track${String(row.track)}`) {
          context.addIssue({
            code: 'custom',
            path: ['stripe', 'tracks', at],
            message: 'takes another track than its own',
          });
        }
      });
    }
    if (product.chip.kind === 'emv') {
      const known = new Set(product.chip.dataGroupings.map((grouping) => grouping.dgi));
      product.chip.proof.records.forEach((row, at) => {
        if (!known.has(row.from.slice('container:'.length))) {
          context.addIssue({
            code: 'custom',
            path: ['chip', 'proof', 'records', at],
            message: 'names an unknown grouping',
          });
        }
      });
      product.chip.proof.values.forEach((row, at) => require(row.from, ['chip', 'proof', 'values', at, 'from']));
    }
  });

export type Product = z.infer<typeof productSchema>;
export type EmvChip = Extract<Product['chip'], { kind: 'emv' }>;
export type DataGrouping = EmvChip['dataGroupings'][number];

/** The name of one product version in a catalogue, a batch or a fault: `emv-debit@1`. */
export function productKey(product: Pick<Product, 'id' | 'version'>): ProductReference {
  return productReference.parse(`${product.id}@${String(product.version)}`);
}
