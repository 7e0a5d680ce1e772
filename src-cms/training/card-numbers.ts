/** The check digit that makes a number right by the Luhn formula. ISO/IEC 7812-1 annex B. */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    const doubled = at % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

/**
 * Scatters a serial below 1,000,000,000 over the same range, each onto one other: multiplication by 3^18, which has no factor in common
 * with the range. Two serials never share a number, and neighbours do not look alike.
 */
export function scatter(serial: number): string {
  if (!Number.isSafeInteger(serial) || serial < 0 || serial >= 1_000_000_000)
    throw new RangeError('serial out of range');
  return String((BigInt(serial) * 387_420_489n + 104_729n) % 1_000_000_000n).padStart(9, '0');
}

/** A number of a prefix (7 digits less than the whole needs no more), the scattered serial and the check digit. */
export function numberFor(prefix: string, serial: number): string {
  const body = `${prefix}${scatter(serial)}`;
  return `${body}${luhnDigit(body)}`;
}

/** YYMM of a date that lies so many months from the given one. */
export function yearMonth(today: Date, months: number): string {
  const moved = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, 1));
  return `${String(moved.getUTCFullYear() % 100).padStart(2, '0')}${String(moved.getUTCMonth() + 1).padStart(2, '0')}`;
}
