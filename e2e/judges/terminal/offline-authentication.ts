import type { Findings } from '../findings.ts';
import { rsaRecover, sha1 } from '../openssl.ts';
import type { ReadApplication } from './read-application.ts';

/** A public key of a certification authority as terminals hold it. */
export interface AuthorityKey {
  /** RID of five bytes and index, upper-case hexadecimal. */
  readonly rid: string;
  readonly index: string;
  readonly modulus: Buffer;
  readonly exponent: Buffer;
}

export interface PublicKey {
  readonly modulus: Buffer;
  readonly exponent: Buffer;
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** What a recovered block says between header and trailer, with its hash checked. EMV Book 2 annex A2.1. */
export function recoverBlock(
  signature: Buffer,
  key: PublicKey,
  format: number,
  hashed: (content: Buffer) => readonly Uint8Array[],
  step: string,
  clause: string,
  findings: Findings,
): Buffer {
  if (signature.length !== key.modulus.length)
    findings.end(step, clause, `the signature has ${signature.length} bytes and its key ${key.modulus.length}`);
  // A value that is not below the modulus is no signature of it.
  if (Buffer.compare(signature, key.modulus) >= 0) findings.end(step, clause, 'the signature is larger than its key');
  const block = rsaRecover(key.modulus, key.exponent, signature);
  if (block[0] !== 0x6a || block.at(-1) !== 0xbc)
    findings.end(step, clause, 'the signature does not open under its key');
  if (block[1] !== format) findings.end(step, clause, `the signature is of format ${hexOf(block.subarray(1, 2))}`);
  const content = block.subarray(1, -21);
  const hash = block.subarray(-21, -1);
  if (!sha1(content, ...hashed(content)).equals(hash))
    findings.end(step, clause, 'the hash of the signature is another one');
  return content;
}

/** Month and year of a certificate's end, MMYY, not before this month. */
function requireCurrent(until: Buffer, today: Date, step: string, clause: string, findings: Findings): void {
  const [month, year] = [Number(hexOf(until.subarray(0, 1))), Number(hexOf(until.subarray(1, 2)))];
  const now = (today.getUTCFullYear() % 100) * 12 + today.getUTCMonth();
  findings.expect(month >= 1 && month <= 12 && year * 12 + month - 1 >= now, step, clause, 'the certificate has ended');
}

function need(card: ReadApplication, tag: string, step: string, clause: string, findings: Findings): Buffer {
  return card.objects.get(tag) ?? findings.end(step, clause, `${tag} is not on the card`);
}

/** The issuer's public key, by its certificate under the authority's. EMV Book 2 §5.3, table 6. */
function issuerKey(
  card: ReadApplication,
  authorities: readonly AuthorityKey[],
  today: Date,
  findings: Findings,
): PublicKey {
  const step = 'issuer certificate';
  const clause = 'EMV Book 2 §5.3';
  const index = hexOf(need(card, '8F', step, clause, findings));
  const authority = authorities.find((key) => key.index === index && card.aid.startsWith(key.rid));
  if (authority === undefined)
    findings.end(step, clause, `the terminal knows no authority key ${index} for ${card.aid.slice(0, 10)}`);
  const exponent = need(card, '9F32', step, clause, findings);
  const remainder = card.objects.get('92') ?? Buffer.alloc(0);
  const hashed = (): readonly Buffer[] => [remainder, exponent];
  const certificate = need(card, '90', step, clause, findings);
  const content = recoverBlock(certificate, authority, 0x02, hashed, step, clause, findings);
  const identifier = hexOf(content.subarray(1, 5)).replace(/F+$/, '');
  const pan = hexOf(card.objects.get('5A') ?? Buffer.alloc(0)).replace(/F+$/, '');
  findings.expect(
    identifier.length >= 3 && pan.startsWith(identifier),
    step,
    clause,
    'the certificate is for another issuer than the card number says',
  );
  requireCurrent(content.subarray(5, 7), today, step, clause, findings);
  findings.expect(content[10] === 1 && content[11] === 1, step, clause, 'the certificate names other algorithms');
  return joinKey(content.subarray(12), content.subarray(14), remainder, exponent, step, clause, findings);
}

/** Length of modulus and exponent stand in the first two bytes; the modulus is what fits here and then the remainder. EMV Book 2 tables 6 and 14. */
function joinKey(
  lengths: Buffer,
  leftmost: Buffer,
  remainder: Buffer,
  exponent: Buffer,
  step: string,
  clause: string,
  findings: Findings,
): PublicKey {
  const [length = 0, exponentLength = 0] = lengths;
  findings.expect(exponentLength === exponent.length, step, clause, 'the exponent has another length than certified');
  const inside = leftmost.subarray(0, Math.min(length, leftmost.length));
  const padding = leftmost.subarray(inside.length);
  findings.expect(
    padding.every((byte) => byte === 0xbb),
    step,
    clause,
    'what fills the certificate is not BB',
  );
  if (inside.length + remainder.length !== length) findings.end(step, clause, 'certificate and remainder make no key');
  return { modulus: Buffer.concat([inside, remainder]), exponent };
}

/** What static authentication covers. EMV Book 3 §10.3: the records, and the interchange profile where 9F4A names it. */
function staticData(card: ReadApplication, step: string, findings: Findings): Buffer {
  const list = card.objects.get('9F4A');
  if (list !== undefined && hexOf(list) !== '82')
    findings.end(step, 'EMV Book 3 §10.3', 'the static data tag list names more than the interchange profile');
  return Buffer.concat([card.staticRecords, list === undefined ? Buffer.alloc(0) : card.interchange]);
}

/** The card's own public key, by its certificate under the issuer's. EMV Book 2 §6.4, table 14. */
function cardKey(card: ReadApplication, issuer: PublicKey, today: Date, findings: Findings): PublicKey {
  const step = 'card certificate';
  const clause = 'EMV Book 2 §6.4';
  const exponent = need(card, '9F47', step, clause, findings);
  const remainder = card.objects.get('9F48') ?? Buffer.alloc(0);
  const covered = staticData(card, step, findings);
  const hashed = (): readonly Buffer[] => [remainder, exponent, covered];
  const certificate = need(card, '9F46', step, clause, findings);
  const content = recoverBlock(certificate, issuer, 0x04, hashed, step, clause, findings);
  const certified = hexOf(content.subarray(1, 11)).replace(/F+$/, '');
  const pan = hexOf(card.objects.get('5A') ?? Buffer.alloc(0)).replace(/F+$/, '');
  findings.expect(certified === pan, step, clause, 'the certificate is for another card number');
  requireCurrent(content.subarray(11, 13), today, step, clause, findings);
  findings.expect(content[16] === 1 && content[17] === 1, step, clause, 'the certificate names other algorithms');
  return joinKey(content.subarray(18), content.subarray(20), remainder, exponent, step, clause, findings);
}

/** How the card proves itself without a line, strongest first. EMV Book 3 §10.3, annex C1. */
export type OfflineMethod = 'cda' | 'dda' | 'sda' | 'none';

export function methodOf({ interchange }: Pick<ReadApplication, 'interchange'>): OfflineMethod {
  const [first = 0] = interchange;
  if ((first & 0x01) !== 0) return 'cda';
  if ((first & 0x20) !== 0) return 'dda';
  return (first & 0x40) !== 0 ? 'sda' : 'none';
}

/** Follows the chain of certificates; gives the card's key where it has one. EMV Book 2 §5, §6. */
export function followChain(
  card: ReadApplication,
  authorities: readonly AuthorityKey[],
  today: Date,
  findings: Findings,
): PublicKey | null {
  const method = methodOf(card);
  if (method === 'none') return null;
  const issuer = issuerKey(card, authorities, today, findings);
  if (method !== 'sda') return cardKey(card, issuer, today, findings);
  const step = 'static data';
  const covered = staticData(card, step, findings);
  const signed = need(card, '93', step, 'EMV Book 2 §5.4', findings);
  const content = recoverBlock(signed, issuer, 0x03, () => [covered], step, 'EMV Book 2 §5.4', findings);
  findings.expect(content[1] === 1, step, 'EMV Book 2 §5.4', 'the signature names another hash');
  return null;
}
