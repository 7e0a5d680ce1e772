import { concatBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import type { RsaCiphers, RsaPublicKey, RsaSigner } from '../../rsa-ciphers.ts';
import type { CertificateMonth } from './certificate-month.ts';
import { decodeCertificateMonth, encodeCertificateMonth } from './certificate-month.ts';
import type { KeyName } from './public-key.ts';
import { checkExponent, checkPublicKey } from './public-key.ts';
import { checkRecoveredHash, recoverMessage, signRecoverable } from './recoverable-signature.ts';

/** What kind of certificate it is: format byte and length of its subject (issuer identifier or application PAN). */
export interface CertificateKind {
  /** Its name for the faults. */
  readonly what: string;
  readonly key: KeyName;
  readonly signer: KeyName;
  readonly format: number;
  readonly subject: { readonly field: string; readonly length: number };
  /** Bytes of the signer's modulus that do not hold the key: 36 or 42. */
  readonly overhead: number;
}

/** What a certificate says. */
export interface CertificateContent {
  readonly subject: Uint8Array;
  readonly expiry: CertificateMonth;
  /** 3 bytes, unique to the signer. */
  readonly serial: Uint8Array;
  readonly key: RsaPublicKey;
}

/** A certificate as its data objects carry it; an empty remainder means that its object is absent. */
export interface PublicKeyCertificate {
  readonly certificate: Uint8Array;
  readonly remainder: Uint8Array;
  readonly exponent: Uint8Array;
}

/** Hash algorithm 01 is SHA-1, public key algorithm 01 RSA. EMV 4.4 Book 2 Annex B2 and B3. */
const algorithms = Uint8Array.of(0x01, 0x01);
const filler = 0xbb;

function checkLength(what: string, field: string, bytes: Uint8Array, length: number): void {
  if (bytes.length === length) return;
  throw new StationFault('CERT-LENGTH', { what, field, found: bytes.length, allowed: length });
}

/** A certified key may not be longer than the key that signs it. EMV 4.4 Book 2 §5.1, §6.1. */
function checkNotLonger({ what }: CertificateKind, length: number, signer: RsaPublicKey): void {
  if (length <= signer.modulus.length) return;
  const allowed = `at most ${signer.modulus.length}`;
  throw new StationFault('CERT-LENGTH', { what, field: 'public key length', found: length, allowed });
}

/**
 * Makes a certificate of a public key. `also` is hashed after the exponent (the static data of a card certificate). Faults:
 * CERT-LENGTH and CERT-FORM naming the field, CERT-EXPONENT, CERT-SIGNER. EMV 4.4 Book 2 §5.1 table 2, §6.1 tables 10 and 11.
 */
export async function signCertificate(
  kind: CertificateKind,
  content: CertificateContent,
  also: Uint8Array,
  signer: RsaSigner,
  ciphers: RsaCiphers,
): Promise<PublicKeyCertificate> {
  const { what, format, subject, overhead } = kind;
  const { modulus, exponent } = content.key;
  checkPublicKey(kind.signer, signer);
  checkPublicKey(kind.key, content.key);
  checkNotLonger(kind, modulus.length, signer);
  checkLength(what, subject.field, content.subject, subject.length);
  checkLength(what, 'serial number', content.serial, 3);
  const room = signer.modulus.length - overhead;
  const leftmost = new Uint8Array(room).fill(filler);
  leftmost.set(modulus.subarray(0, room));
  const remainder = modulus.slice(room);
  const inside = concatBytes(
    Uint8Array.of(format),
    content.subject,
    encodeCertificateMonth(what, content.expiry),
    content.serial,
    algorithms,
    Uint8Array.of(modulus.length, exponent.length),
    leftmost,
  );
  const outside = concatBytes(remainder, exponent, also);
  const certificate = await signRecoverable(what, { inside, outside }, signer, ciphers);
  return { certificate, remainder, exponent };
}

/**
 * Opens a certificate with the signer's key and checks it in the order of the standard: length, trailer, header, format, hash,
 * algorithms, then the key in it. Expiry and subject are left to the caller. Faults: CERT-LENGTH, CERT-FORM and CERT-HASH
 * naming certificate and field, CERT-EXPONENT. EMV 4.4 Book 2 §5.3 and §6.4 steps 1 to 7, 11 and 12.
 */
export function recoverCertificate(
  kind: CertificateKind,
  { certificate, remainder, exponent }: PublicKeyCertificate,
  also: Uint8Array,
  signer: RsaPublicKey,
  ciphers: RsaCiphers,
): CertificateContent {
  const { what, format, subject, overhead } = kind;
  checkPublicKey(kind.signer, signer);
  const message = recoverMessage(what, certificate, signer, ciphers);
  const { inside } = message;
  const refuse = (field: string): never => {
    throw new StationFault('CERT-FORM', { what, field });
  };
  if (inside[0] !== format) refuse('format');
  checkRecoveredHash(what, message, concatBytes(remainder, exponent, also), ciphers);
  let at = 1;
  const take = (length: number) => inside.slice(at, (at += length));
  const subjectBytes = take(subject.length);
  const expiry = decodeCertificateMonth(what, take(2));
  const serial = take(3);
  const [hashAlgorithm, keyAlgorithm, modulusLength = 0, exponentLength] = take(4);
  if (hashAlgorithm !== algorithms[0]) refuse('hash algorithm');
  if (keyAlgorithm !== algorithms[1]) refuse('public key algorithm');
  checkNotLonger(kind, modulusLength, signer);
  const room = signer.modulus.length - overhead;
  checkLength(what, 'remainder', remainder, Math.max(modulusLength - room, 0));
  if (exponent.length !== exponentLength) refuse('exponent length');
  checkExponent(kind.key, exponent);
  const leftmost = take(room);
  if (leftmost.subarray(modulusLength).some((byte) => byte !== filler)) refuse('padding');
  const key = { modulus: concatBytes(leftmost.subarray(0, modulusLength), remainder), exponent };
  checkPublicKey(kind.key, key);
  return { subject: subjectBytes, expiry, serial, key };
}
