import { z } from 'zod';
import { environment, issuerId } from '#shared/domain/identifiers.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import { keyUsages } from '#shared/domain/key-usage.ts';
import type { KeyIdentity } from '../port.ts';
import { kcvMethodOf } from './check-value.ts';

const usages = Object.keys(keyUsages) as KeyUsage[];

/** How a key's identity is written beside it, in a token and in the key file alike. Older ones name no method: it follows from the algorithm. */
export const keyIdentityForm = z
  .strictObject({
    name: z.string().min(1).max(120),
    usage: z.enum(usages),
    algorithm: z.enum(['EC-P256', 'AES-128', 'AES-192', 'AES-256', 'HMAC-SHA-256', 'TDES-2', 'TDES-3', 'RSA']),
    environment,
    issuer: issuerId.nullable(),
    version: z.int().min(0).max(1_000_000),
    kcv: z.string().regex(/^[0-9a-f]{6}$/),
    kcvMethod: z.enum(['tdes-zeros', 'aes-cmac-zeros', 'public-key-sha256', 'hmac-empty']).optional(),
    size: z.int().optional(),
    exponent: z.literal([3, 65537]).optional(),
  })
  .transform(({ size, exponent, kcvMethod, ...identity }) => ({
    ...identity,
    kcvMethod: kcvMethod ?? kcvMethodOf(identity.algorithm),
    ...(size === undefined ? {} : { size }),
    ...(exponent === undefined ? {} : { exponent }),
  })) satisfies z.ZodType<KeyIdentity>;
