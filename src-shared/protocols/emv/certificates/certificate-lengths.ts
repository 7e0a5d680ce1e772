import { encodeTag } from '../../tlv/ber-tlv.ts';
import { formatTag } from '../../tlv/find-tlv.ts';

/** How the card proves that it is genuine, from the weakest to the strongest. */
export type OfflineAuthentication = 'sda' | 'dda' | 'cda';

/** Lengths of a product's keys in bytes of modulus, and what its cards and readers can carry. */
export interface CertificateLengths {
  readonly authentication: OfflineAuthentication;
  readonly caModulus: number;
  readonly issuerModulus: number;
  /** Needed for DDA and CDA. */
  readonly iccModulus?: number;
  readonly pinModulus?: number;
  /** Bytes of the Issuer Application Data (9F10), 0 to 32. */
  readonly issuerApplicationData: number;
  /** Most bytes of a record with its template 70: 254. EMV 4.4 Book 2 Annex D1. */
  readonly recordLimit: number;
  /** Most bytes of an answer without SW1 SW2: 256. EMV 4.4 Book 2 Annex D1. */
  readonly responseLimit: number;
}

/** One limit that a product breaks. */
export interface LengthFinding {
  readonly limit: 'modulus' | 'longer-than-signer' | 'missing' | 'record' | 'response';
  /** What is too long, without its value. */
  readonly what: string;
  readonly found: number;
  readonly allowed: number;
  readonly clause: string;
}

function sizeOf(tag: number, length: number): number {
  return encodeTag(tag).length + (length < 0x80 ? 1 : 2) + length;
}

/** Bytes of the part of a key that its certificate does not hold. */
function remainder(modulus: number, signer: number, overhead: number): number {
  return Math.max(modulus - (signer - overhead), 0);
}

/**
 * Names every limit that a product's key lengths break, nothing when the cards can be made and read: moduli of 64 to 248 bytes,
 * no key longer than the one that signs it, every object by itself within a record, DDA and CDA answers within a response.
 */
export function checkCertificateLengths(lengths: CertificateLengths): LengthFinding[] {
  const { caModulus, issuerModulus, iccModulus, pinModulus, recordLimit, responseLimit } = lengths;
  const findings: LengthFinding[] = [];
  const atMost = (
    limit: LengthFinding['limit'],
    what: string,
    found: number,
    allowed: number,
    clause: string,
  ): void => {
    if (found > allowed) findings.push({ limit, what, found, allowed, clause });
  };
  const modulus = (what: string, found: number): void => {
    const clause = 'EMV 4.4 Book 2 Annex D1';
    if (found < 64) findings.push({ limit: 'modulus', what, found, allowed: 64, clause });
    atMost('modulus', what, found, 248, clause);
  };
  const record = (tag: number, length: number, clause: string): void => {
    if (length > 0) atMost('record', formatTag(tag), sizeOf(0x70, sizeOf(tag, length)), recordLimit, clause);
  };

  modulus('certification authority modulus', caModulus);
  modulus('issuer modulus', issuerModulus);
  atMost('longer-than-signer', 'issuer modulus', issuerModulus, caModulus, 'EMV 4.4 Book 2 §5.1');
  record(0x90, caModulus, 'EMV 4.4 Book 2 §5.1');
  record(0x92, remainder(issuerModulus, caModulus, 36), 'EMV 4.4 Book 2 §5.1');
  if (lengths.authentication === 'sda') record(0x93, issuerModulus, 'EMV 4.4 Book 2 §5.1');

  const cardKey = (what: string, found: number, certificate: number, rest: number, clause: string): void => {
    modulus(what, found);
    atMost('longer-than-signer', what, found, issuerModulus, clause);
    record(certificate, issuerModulus, clause);
    record(rest, remainder(found, issuerModulus, 42), clause);
  };
  if (pinModulus !== undefined) cardKey('PIN encipherment modulus', pinModulus, 0x9f2d, 0x9f2f, 'EMV 4.4 Book 2 §7.1');
  if (lengths.authentication === 'sda') return findings;
  if (iccModulus === undefined) {
    findings.push({
      limit: 'missing',
      what: 'card modulus',
      found: 0,
      allowed: issuerModulus,
      clause: 'EMV 4.4 Book 2 §6.1',
    });
    return findings;
  }
  cardKey('card modulus', iccModulus, 0x9f46, 0x9f48, 'EMV 4.4 Book 2 §6.1');
  // Format 2 is the longer of the two answers to INTERNAL AUTHENTICATE: 77 { 9F4B }.
  const dynamic = sizeOf(0x9f4b, iccModulus);
  atMost('response', 'answer to INTERNAL AUTHENTICATE', sizeOf(0x77, dynamic), responseLimit, 'EMV 4.4 Book 2 §6.5.1');
  if (lengths.authentication === 'cda') {
    const applicationData = lengths.issuerApplicationData;
    const issuerPart = applicationData === 0 ? 0 : sizeOf(0x9f10, applicationData);
    const answer = sizeOf(0x77, sizeOf(0x9f27, 1) + sizeOf(0x9f36, 2) + dynamic + issuerPart);
    atMost('response', 'answer to GENERATE AC', answer, responseLimit, 'EMV 4.4 Book 2 §6.6.1');
  }
  return findings;
}
