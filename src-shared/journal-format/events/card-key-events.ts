import { z } from 'zod';
import { sha256Hex } from '../../domain/identifiers.ts';

const size = { bits: z.number().int().positive(), exponent: z.literal([3, 65537]) } as const;

/** The pool of card key pairs. No entry holds a private key, not even a sealed one. */
export const cardKeyEvents = {
  /** So many pairs were made and kept, sealed by the HSM. */
  'key.pool-added': z.strictObject({ ...size, count: z.number().int().positive() }),
  /** One pair was given out for a card, from the pool or made for it; SHA-256 of its modulus. It is never given out again. */
  'key.pool-taken': z.strictObject({ ...size, fingerprint: sha256Hex, source: z.enum(['pool', 'made']) }),
  /** Pairs of before a restore were thrown away: they may have been given out since the backup. */
  'key.pool-emptied': z.strictObject({ count: z.number().int().positive(), reason: z.literal('restored') }),
} as const satisfies Record<string, z.ZodType>;
