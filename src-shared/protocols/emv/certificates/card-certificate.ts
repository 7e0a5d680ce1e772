import type { RsaCiphers, RsaPublicKey, RsaSigner } from '../../rsa-ciphers.ts';
import { checkPanOfCertificate, encodeApplicationPan } from './account-digits.ts';
import type { CertificateMonth } from './certificate-month.ts';
import { checkNotExpired } from './certificate-month.ts';
import type { CertificateContent, CertificateKind, PublicKeyCertificate } from './public-key-certificate.ts';
import { recoverCertificate, signCertificate } from './public-key-certificate.ts';

const cardKind = {
  what: 'card public key certificate',
  key: 'card',
  signer: 'issuer',
  format: 0x04,
  subject: { field: 'application PAN', length: 10 },
  overhead: 42,
} as const satisfies CertificateKind;

const pinKind = {
  ...cardKind,
  what: 'PIN encipherment public key certificate',
  key: 'PIN encipherment',
} as const satisfies CertificateKind;

/** Which key of the card; the static data of the card is signed with the first one only. */
export type CardKeyPurpose =
  { readonly kind: 'authentication'; readonly staticData: Uint8Array } | { readonly kind: 'pin-encipherment' };

/** What a card certificate says. */
export interface CardCertificateContent {
  readonly pan: string;
  readonly expiry: CertificateMonth;
  /** 3 bytes, given by the issuer. */
  readonly serial: Uint8Array;
  readonly key: RsaPublicKey;
}

const nothing = new Uint8Array();

function parts(purpose: CardKeyPurpose): { kind: CertificateKind; also: Uint8Array } {
  return purpose.kind === 'authentication'
    ? { kind: cardKind, also: purpose.staticData }
    : { kind: pinKind, also: nothing };
}

/**
 * Makes the certificate of a card's key: 9F46, 9F48 and 9F47 for authentication, 9F2D, 9F2F and 9F2E for PIN encipherment.
 * CERT-PAN-LENGTH when the PAN is longer than the certificate allows, else faults as `signCertificate`.
 * EMV 4.4 Book 2 §6.1 table 11, §7.1 table 23.
 */
export function signCardCertificate(
  purpose: CardKeyPurpose,
  content: CardCertificateContent,
  issuer: RsaSigner,
  ciphers: RsaCiphers,
): Promise<PublicKeyCertificate> {
  const { kind, also } = parts(purpose);
  const subject = encodeApplicationPan(kind.what, content.pan);
  return signCertificate(kind, { ...content, subject }, also, issuer, ciphers);
}

/**
 * Opens the certificate of a card's key and checks it: all that `recoverCertificate` checks, the PAN (CERT-PAN), the expiry
 * (CERT-EXPIRED). EMV 4.4 Book 2 §6.4 and §7.1.
 */
export function recoverCardCertificate(
  purpose: CardKeyPurpose,
  certificate: PublicKeyCertificate,
  issuer: RsaPublicKey,
  use: { readonly pan: string; readonly now: CertificateMonth },
  ciphers: RsaCiphers,
): Omit<CertificateContent, 'subject'> {
  const { kind, also } = parts(purpose);
  const { subject, ...content } = recoverCertificate(kind, certificate, also, issuer, ciphers);
  checkPanOfCertificate(kind.what, subject, use.pan);
  checkNotExpired(kind.what, content.expiry, use.now);
  return content;
}
