import { productKey, type Product, type StationPreparation } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { allRows, cardAbilities } from '#shared/payment-profile/card-abilities.ts';
import { itemName } from '#shared/payment-profile/item-name.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { checkCertificateLengths } from '#shared/protocols/emv/certificates/certificate-lengths.ts';
import type { IssuerCertificate } from '../../keys/issuer-certificates.ts';

/** Longest record with its template, and longest answer. EMV 4.4 Book 2 Annex D1. */
const limits = { recordLimit: 254, responseLimit: 256 } as const;
/** Issuer application data: the most that a card may answer. EMV 4.4 Book 3 Annex A1, 9F10. */
const issuerApplicationData = 32;

/**
 * Holds the key lengths of product, issuer and authority against what card and terminal can carry: PREPARATION-LENGTHS with the first limit that is
 * broken; then against what the profile's rows have room for. EMV 4.4 Book 2 Annex D1.
 */
export function checkKeyLengths(
  product: Product,
  preparation: StationPreparation,
  profile: PaymentProfile,
  issuer: IssuerCertificate,
): void {
  const { authentication } = cardAbilities(profile);
  if (authentication === 'none') return;
  const [finding] = checkCertificateLengths({
    authentication,
    caModulus: issuer.authority.modulus.length,
    issuerModulus: issuer.publicKey.modulus.length,
    ...(preparation.iccKey === undefined ? {} : { iccModulus: preparation.iccKey.bits / 8 }),
    ...(preparation.pinKey === undefined ? {} : { pinModulus: preparation.pinKey.bits / 8 }),
    issuerApplicationData: authentication === 'cda' ? issuerApplicationData : 0,
    ...limits,
  });
  const broken = finding ?? tooLongForItsRow(profile, issuer);
  if (broken === undefined) return;
  const { what, found, allowed, clause } = broken;
  throw new StationFault('PREPARATION-LENGTHS', { product: productKey(product), what, found, allowed, clause });
}

/** The first certificate that is longer than its row of the profile lets it be: no order of the product could be made. */
function tooLongForItsRow(
  profile: PaymentProfile,
  issuer: IssuerCertificate,
): { readonly what: string; readonly found: number; readonly allowed: number; readonly clause: string } | undefined {
  const lengths = new Map([
    ['90', issuer.certificate.length],
    ['92', issuer.remainder.length],
    ['93', issuer.publicKey.modulus.length],
    ['9f32', issuer.publicKey.exponent.length],
    ['9f46', issuer.publicKey.modulus.length],
  ]);
  return allRows(profile)
    .map(({ item, most, clause }) => ({ what: itemName(item), found: lengths.get(item) ?? 0, allowed: most, clause }))
    .find(({ found, allowed }) => found > allowed);
}
