import { createPublicKey, verify } from 'node:crypto';
import { grantClaims, grantHeader, type GrantClaims } from '#shared/contract/cms/grant.ts';
import { jwsCompact } from '#shared/contract/cms/wire-text.ts';
import type { CmsSigningKey } from '#shared/contract/cms/enrolment.ts';

function json(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

/** The claims of a start grant that this CMS has signed itself; null for anything else. RFC 7515 §5.2, ES256. */
export function readOwnGrant(text: unknown, own: CmsSigningKey): GrantClaims | null {
  const compact = jwsCompact.max(8_192).safeParse(text);
  if (!compact.success) return null;
  const [head = '', body = '', signature = ''] = compact.data.split('.');
  const header = grantHeader.safeParse(json(head));
  if (!header.success || header.data.kid !== own.kid) return null;
  const key = createPublicKey({ key: { ...own.jwk }, format: 'jwk' });
  const signed = Buffer.from(`${head}.${body}`, 'ascii');
  if (!verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))) return null;
  const claims = grantClaims.safeParse(json(body));
  return claims.success ? claims.data : null;
}
