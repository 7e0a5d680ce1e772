import { z } from 'zod';
import { environment, sha256Hex } from '../../domain/identifiers.ts';

const bytes = (fewest: number, most: number) =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${String(fewest)},${String(most)}}$`));
const aid = bytes(5, 16);
/** Name of a provider in the station, `cardwright-training`. */
const provider = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

/** A provider of applet packages: the public key with which its packages are signed. All of it is public. */
const providerKey = z.strictObject({
  provider,
  title: z.string().min(1).max(80),
  algorithm: z.enum(['ECDSA P-256', 'RSA']),
  /** SubjectPublicKeyInfo. */
  publicKey: bytes(32, 1200),
  /** SHA-256 of it. */
  fingerprint: sha256Hex,
  environment,
});

/** An applet package: what its CAP file says of itself, and by whom it is signed. The bytes are content, not state. */
const packageFacts = z.strictObject({
  /** SHA-256 of the file, which names the package everywhere. */
  hash: sha256Hex,
  aid,
  /** Major and minor, `1.4`. */
  version: z.string().regex(/^\d{1,3}\.\d{1,3}$/),
  /** As the CAP file says, where it says one. */
  name: z.string().max(255).nullable(),
  provider,
  /** AIDs of its modules. */
  applets: z.array(aid),
  /** Length of the file, and of what is loaded. */
  bytes: z.int().min(1),
  loadFileBytes: z.int().min(1),
  /** The provider's signature over the file. */
  signature: bytes(8, 1024),
  /** Signatures for cards whose security domains demand them. GPC_SPE_034 v2.3.1 §C.3. */
  dap: z.array(z.strictObject({ securityDomain: aid, signature: bytes(1, 1024) })),
  environment,
});
export type PackageFacts = z.infer<typeof packageFacts>;

const withdrawal = {
  of: z.enum(['package', 'provider']),
  /** Hash of the package, or name of the provider. */
  name: z.string(),
  reason: z.string(),
} as const;

/** What is signed about applet packages. */
export const appletRequest = z.discriminatedUnion('kind', [
  providerKey.extend({ kind: z.literal('provider') }),
  packageFacts.extend({ kind: z.literal('package') }),
  z.strictObject({ kind: z.literal('withdrawal'), ...withdrawal }),
]);
export type AppletRequestSigned = z.infer<typeof appletRequest>;

/** Applet packages and their providers, from the request to the end. Subjects carry approval, and package or provider. */
export const appletEvents = {
  'applet.requested': z.strictObject({ approval: z.string(), request: appletRequest }),
  'applet.provider-imported': providerKey,
  'applet.package-imported': packageFacts,
  'applet.withdrawn': z.strictObject(withdrawal),
} as const satisfies Record<string, z.ZodType>;
