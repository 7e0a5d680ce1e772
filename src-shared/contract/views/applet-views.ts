import { z } from 'zod';

/** An applet package of the catalogue; bytes are lower-case hexadecimal, times ISO 8601. */
export const appletPackageView = z.strictObject({
  /** SHA-256 of the file. */
  hash: z.string(),
  aid: z.string(),
  version: z.string(),
  /** As the file says, where it says one. */
  name: z.string().nullable(),
  provider: z.string(),
  applets: z.array(z.string()),
  bytes: z.int(),
  loadFileBytes: z.int(),
  /** Security domains for which the package bears a signature. */
  signedFor: z.array(z.string()),
  environment: z.enum(['test', 'live']),
  importedAt: z.string(),
  state: z.enum(['listed', 'provider-withdrawn', 'withdrawn']),
  withdrawnFor: z.string().nullable(),
  /** Products whose cards are loaded with it. */
  products: z.array(z.string()),
});
export type AppletPackageView = z.infer<typeof appletPackageView>;

/** A provider whose signatures count, or counted. */
export const appletProviderView = z.strictObject({
  provider: z.string(),
  title: z.string(),
  algorithm: z.string(),
  /** SHA-256 of its public key. */
  fingerprint: z.string(),
  environment: z.enum(['test', 'live']),
  importedAt: z.string(),
  state: z.enum(['trusted', 'withdrawn']),
});
export type AppletProviderView = z.infer<typeof appletProviderView>;
