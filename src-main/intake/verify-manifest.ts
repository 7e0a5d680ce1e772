import { createHash } from 'node:crypto';
import type { CmsBatch } from '#shared/contract/cms/batches.ts';
import type { Lease } from '#shared/contract/cms/lease.ts';
import { manifestClaims, manifestHeader, manifestVersion, type ManifestClaims } from '#shared/contract/cms/manifest.ts';
import type { StationId, StationMode } from '#shared/domain/identifiers.ts';
import type { Product } from '#shared/domain/product.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { isSignedBy, readCompactJws, readJson } from '../platform/compact-jws.ts';
import type { BatchSource } from './batch-source.ts';

/** A product as installed, with the SHA-256 of its canonical JSON and the profile that its chip is prepared by. */
export interface InstalledProduct {
  readonly product: Product;
  readonly profile: PaymentProfile | null;
  /** Profiles of the applications beside the first. */
  readonly further: readonly PaymentProfile[];
  readonly digest: string;
}

/** What a manifest is held against. */
export interface ManifestExpectation {
  readonly listed: CmsBatch;
  readonly lease: Lease;
  readonly station: StationId;
  readonly mode: StationMode;
  readonly products: ReadonlyMap<string, InstalledProduct>;
  readonly source: Pick<BatchSource, 'signingKey' | 'issuers'>;
}

/** A manifest that may be believed. */
export interface VerifiedManifest {
  readonly claims: ManifestClaims;
  readonly product: InstalledProduct;
  /** SHA-256 of the compact text as it came. */
  readonly digest: string;
  /** Name of the key that signed it. */
  readonly signer: string;
}

/** Characters of an ES256 signature: 64 bytes in base64url. */
const signatureLength = 86;

function believe(text: string, source: Pick<BatchSource, 'signingKey'>): { payload: Buffer; signer: string } {
  const jws = readCompactJws(text);
  if (jws === null) {
    const cutOff = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?$/.test(text);
    throw new StationFault(cutOff ? 'INTAKE-MANIFEST-CUT-OFF' : 'INTAKE-MANIFEST-FORM');
  }
  if (jws.header === undefined) throw new StationFault('INTAKE-MANIFEST-FORM');
  if (jws.signature.length === 0) throw new StationFault('INTAKE-MANIFEST-UNSIGNED');
  const header = manifestHeader.safeParse(jws.header);
  if (!header.success) throw new StationFault('INTAKE-MANIFEST-HEADER');
  if (text.length - text.lastIndexOf('.') - 1 < signatureLength) throw new StationFault('INTAKE-MANIFEST-CUT-OFF');
  const key = source.signingKey(header.data.kid);
  if (key === null) throw new StationFault('INTAKE-SIGNER-UNKNOWN');
  if (!isSignedBy(jws, key)) throw new StationFault('INTAKE-SIGNATURE');
  return { payload: jws.payload, signer: header.data.kid };
}

function readClaims(payload: Buffer): ManifestClaims {
  const value = readJson(payload);
  const version = manifestVersion.safeParse(value);
  if (version.success && version.data.version !== 1) {
    throw new StationFault('INTAKE-MANIFEST-VERSION', { version: version.data.version });
  }
  const claims = manifestClaims.safeParse(value);
  if (claims.success) return claims.data;
  const where = claims.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new StationFault('INTAKE-MANIFEST-CLAIMS', { where: where === '' ? 'the whole' : where });
}

function checkAddress(claims: ManifestClaims, { listed, lease, station, mode, source }: ManifestExpectation): void {
  if (claims.batch !== listed.id) throw new StationFault('INTAKE-OTHER-BATCH', { batch: listed.id });
  const { audience, contentKey } = claims;
  if (audience.station !== station || audience.lease !== lease.lease) throw new StationFault('INTAKE-AUDIENCE');
  if (claims.environment === 'live' && mode === 'training') throw new StationFault('INTAKE-LIVE-IN-TRAINING');
  if (claims.environment === 'test' && mode === 'live') throw new StationFault('INTAKE-TEST-IN-LIVE');
  if (!source.issuers().some(({ id }) => id === claims.issuer)) {
    throw new StationFault('INTAKE-ISSUER-UNKNOWN', { issuer: claims.issuer });
  }
  if (claims.issuer !== listed.issuer) throw new StationFault('INTAKE-OTHER-ISSUER');
  const parties = [contentKey.apu, contentKey.apv].map((text) => Buffer.from(text, 'base64url').toString('utf8'));
  if (parties[0] !== claims.batch || parties[1] !== `${station}/${lease.lease}`) {
    throw new StationFault('INTAKE-CONTENT-KEY');
  }
}

function findProduct(claims: ManifestClaims, products: ManifestExpectation['products']): InstalledProduct {
  const installed = products.get(claims.product);
  if (installed === undefined) {
    const id = claims.product.slice(0, claims.product.indexOf('@') + 1);
    const others = [...products.keys()].filter((key) => key.startsWith(id)).map((key) => key.slice(id.length));
    throw others.length === 0
      ? new StationFault('INTAKE-PRODUCT-UNKNOWN', { product: claims.product })
      : new StationFault('INTAKE-PRODUCT-VERSION', { product: claims.product, known: others.join(', ') });
  }
  const { product, digest } = installed;
  if (product.issuer !== claims.issuer) throw new StationFault('INTAKE-OTHER-ISSUER');
  const other = claims.productDigest !== undefined && claims.productDigest !== digest;
  if (other || product.environment !== claims.environment) {
    throw new StationFault('INTAKE-PRODUCT-DIFFERS', { product: claims.product });
  }
  return installed;
}

/**
 * Believes a manifest, or refuses the whole batch: form, header, signature, version, claims, address, product, count, each with its code.
 *
 * RFC 7515 (JWS compact), RFC 7518 §3.4 (ES256).
 */
export function verifyManifest(text: string, expectation: ManifestExpectation): VerifiedManifest {
  const { payload, signer } = believe(text, expectation.source);
  const claims = readClaims(payload);
  checkAddress(claims, expectation);
  const product = findProduct(claims, expectation.products);
  const { count, recordDigests } = claims;
  if (count !== recordDigests.length) {
    throw new StationFault('INTAKE-MANIFEST-COUNT', { count, listed: recordDigests.length });
  }
  return { claims, product, signer, digest: createHash('sha256').update(text, 'latin1').digest('hex') };
}
