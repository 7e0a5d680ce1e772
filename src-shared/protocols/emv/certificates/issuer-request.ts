import { concatBytes, equalBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import type { RsaCiphers, RsaPublicKey, RsaSigner } from '../../rsa-ciphers.ts';
import { packNumeric, unpackDigits } from '../decimal-digits.ts';
import { decodeIssuerIdentifier, encodeIssuerIdentifier } from './account-digits.ts';
import type { CertificateMonth } from './certificate-month.ts';
import { decodeCertificateMonth, encodeCertificateMonth } from './certificate-month.ts';
import { checkPublicKey } from './public-key.ts';
import { checkRecoveredHash, recoverMessage, signatureOverhead, signRecoverable } from './recoverable-signature.ts';

/**
 * What an issuer asks a certification authority to certify. Every payment scheme has a form of its own for this, known to its
 * members only; the form here belongs to no scheme and is for a station's own test authority and for tools that turn it
 * into a scheme's form. It is signed with the key that it holds, by the same signature as the certificates (EMV 4.4 Book 2 Annex A2.1).
 *
 * Bytes: 21 (this form), 01 (its version), issuer identifier 4 (cn, filled up with F), expiry 2 (MMYY), tracking number 3
 * (n 6), serial number 3, hash algorithm 01, public key algorithm 01, modulus length 1, exponent length 1, modulus, exponent,
 * signature (as long as the modulus). The signature holds the first 18 bytes and as much of the modulus as has room; its hash
 * also covers the rest of the modulus and the exponent.
 */
export interface IssuerRequestContent {
  readonly issuerIdentifier: string;
  /** Month until which the certificate should hold. */
  readonly expiry: CertificateMonth;
  /** 6 digits that the scheme gave for the service. */
  readonly trackingNumber: string;
  /** 3 bytes, the issuer's own number of the key. */
  readonly serial: Uint8Array;
  readonly key: RsaPublicKey;
}

/** A request to send, and its SHA-1 to be read out over another channel. */
export interface IssuerRequest {
  readonly request: Uint8Array;
  readonly hash: Uint8Array;
}

const what = 'issuer public key request';
const form = [0x21, 0x01] as const;
const algorithms = [0x01, 0x01] as const;
const prefixLength = 18;

function refuse(field: string): never {
  throw new StationFault('CERT-FORM', { what, field });
}

function encodePrefix(content: IssuerRequestContent): Uint8Array {
  if (!/^\d{6}$/.test(content.trackingNumber)) refuse('tracking number');
  if (content.serial.length !== 3) refuse('serial number');
  return concatBytes(
    Uint8Array.from(form),
    encodeIssuerIdentifier(what, content.issuerIdentifier),
    encodeCertificateMonth(what, content.expiry),
    packNumeric(content.trackingNumber, 3),
    content.serial,
    Uint8Array.of(...algorithms, content.key.modulus.length, content.key.exponent.length),
  );
}

/** Splits prefix, modulus and exponent at the end of the signed block. */
function split(clear: Uint8Array, modulusLength: number): { inside: Uint8Array; outside: Uint8Array } {
  const room = modulusLength - signatureOverhead;
  return { inside: clear.slice(0, room), outside: clear.slice(room) };
}

/** Makes a request for the signer's own key. Faults: CERT-FORM naming the field, CERT-EXPONENT, CERT-LENGTH, CERT-SIGNER. */
export async function signIssuerRequest(
  content: Omit<IssuerRequestContent, 'key'>,
  signer: RsaSigner,
  ciphers: RsaCiphers,
): Promise<IssuerRequest> {
  checkPublicKey('issuer', signer);
  const { modulus, exponent } = signer;
  const clear = concatBytes(encodePrefix({ ...content, key: signer }), modulus, exponent);
  const signature = await signRecoverable(what, split(clear, modulus.length), signer, ciphers);
  const request = concatBytes(clear, signature);
  return { request, hash: ciphers.sha1(request) };
}

/** Reads a request and checks that the holder of its key signed it. Faults: CERT-FORM naming the field, CERT-HASH, CERT-LENGTH, CERT-EXPONENT. */
export function verifyIssuerRequest(request: Uint8Array, ciphers: RsaCiphers): IssuerRequestContent {
  if (request.length < prefixLength || request[0] !== form[0] || request[1] !== form[1]) refuse('format');
  const [modulusLength = 0, exponentLength = 0] = request.slice(16, prefixLength);
  const clearLength = prefixLength + modulusLength + exponentLength;
  if (request.length !== clearLength + modulusLength) refuse('length');
  const clear = request.slice(0, clearLength);
  const key = {
    modulus: clear.slice(prefixLength, prefixLength + modulusLength),
    exponent: clear.slice(prefixLength + modulusLength),
  };
  checkPublicKey('issuer', key);
  const message = recoverMessage(what, request.slice(clearLength), key, ciphers);
  const { inside, outside } = split(clear, modulusLength);
  if (!equalBytes(message.inside, inside)) refuse('signed data');
  checkRecoveredHash(what, message, outside, ciphers);
  if (request[14] !== algorithms[0] || request[15] !== algorithms[1]) refuse('algorithm');
  return {
    issuerIdentifier: decodeIssuerIdentifier(what, request.slice(2, 6)),
    expiry: decodeCertificateMonth(what, request.slice(6, 8)),
    trackingNumber: unpackDigits(request.slice(8, 11)) ?? refuse('tracking number'),
    serial: request.slice(11, 14),
    key,
  };
}
