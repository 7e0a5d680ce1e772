import type { CmsSigningKey } from '#shared/contract/cms/enrolment.ts';
import { grantClaims, grantHeader, type GrantClaims } from '#shared/contract/cms/grant.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { BatchRow } from '../journal/projections/batches.ts';
import { isSignedBy, readCompactJws, readJson } from '../platform/compact-jws.ts';

export function invalidGrant(batch: string, why: string): StationFault {
  return new StationFault('CMS-GRANT-INVALID', { batch, why });
}

/** Who may sign a grant, and for whom it must be. */
export interface GrantReader {
  readonly station: string;
  readonly signingKeys: readonly CmsSigningKey[];
}

/** Reads a grant: allowed header, known key, signature, form, this station, this batch; CMS-GRANT-INVALID names what is not so. */
export function readGrant({ station, signingKeys }: GrantReader, batch: string, text: string): GrantClaims {
  const jws = readCompactJws(text);
  const header = grantHeader.safeParse(jws?.header);
  if (jws === null || !header.success) throw invalidGrant(batch, 'its form is not allowed');
  const key = signingKeys.find(({ kid }) => kid === header.data.kid);
  if (key === undefined) throw invalidGrant(batch, 'its signer is not known');
  if (!isSignedBy(jws, key.jwk)) throw invalidGrant(batch, 'its signature is wrong');
  const claims = grantClaims.safeParse(readJson(jws.payload));
  if (!claims.success) throw invalidGrant(batch, 'its claims are not as agreed');
  if (claims.data.station !== station) throw invalidGrant(batch, 'it is for another station');
  if (claims.data.batch !== batch) throw invalidGrant(batch, 'it is for another batch');
  return claims.data;
}

/** Refuses a grant that does not fit the batch as it is here: of another lease or release, beyond the batch, or taking back what was granted. */
export function fitGrant(
  claims: GrantClaims,
  row: BatchRow,
  asked: { readonly lease: string; readonly releaseDigest: string; readonly newest: number },
): void {
  const refuse = (why: string): never => {
    throw invalidGrant(row.batch, why);
  };
  const { index } = claims.orders;
  if (claims.lease !== asked.lease) refuse('it is of another lease');
  if (claims.releaseDigest !== asked.releaseDigest) refuse('it names another release');
  if (row.count === null || index > row.count) refuse('it names more orders than the batch has');
  if (claims.number <= asked.newest) refuse('it is an older grant that came again');
  if (index < (row.grantIndex ?? 0) || claims.count < (row.grantCount ?? 0)) refuse('it takes back what was granted');
  if (claims.returnedFrom !== null && claims.returnedFrom !== index) refuse('it returns what it grants');
}
