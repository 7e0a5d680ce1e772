import { z } from 'zod';
import { environment, issuerId } from '#shared/domain/identifiers.ts';
import type { KeyIdentity } from '../port.ts';

/** How a key's identity is written beside it, in a token and in the key file alike. */
export const keyIdentityForm = z.strictObject({
  name: z.string().min(1).max(120),
  usage: z.enum([
    'station-signing',
    'record-decryption',
    'batch-wrapping',
    'pan-digest',
    'dgi-transport',
    'scp03-enc',
    'scp03-mac',
    'scp03-dek',
  ]),
  algorithm: z.enum(['EC-P256', 'AES-128', 'AES-192', 'AES-256', 'HMAC-SHA-256']),
  environment,
  issuer: issuerId.nullable(),
  version: z.int().min(0).max(1_000_000),
  kcv: z.string().regex(/^[0-9a-f]{6}$/),
}) satisfies z.ZodType<KeyIdentity>;
