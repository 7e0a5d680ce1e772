import { StationFault } from '../../../faults/station-fault.ts';
import { packNumeric, unpackDigits } from '../decimal-digits.ts';

/** A month of a certificate, which holds to its last day; the year has four digits. */
export interface CertificateMonth {
  readonly year: number;
  readonly month: number;
}

/** Years 00 to 49 belong to this century, 50 to 99 to the last. EMV 4.4 Book 4 §6.7.3. */
const firstYear = 1950;

/** Writes MMYY in 2 bytes, format n 4. CERT-FORM on a month that is none or a year outside 1950 to 2049. EMV 4.4 Book 2 §5.1, table 2. */
export function encodeCertificateMonth(what: string, { year, month }: CertificateMonth): Uint8Array<ArrayBuffer> {
  const valid = Number.isInteger(month) && month >= 1 && month <= 12;
  if (!valid || !Number.isInteger(year) || year < firstYear || year > firstYear + 99) {
    throw new StationFault('CERT-FORM', { what, field: 'expiry' });
  }
  return packNumeric(`${String(month).padStart(2, '0')}${String(year % 100).padStart(2, '0')}`, 2);
}

/** Reads MMYY, 2 bytes. CERT-FORM when it is no month. */
export function decodeCertificateMonth(what: string, bytes: Uint8Array): CertificateMonth {
  const digits = unpackDigits(bytes);
  const [month, years] = [Number(digits?.slice(0, 2)), Number(digits?.slice(2, 4))];
  if (digits?.length !== 4 || month < 1 || month > 12) throw new StationFault('CERT-FORM', { what, field: 'expiry' });
  return { year: years < firstYear % 100 ? 2000 + years : 1900 + years, month };
}

/** Writes a month for a person, for example 12/2031. */
export function formatCertificateMonth({ year, month }: CertificateMonth): string {
  return `${String(month).padStart(2, '0')}/${year}`;
}

/** Says whether one month lies before another. */
export function isEarlierMonth(left: CertificateMonth, right: CertificateMonth): boolean {
  return left.year * 12 + left.month < right.year * 12 + right.month;
}

/** CERT-EXPIRED when the month of expiry lies before the given one. EMV 4.4 Book 2 §5.3 step 9, §6.4 step 9. */
export function checkNotExpired(what: string, expiry: CertificateMonth, now: CertificateMonth): void {
  if (!isEarlierMonth(expiry, now)) return;
  throw new StationFault('CERT-EXPIRED', {
    what,
    expiry: formatCertificateMonth(expiry),
    date: formatCertificateMonth(now),
  });
}
