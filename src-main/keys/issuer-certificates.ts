import type { IssuerId } from '#shared/domain/identifiers.ts';
import type { CertificationAuthorityKey } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import type { RsaPublicKey } from './port.ts';

/** An issuer's certificate by a scheme, as preparation puts it on cards. */
export interface IssuerCertificate {
  /** The certified key in the key store, such as `issuer-rsa/northbank/1`. */
  readonly keyName: string;
  readonly issuer: IssuerId;
  /** The scheme's index of the authority's key (tag 8F). */
  readonly authorityKeyIndex: number;
  /** Tag 90. */
  readonly certificate: Uint8Array;
  /** Tag 92; empty where the certificate holds the whole modulus. */
  readonly remainder: Uint8Array;
  readonly publicKey: RsaPublicKey;
  /** Last month in which it holds, YYYY-MM. */
  readonly expires: string;
  readonly authority: CertificationAuthorityKey;
}

/** The issuer certificates that the station holds. */
export interface IssuerCertificates {
  /** The certificate to use for an issuer: the one brought in last of those that hold at that time, of the newest key; null where there is none. */
  newest(issuer: IssuerId, at: Date): IssuerCertificate | null;
}
