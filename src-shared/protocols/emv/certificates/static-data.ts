import { concatBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import { parseTlv } from '../../tlv/ber-tlv.ts';
import type { RsaCiphers, RsaPublicKey, RsaSigner } from '../../rsa-ciphers.ts';
import { checkPublicKey } from './public-key.ts';
import { checkRecoveredHash, recoverMessage, signRecoverable } from './recoverable-signature.ts';

/** One record that the file locator counts as signed, whole, with its template 70 if it has one. */
export interface SignedRecord {
  /** Short file identifier, 1 to 30. */
  readonly shortFileIdentifier: number;
  readonly bytes: Uint8Array;
}

/** What offline data authentication covers. */
export interface StaticDataSource {
  /** In the order of the file locator. */
  readonly records: readonly SignedRecord[];
  /** Value of the Static Data Authentication Tag List (9F4A) if the card has one: the tag 82 only. */
  readonly tagList?: Uint8Array;
  /** Value of the Application Interchange Profile (82). */
  readonly interchangeProfile: Uint8Array;
}

function recordData({ shortFileIdentifier, bytes }: SignedRecord): Uint8Array {
  // Files 11 to 30 belong to the issuer and are signed as they stand.
  if (shortFileIdentifier > 10) return bytes;
  const record = bytes[0] === 0x70 ? parseTlv(bytes) : undefined;
  if (record === undefined) throw new StationFault('CERT-STATIC', { field: 'record outside template 70' });
  return record.value;
}

/**
 * Joins the static data to be authenticated: the content of template 70 of each record in files 1 to 10, whole records in files 11 to 30,
 * then the value of the AIP when the tag list asks for it. CERT-STATIC when a record has no template 70 or the list names other
 * than 82. EMV 4.4 Book 3 §10.3; Book 2 §5.1.1.
 */
export function staticDataToBeAuthenticated(source: StaticDataSource): Uint8Array<ArrayBuffer> {
  const { records, tagList, interchangeProfile } = source;
  const listsProfile = tagList !== undefined && tagList.length > 0;
  if (listsProfile && (tagList.length !== 1 || tagList[0] !== 0x82)) {
    throw new StationFault('CERT-STATIC', { field: 'tag list (9F4A)' });
  }
  return concatBytes(...records.map(recordData), ...(listsProfile ? [interchangeProfile] : []));
}

const what = 'signed static application data';
const format = 0x03;
const hashAlgorithm = 0x01;
const filler = 0xbb;

/**
 * Signs the static data of a card: Signed Static Application Data (93), as long as the issuer's modulus. The data
 * authentication code has 2 bytes, CERT-LENGTH otherwise; faults else as `signRecoverable`. EMV 4.4 Book 2 §5.1, table 3.
 */
export function signStaticData(
  authenticationCode: Uint8Array,
  staticData: Uint8Array,
  issuer: RsaSigner,
  ciphers: RsaCiphers,
): Promise<Uint8Array> {
  checkPublicKey('issuer', issuer);
  if (authenticationCode.length !== 2) {
    const found = authenticationCode.length;
    throw new StationFault('CERT-LENGTH', { what, field: 'data authentication code', found, allowed: 2 });
  }
  const padding = new Uint8Array(issuer.modulus.length - 26).fill(filler);
  const inside = concatBytes(Uint8Array.of(format, hashAlgorithm), authenticationCode, padding);
  return signRecoverable(what, { inside, outside: staticData }, issuer, ciphers);
}

/**
 * Opens Signed Static Application Data and checks it against the static data; gives the data authentication code (9F45).
 * Faults: CERT-LENGTH, CERT-FORM naming the field, CERT-HASH. EMV 4.4 Book 2 §5.4, table 7.
 */
export function recoverStaticData(
  signature: Uint8Array,
  staticData: Uint8Array,
  issuer: RsaPublicKey,
  ciphers: RsaCiphers,
): { readonly authenticationCode: Uint8Array } {
  checkPublicKey('issuer', issuer);
  const message = recoverMessage(what, signature, issuer, ciphers);
  const { inside } = message;
  if (inside[0] !== format) throw new StationFault('CERT-FORM', { what, field: 'format' });
  checkRecoveredHash(what, message, staticData, ciphers);
  if (inside[1] !== hashAlgorithm) throw new StationFault('CERT-FORM', { what, field: 'hash algorithm' });
  if (inside.subarray(4).some((byte) => byte !== filler))
    throw new StationFault('CERT-FORM', { what, field: 'padding' });
  return { authenticationCode: inside.slice(2, 4) };
}
