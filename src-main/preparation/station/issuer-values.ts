import { fromHex } from '#shared/bytes/bytes.ts';
import type { StationPreparation } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { IssuerCertificate } from '../../keys/issuer-certificates.ts';

/** Puts what the rows of a profile take of the issuer's certificate: index of the authority's key, certificate, remainder and exponent. */
export function addIssuerValues(made: Map<string, Uint8Array>, issuer: IssuerCertificate): void {
  made.set('key:issuer-rsa/authority-key-index', Uint8Array.of(issuer.authorityKeyIndex));
  made.set('key:issuer-rsa/certificate', issuer.certificate);
  made.set('key:issuer-rsa/remainder', issuer.remainder);
  made.set('key:issuer-rsa/exponent', issuer.publicKey.exponent);
}

/** Size and exponent of a key pair that a card bears. */
export type CardKeySize = NonNullable<StationPreparation['iccKey']>;

function lacking(what: string): never {
  throw new StationFault('CARD-PERSONALISATION', { reason: `the product names no ${what}` });
}

/** Size of the card's own key pair. CARD-PERSONALISATION where the product names none. */
export function keySizeOf({ iccKey }: StationPreparation): CardKeySize {
  return iccKey ?? lacking("size of the card's key pair");
}

/** Size of the card's key pair for enciphered PINs. CARD-PERSONALISATION where the product names none. */
export function pinKeySizeOf({ pinKey }: StationPreparation): CardKeySize {
  return pinKey ?? lacking("size of the card's key pair for enciphered PINs");
}

/** The data authentication code, 2 bytes. CARD-PERSONALISATION where the product names none. EMV 4.4 Book 2 §5.1, table 3. */
export function authenticationCodeOf({ authenticationCode }: StationPreparation): Uint8Array {
  return fromHex(authenticationCode ?? lacking('data authentication code'));
}
