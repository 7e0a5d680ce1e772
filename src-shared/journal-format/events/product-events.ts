import { z } from 'zod';

const item = z.enum(['product', 'profile']);
/** `<id>@<version>`. */
const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}@[1-9][0-9]{0,4}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** The whole file as JSON: rules and constants of a kind of card, no value of a person, an account or a key. */
const content = z.record(z.string(), z.unknown());

/** Products and payment profiles that people make at the station; the subject is the product or profile. */
export const productEvents = {
  'product-draft.saved': z.strictObject({ item, name, digest, content }),
  'product-draft.discarded': z.strictObject({ item, name }),
  /** Two people are asked to put exactly this content into production. */
  'product-draft.proposed': z.strictObject({ approval: z.string(), item, name, digest }),
  /** From here on it is one of the station's; a version that was put into production never changes. */
  'product.put-into-production': z.strictObject({
    item,
    name,
    /** SHA-256 of the canonical JSON (RFC 8785) of the content. */
    digest,
    content,
  }),
} as const satisfies Record<string, z.ZodType>;
