import { concatBytes, equalBytes, toHex } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import type { RsaCiphers, RsaPublicKey } from '../../rsa-ciphers.ts';
import type { CertificateMonth } from './certificate-month.ts';
import { checkNotExpired } from './certificate-month.ts';
import { checkPublicKey } from './public-key.ts';

/** A public key of a scheme's certification authority, as schemes publish it. EMV 4.4 Book 2 §11.2.2. */
export interface CertificationAuthorityKey extends RsaPublicKey {
  /** Registered application provider identifier, 5 bytes. */
  readonly rid: Uint8Array;
  /** 0 to 255, unique under the RID. */
  readonly index: number;
  readonly expiry: CertificateMonth;
  /** 20 bytes. */
  readonly checkSum: Uint8Array;
}

/** A key of an authority before its check sum is known. */
export type UncheckedAuthorityKey = Omit<CertificationAuthorityKey, 'checkSum'>;

/** SHA-1 over RID, index, modulus and exponent, 20 bytes. EMV 4.4 Book 2 §11.2.2. */
export function authorityCheckSum(key: Omit<UncheckedAuthorityKey, 'expiry'>, ciphers: RsaCiphers): Uint8Array {
  return ciphers.sha1(concatBytes(key.rid, Uint8Array.of(key.index), key.modulus, key.exponent));
}

/**
 * Checks a key of an authority: form of RID, index and key, then the check sum. Faults: CERT-CA naming the field, and those of
 * `checkPublicKey`. It says nothing of the expiry, see `checkAuthorityNotExpired`.
 */
export function checkAuthorityKey(key: CertificationAuthorityKey, ciphers: RsaCiphers): void {
  const refuse = (field: string): never => {
    throw new StationFault('CERT-CA', { rid: toHex(key.rid).toUpperCase(), index: key.index, field });
  };
  if (key.rid.length !== 5) refuse('RID');
  if (!Number.isInteger(key.index) || key.index < 0 || key.index > 255) refuse('index');
  checkPublicKey('certification authority', key);
  if (!equalBytes(authorityCheckSum(key, ciphers), key.checkSum)) refuse('check sum');
}

/** CERT-EXPIRED when the key of the authority has run out in the given month. */
export function checkAuthorityNotExpired(key: CertificationAuthorityKey, now: CertificateMonth): void {
  checkNotExpired('certification authority public key', key.expiry, now);
}
