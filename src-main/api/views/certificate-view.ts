import { toHex } from '#shared/bytes/bytes.ts';
import type { AuthorityKeyView, CertificateRequestView } from '#shared/contract/views/certificate-views.ts';
import type { AuthorityRow } from '../../journal/projections/certificates.ts';
import type { MadeRequest } from '../../keys/registry/certificate-acts.ts';

/** An authority's key as lists and forms show it. */
export function authorityKeyView({
  rid,
  index,
  modulus,
  expires,
  checkSum,
  environment,
}: AuthorityRow): AuthorityKeyView {
  return { rid, index, bits: modulus.length * 4, expires, hash: checkSum, environment };
}

/** A request as people read and send it. */
export function certificateRequestView(
  asked: Pick<CertificateRequestView, 'key' | 'issuerIdentifier' | 'expires' | 'trackingNumber' | 'serial'>,
  { request, hash, key }: MadeRequest,
): CertificateRequestView {
  return {
    ...asked,
    serial: asked.serial.toLowerCase(),
    modulus: toHex(key.modulus),
    exponent: toHex(key.exponent),
    hash: toHex(hash),
    hex: toHex(request),
    base64: Buffer.from(request).toString('base64'),
  };
}
