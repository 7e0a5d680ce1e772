import { equalBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import type { RsaCiphers, RsaPublicKey, RsaSigner } from '../../rsa-ciphers.ts';
import { checkIssuerOfPan, decodeIssuerIdentifier, encodeIssuerIdentifier } from './account-digits.ts';
import type { CertificateMonth } from './certificate-month.ts';
import { checkNotExpired } from './certificate-month.ts';
import type { CertificationAuthorityKey } from './certification-authority-key.ts';
import { checkAuthorityKey, checkAuthorityNotExpired } from './certification-authority-key.ts';
import type { CertificateKind, PublicKeyCertificate } from './public-key-certificate.ts';
import { recoverCertificate, signCertificate } from './public-key-certificate.ts';

/** Objects 90, 92 and 9F32. EMV 4.4 Book 2 §5.1 table 2, §5.3 table 6. */
const issuerKind = {
  what: 'issuer public key certificate',
  key: 'issuer',
  signer: 'certification authority',
  format: 0x02,
  subject: { field: 'issuer identifier', length: 4 },
  overhead: 36,
} as const satisfies CertificateKind;

/** What an issuer certificate says. */
export interface IssuerCertificateContent {
  /** 3 to 8 leading digits of the PANs. */
  readonly issuerIdentifier: string;
  readonly expiry: CertificateMonth;
  /** 3 bytes, given by the authority. */
  readonly serial: Uint8Array;
  readonly key: RsaPublicKey;
}

/**
 * Makes an issuer certificate as a certification authority does (a station's test authority in training): certificate (90),
 * remainder (92) and exponent (9F32). Faults as `signCertificate`. EMV 4.4 Book 2 §5.1, table 2.
 */
export function signIssuerCertificate(
  content: IssuerCertificateContent,
  authority: RsaSigner,
  ciphers: RsaCiphers,
): Promise<PublicKeyCertificate> {
  const subject = encodeIssuerIdentifier(issuerKind.what, content.issuerIdentifier);
  return signCertificate(issuerKind, { ...content, subject }, new Uint8Array(), authority, ciphers);
}

/** What the reader of an issuer certificate holds against it. */
export interface IssuerCertificateUse {
  readonly now: CertificateMonth;
  /** Digits of the card's PAN, or of a range of the product. */
  readonly pan: string;
}

/**
 * Opens an issuer certificate and checks it: key of the authority (CERT-CA) and its expiry, all that `recoverCertificate` checks,
 * issuer identifier against the PAN (CERT-ISSUER), expiry (CERT-EXPIRED). EMV 4.4 Book 2 §5.3.
 */
export function recoverIssuerCertificate(
  certificate: PublicKeyCertificate,
  authority: CertificationAuthorityKey,
  use: IssuerCertificateUse,
  ciphers: RsaCiphers,
): IssuerCertificateContent {
  const { what } = issuerKind;
  checkAuthorityKey(authority, ciphers);
  checkAuthorityNotExpired(authority, use.now);
  const content = recoverCertificate(issuerKind, certificate, new Uint8Array(), authority, ciphers);
  const issuerIdentifier = decodeIssuerIdentifier(what, content.subject);
  checkIssuerOfPan(what, issuerIdentifier, use.pan);
  checkNotExpired(what, content.expiry, use.now);
  return { issuerIdentifier, expiry: content.expiry, serial: content.serial, key: content.key };
}

/** CERT-REQUEST when a certificate that came back is for another key or another issuer than the one asked for. */
export function checkIssuerCertificateAnswers(
  asked: Pick<IssuerCertificateContent, 'issuerIdentifier' | 'key'>,
  content: IssuerCertificateContent,
): void {
  const refuse = (field: string): never => {
    throw new StationFault('CERT-REQUEST', { field });
  };
  if (!equalBytes(asked.key.modulus, content.key.modulus)) refuse('modulus');
  if (!equalBytes(asked.key.exponent, content.key.exponent)) refuse('exponent');
  if (asked.issuerIdentifier !== content.issuerIdentifier) refuse('issuer identifier');
}
