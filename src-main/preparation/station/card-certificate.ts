import { createHash } from 'node:crypto';
import type { OrderFields } from '#shared/domain/order-field.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { constantOf } from '#shared/payment-profile/card-abilities.ts';
import type { BuiltGrouping } from '#shared/payment-profile/build-groupings.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { signCardCertificate } from '#shared/protocols/emv/certificates/card-certificate.ts';
import {
  formatCertificateMonth,
  isEarlierMonth,
  type CertificateMonth,
} from '#shared/protocols/emv/certificates/certificate-month.ts';
import { recoverIssuerCertificate } from '#shared/protocols/emv/certificates/issuer-certificate.ts';
import type { PublicKeyCertificate } from '#shared/protocols/emv/certificates/public-key-certificate.ts';
import { signStaticData, staticDataToBeAuthenticated } from '#shared/protocols/emv/certificates/static-data.ts';
import type { IssuerCertificate } from '../../keys/issuer-certificates.ts';
import type { KeyPort, SealedIccKey } from '../../keys/port.ts';
import type { RsaSigner } from '#shared/protocols/rsa-ciphers.ts';
import { nodeRsa } from '../../platform/node-rsa.ts';

/** YYYY-MM of an issuer certificate. */
function monthNamed(text: string): CertificateMonth {
  return { year: Number(text.slice(0, 4)), month: Number(text.slice(5, 7)) };
}

/**
 * The card's last month, with the issuer's certificate opened as a terminal will open it for this card. PREPARATION-CERTIFICATE-ENDS where it ends
 * before that month, CERT-ISSUER where it is for other card numbers, and all else of `recoverIssuerCertificate`: each would leave a card
 * that fails offline. EMV 4.4 Book 2 §6.3.
 */
export function expiryOfCard(fields: OrderFields, issuer: IssuerCertificate): CertificateMonth {
  const { expiry = '' } = fields;
  const card = { year: 2000 + Number(expiry.slice(0, 2)), month: Number(expiry.slice(2, 4)) };
  const certificate = monthNamed(issuer.expires);
  if (isEarlierMonth(certificate, card)) {
    throw new StationFault('PREPARATION-CERTIFICATE-ENDS', {
      issuer: issuer.issuer,
      certificate: formatCertificateMonth(certificate),
      card: formatCertificateMonth(card),
    });
  }
  const { certificate: signed, remainder, publicKey, authority } = issuer;
  const use = { pan: fields.pan ?? '', now: card };
  recoverIssuerCertificate({ certificate: signed, remainder, exponent: publicKey.exponent }, authority, use, nodeRsa);
  return card;
}

/** Records that the profile marks as signed, in the order of the file locator, and the AIP where 9F4A asks for it. EMV 4.4 Book 3 §10.3. */
function staticData(profile: PaymentProfile, built: readonly BuiltGrouping[]): Uint8Array {
  const bytes = new Map(built.map((grouping) => [grouping.dgi, grouping]));
  const records = profile.groupings
    .flatMap(({ dgi, record }) => (record?.coverage === 'signed' ? [{ dgi, ...record }] : []))
    .sort((a, b) => a.sfi - b.sfi || a.number - b.number)
    .map(({ dgi, sfi }) => {
      const found = bytes.get(dgi);
      if (found?.kind === 'bytes') return { shortFileIdentifier: sfi, bytes: found.bytes };
      const reason = `the record ${dgi} is to be signed and holds what is made after the signature`;
      throw new StationFault('CARD-PERSONALISATION', { reason });
    });
  const tagList = constantOf(profile, '9f4a');
  return staticDataToBeAuthenticated({
    records,
    ...(tagList === undefined ? {} : { tagList }),
    interchangeProfile: constantOf(profile, '82') ?? new Uint8Array(0),
  });
}

/** The issuer's key in the key store. */
function signerOf(issuer: IssuerCertificate, keys: Pick<KeyPort, 'certifyIcc'>, signal: AbortSignal): RsaSigner {
  return {
    ...issuer.publicKey,
    signRaw: (block) => keys.certifyIcc({ issuerKey: issuer.keyName, block }, signal),
  };
}

/**
 * Signs the static data of a card that cannot sign itself: Signed Static Application Data (93), with the product's data authentication code of 2 bytes.
 *
 * CARD-PERSONALISATION, CERT-SIGNER when the key store signed with another key than the certificate names, and the faults of the key
 * port. EMV 4.4 Book 2 §5.1 table 3.
 */
export function signCardData(
  card: {
    readonly profile: PaymentProfile;
    readonly authenticationCode: Uint8Array;
    readonly built: readonly BuiltGrouping[];
  },
  issuer: IssuerCertificate,
  keys: Pick<KeyPort, 'certifyIcc'>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { profile, authenticationCode, built } = card;
  return signStaticData(authenticationCode, staticData(profile, built), signerOf(issuer, keys, signal), nodeRsa);
}

/** The certificate's serial number: pairs are given out once, so no register of numbers is needed. */
function serialOf(pair: SealedIccKey): Uint8Array {
  return new Uint8Array(createHash('sha256').update(pair.publicKey.modulus).digest().subarray(0, 3));
}

/**
 * Makes the certificate of a card's key for enciphered PINs; its serial number as for `certifyCard`, and the same faults. The static data is not under it.
 * EMV 4.4 Book 2 §7.1 table 23.
 */
export function certifyPinKey(
  card: { readonly pan: string; readonly expiry: CertificateMonth },
  pair: SealedIccKey,
  issuer: IssuerCertificate,
  keys: Pick<KeyPort, 'certifyIcc'>,
  signal: AbortSignal,
): Promise<PublicKeyCertificate> {
  return signCardCertificate(
    { kind: 'pin-encipherment' },
    { ...card, serial: serialOf(pair), key: pair.publicKey },
    signerOf(issuer, keys, signal),
    nodeRsa,
  );
}

/**
 * Makes the certificate of a card's key over the card's static data, signed by the issuer's key in the key store. Its serial number are the first bytes of
 * SHA-256 of the modulus: not unique among many cards, and no terminal asks for that; so no register of numbers is needed.
 *
 * CERT-PAN-LENGTH, CARD-PERSONALISATION, CERT-SIGNER when the key store signed with another key than the certificate
 * names, and the faults of the key port. EMV 4.4 Book 2 §6.1 table 11.
 */
export function certifyCard(
  card: {
    readonly profile: PaymentProfile;
    readonly pan: string;
    readonly expiry: CertificateMonth;
    readonly built: readonly BuiltGrouping[];
  },
  icc: SealedIccKey,
  issuer: IssuerCertificate,
  keys: Pick<KeyPort, 'certifyIcc'>,
  signal: AbortSignal,
): Promise<PublicKeyCertificate> {
  const { profile, pan, expiry, built } = card;
  return signCardCertificate(
    { kind: 'authentication', staticData: staticData(profile, built) },
    { pan, expiry, serial: serialOf(icc), key: icc.publicKey },
    signerOf(issuer, keys, signal),
    nodeRsa,
  );
}
