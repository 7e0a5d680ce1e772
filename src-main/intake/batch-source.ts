import type { CmsBatch } from '#shared/contract/cms/batches.ts';
import type { Lease } from '#shared/contract/cms/lease.ts';
import type { RecordLine } from '#shared/contract/cms/records.ts';
import type { WireEcPublicJwk } from '#shared/contract/cms/wire-text.ts';

/** Where batches come from. Each call rejects with a CMS-… fault when it cannot be answered now. */
export interface BatchSource {
  /** Every batch that this station may see, whoever holds it. */
  batches(signal: AbortSignal): Promise<readonly CmsBatch[]>;
  /** Reserves a batch and keeps it reserved until its release or until it is given back. */
  takeLease(batch: string, signal: AbortSignal): Promise<Lease>;
  returnLease(lease: string, signal: AbortSignal): Promise<void>;
  /** The manifest as it came: nothing of it is proven. */
  manifest(batch: string, lease: string, signal: AbortSignal): Promise<string>;
  /** Records from an index on as they came; CMS-RECORD-TOO-LONG for an over-long one. */
  records(
    batch: string,
    lease: string,
    range: { readonly from: number; readonly count: number },
    signal: AbortSignal,
  ): Promise<readonly RecordLine[]>;
  /** The public key by which manifests of this name are signed, or null. */
  signingKey(kid: string): WireEcPublicJwk | null;
  /** Issuers that the station was enrolled for. */
  issuers(): readonly { readonly id: string }[];
}
