import { equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { Product } from '#shared/domain/product.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CertificateMonth } from '#shared/protocols/emv/certificates/certificate-month.ts';
import { recoverCardCertificate } from '#shared/protocols/emv/certificates/card-certificate.ts';
import { recoverIssuerCertificate } from '#shared/protocols/emv/certificates/issuer-certificate.ts';
import { recoverStaticData, staticDataToBeAuthenticated } from '#shared/protocols/emv/certificates/static-data.ts';
import { unpackCompressed } from '#shared/protocols/emv/decimal-digits.ts';
import { listRecords, parseFileLocator } from '#shared/protocols/emv/file-locator.ts';
import type { RsaPublicKey } from '#shared/protocols/rsa-ciphers.ts';
import { nodeRsa } from '../platform/node-rsa.ts';
import { tagItem, type ChipReading } from './chip-reading.ts';
import type { ProofFinding, ProofSubject } from './port.ts';

const tags = {
  pan: 0x5a,
  interchangeProfile: 0x82,
  authorityIndex: 0x8f,
  issuerCertificate: 0x90,
  issuerRemainder: 0x92,
  signedStaticData: 0x93,
  fileLocator: 0x94,
  pinCertificate: 0x9f2d,
  pinExponent: 0x9f2e,
  pinRemainder: 0x9f2f,
  issuerExponent: 0x9f32,
  cardCertificate: 0x9f46,
  cardExponent: 0x9f47,
  cardRemainder: 0x9f48,
  tagList: 0x9f4a,
} as const;

const nothing = new Uint8Array(0);

/** What the certificates of a card said. */
interface ComparedCertificates {
  readonly findings: readonly ProofFinding[];
  /** The card's own key as its certificate proves it; null where it has none, or its certificate does not open. */
  readonly cardKey: RsaPublicKey | null;
}

/** Of a card that has none. */
export const noCertificates: ComparedCertificates = { findings: [], cardKey: null };

/** What is wrong becomes a finding about one tag; certificates and their faults name no account. */
function attempt<Value>(tag: number, findings: ProofFinding[], prove: () => Value): Value | null {
  try {
    return prove();
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    findings.push({ code: 'PROOF-CERTIFICATE', item: tagItem(tag), text: describeFault(thrown).text });
    return null;
  }
}

/** The records that the card itself counts as signed, and its interchange profile, as they were read. EMV 4.4 Book 3 §10.3. */
function staticDataRead(reading: ChipReading): Uint8Array {
  const value = (tag: number) => reading.find(tag)[0]?.value;
  const records = listRecords(parseFileLocator(value(tags.fileLocator) ?? nothing))
    .filter(({ coverage }) => coverage === 'signed')
    .map(({ shortFileIdentifier, record }) => ({
      shortFileIdentifier,
      bytes:
        reading.records.find(({ sfi, number }) => sfi === shortFileIdentifier && number === record)?.bytes ?? nothing,
    }));
  const tagList = value(tags.tagList);
  const interchangeProfile = value(tags.interchangeProfile) ?? nothing;
  return staticDataToBeAuthenticated({ records, ...(tagList === undefined ? {} : { tagList }), interchangeProfile });
}

/** Opens the signature over the static data; its code must be the product's. EMV 4.4 Book 2 §5.4. */
function compareStaticData(reading: ChipReading, { chip }: Product, issuer: RsaPublicKey): readonly ProofFinding[] {
  const findings: ProofFinding[] = [];
  const signature = reading.find(tags.signedStaticData)[0]?.value ?? nothing;
  const opened = attempt(tags.signedStaticData, findings, () =>
    recoverStaticData(signature, staticDataRead(reading), issuer, nodeRsa),
  );
  const preparation = chip.kind === 'emv' ? chip.preparation : null;
  const wanted = preparation?.kind === 'station' ? preparation.authenticationCode : undefined;
  if (opened !== null && !equalBytes(opened.authenticationCode, fromHex(wanted ?? ''))) {
    const text = 'The signed static data holds another data authentication code than the product names.';
    findings.push({ code: 'PROOF-CERTIFICATE', item: tagItem(tags.signedStaticData), text });
  }
  return findings;
}

/** The certificate of the card's key for enciphered PINs, where the product has one: opened as a terminal does before it sends a PIN. EMV 4.4 Book 2 §7.1. */
function comparePinCertificate(
  reading: ChipReading,
  card: ProofSubject,
  issuer: RsaPublicKey,
  use: { readonly pan: string; readonly now: CertificateMonth },
): readonly ProofFinding[] {
  const { chip } = card.product;
  if (chip.kind === 'none' || chip.preparation.kind === 'container' || chip.preparation.pinKey === undefined) return [];
  const findings: ProofFinding[] = [];
  const value = (tag: number) => reading.find(tag)[0]?.value ?? nothing;
  const opened = attempt(tags.pinCertificate, findings, () =>
    recoverCardCertificate(
      { kind: 'pin-encipherment' },
      {
        certificate: value(tags.pinCertificate),
        remainder: value(tags.pinRemainder),
        exponent: value(tags.pinExponent),
      },
      issuer,
      use,
      nodeRsa,
    ),
  );
  if (opened !== null && !equalBytes(opened.key.modulus, card.resolve('card:pin-modulus'))) {
    const text = 'The PIN encipherment certificate is for another key pair than the one that was sent to the card.';
    findings.push({ code: 'PROOF-CERTIFICATE', item: tagItem(tags.pinCertificate), text });
  }
  return findings;
}

/**
 * Proves the card's certificates as a terminal does: the issuer's with the authority's key; with the issuer's the card's own, or
 * its signed static data, both with the static data that was read; then that it is the key pair that was sent to this card, or the product's data
 * authentication code; and its certificate for enciphered PINs. EMV 4.4 Book 2 §5.2 to §5.4, §6.2 to §6.4.
 */
export function compareCertificates(reading: ChipReading, card: ProofSubject): ComparedCertificates {
  if (card.offline === null) return noCertificates;
  const { authentication, authority, month: now } = card.offline;
  const findings: ProofFinding[] = [];
  const value = (tag: number) => reading.find(tag)[0]?.value ?? nothing;
  const pan = unpackCompressed(value(tags.pan)) ?? '';
  if (!equalBytes(value(tags.authorityIndex), Uint8Array.of(authority.index))) {
    const text = 'The card names another key of the certification authority than its issuer certificate was made with.';
    findings.push({ code: 'PROOF-CERTIFICATE', item: tagItem(tags.authorityIndex), text });
  }
  const issuer: RsaPublicKey | undefined = attempt(tags.issuerCertificate, findings, () =>
    recoverIssuerCertificate(
      {
        certificate: value(tags.issuerCertificate),
        remainder: value(tags.issuerRemainder),
        exponent: value(tags.issuerExponent),
      },
      authority,
      { pan, now },
      nodeRsa,
    ),
  )?.key;
  if (issuer === undefined) return { findings, cardKey: null };
  if (authentication === 'sda') {
    return { findings: [...findings, ...compareStaticData(reading, card.product, issuer)], cardKey: null };
  }
  const own = attempt(tags.cardCertificate, findings, () =>
    recoverCardCertificate(
      { kind: 'authentication', staticData: staticDataRead(reading) },
      {
        certificate: value(tags.cardCertificate),
        remainder: value(tags.cardRemainder),
        exponent: value(tags.cardExponent),
      },
      issuer,
      { pan, now },
      nodeRsa,
    ),
  );
  if (own !== null && !equalBytes(own.key.modulus, card.resolve('card:icc-modulus'))) {
    const text = 'The card certificate is for another key pair than the one that was sent to the card.';
    findings.push({ code: 'PROOF-CERTIFICATE', item: tagItem(tags.cardCertificate), text });
  }
  const pin = comparePinCertificate(reading, card, issuer, { pan, now });
  return { findings: [...findings, ...pin], cardKey: own?.key ?? null };
}
