import { createPublicKey, verify } from 'node:crypto';
import { StationFault } from '#shared/faults/station-fault.ts';
import { passBytes, type SignedPass } from '#shared/journal-format/pass-certificate.ts';

/** Whether a certificate bears the signature (ES256, 64 bytes r|s) of the key in a PEM text. CLI-NO-KEY when the text holds no P-256 key. */
export function passIsSigned(
  { certificate, signature }: SignedPass,
  pem: { readonly file: string; readonly text: string },
): boolean {
  const key = publicKeyOf(pem);
  const bytes = Buffer.from(signature, 'base64url');
  return verify('sha256', passBytes(certificate), { key, dsaEncoding: 'ieee-p1363' }, bytes);
}

function publicKeyOf({
  file,
  text,
}: {
  readonly file: string;
  readonly text: string;
}): ReturnType<typeof createPublicKey> {
  try {
    const key = createPublicKey(text);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch (cause) {
    throw new StationFault('CLI-NO-KEY', { file }, cause);
  }
  throw new StationFault('CLI-NO-KEY', { file });
}
