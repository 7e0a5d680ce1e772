import { toHex } from '#shared/bytes/bytes.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import type { Product } from '#shared/domain/product.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { checkKeyLengths } from './key-lengths.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CertificateMonth } from '#shared/protocols/emv/certificates/certificate-month.ts';
import type { IccKeyPool } from '../../keys/icc-key-pool.ts';
import type { UsableKeys } from '../../keys/port/usable-keys.ts';
import type { IssuerCertificate, IssuerCertificates } from '../../keys/issuer-certificates.ts';

/** What an issuer has on this station for the preparation of cards. */
export interface IssuerMeans {
  /** Which key serves now, or why none does. */
  readonly usable: UsableKeys;
  readonly certificates: IssuerCertificates;
  readonly iccKeys: Pick<IccKeyPool, 'take'>;
  now(): Date;
}

/** A product with the profile that its chip is prepared by. */
export interface PreparedProduct {
  readonly product: Product;
  readonly profile: PaymentProfile | null;
}

/** Names of the master keys that a card's own keys are derived from. */
export interface CardKeyNames {
  readonly imkAc: string;
  readonly imkSmi: string;
  readonly imkSmc: string;
}

/** The keys that cards of one product are prepared with, by name; null where the product takes none. */
export interface ProductMeans {
  readonly cvk: string | null;
  readonly chip: { readonly cardKeys: CardKeyNames; readonly issuer: IssuerCertificate } | null;
}

/** Names of the issuer's keys that these cards are made with. */
export function keysOfMeans({ cvk, chip }: ProductMeans): readonly string[] {
  const { imkAc, imkSmi, imkSmc } = chip?.cardKeys ?? {};
  return [cvk, imkAc, imkSmi, imkSmc, chip?.issuer.keyName].filter((name) => typeof name === 'string');
}

/** One text for the same keys and the same certificate; another one as soon as any of them is another. Nothing in it is secret. */
export function nameMeans({ cvk, chip }: ProductMeans): string {
  const issuer = chip?.issuer ?? null;
  const certificate = issuer === null ? null : toHex(issuer.certificate);
  return JSON.stringify([cvk, chip?.cardKeys ?? null, issuer?.keyName ?? null, certificate]);
}

/** The month of a date, UTC. */
export function monthOf(date: Date): CertificateMonth {
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

/**
 * Finds what a product's cards are prepared with, before a batch is released and before a blank is fed for any card: the faults of
 * `UsableKeys`, PREPARATION-CERTIFICATE-MISSING, PREPARATION-LENGTHS. A product of ready containers needs nothing.
 */
export function findProductMeans({ product, profile }: PreparedProduct, means: IssuerMeans): ProductMeans {
  const { chip, issuer, environment, verification } = product;
  const now = means.now();
  const key = (usage: KeyUsage): string => means.usable.requireUsable(usage, issuer, environment, now);
  const cvk = verification === undefined ? null : key('cvk');
  if (chip.kind === 'none' || chip.preparation.kind === 'container') return { cvk, chip: null };
  const cardKeys = { imkAc: key('imk-ac'), imkSmi: key('imk-smi'), imkSmc: key('imk-smc') };
  // A terminal looks for the authority's key under the RID of the application that it selected. EMV 4.3 Book 2 §5.2, ISO/IEC 7816-5 §8.2.1.2.
  const rid = chip.application.slice(0, 10);
  const certificate = means.certificates.newest(issuer, now, rid);
  if (certificate === null) {
    throw new StationFault('PREPARATION-CERTIFICATE-MISSING', { issuer, rid: rid.toUpperCase() });
  }
  means.usable.requireKey(certificate.keyName, { usage: 'issuer-rsa', issuer, environment }, now);
  if (profile !== null) checkKeyLengths(product, chip.preparation, profile, certificate);
  return { cvk, chip: { cardKeys, issuer: certificate } };
}
