import type { BatchId } from '#shared/domain/identifiers.ts';

/** A grant as the CMS gave it: its compact JWS is kept in the journal, so that it survives a restart. */
export interface GivenGrant {
  readonly jws: string;
  readonly count: number;
  /** Orders below this index are granted. */
  readonly index: number;
  readonly validForSeconds: number;
}

/** What the release needs of the CMS. */
export interface GrantPort {
  /** Asks for the start grant of a released batch; CMS-… faults when it cannot be had now. */
  askGrant(batch: BatchId, lease: string, releaseDigest: string, signal: AbortSignal): Promise<GivenGrant>;
  /** Gives a lease back; a lost connection is no harm, the lease runs out by itself. */
  returnLease(lease: string, signal: AbortSignal): Promise<void>;
}
