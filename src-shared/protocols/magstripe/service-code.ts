/** First digit: interchange and technology. ISO/IEC 7813:2006 §6.2.4, Annex (service codes). */
const interchange: Readonly<Record<string, string>> = {
  1: 'international',
  2: 'international, chip to be used where possible',
  5: 'national only',
  6: 'national only, chip to be used where possible',
  7: 'private agreement',
  9: 'test',
};

/** Second digit: authorisation. */
const authorisation: Readonly<Record<string, string>> = {
  0: 'normal',
  2: 'by the issuer, online',
  4: 'by the issuer, online, except under agreement',
};

/** Third digit: services and PIN. */
const services: Readonly<Record<string, string>> = {
  0: 'no restrictions, PIN required',
  1: 'no restrictions',
  2: 'goods and services only',
  3: 'cash machine only, PIN required',
  4: 'cash only',
  5: 'goods and services only, PIN required',
  6: 'no restrictions, PIN where a pad is present',
  7: 'goods and services only, PIN where a pad is present',
};

/** A service code read out in words. */
export interface ServiceCode {
  readonly interchange: string;
  readonly authorisation: string;
  readonly services: string;
  /** Whether the code tells a terminal to use the chip. */
  readonly chip: 'expected' | 'absent';
}

/** Reads a service code of three digits; undefined when a digit is not assigned. ISO/IEC 7813:2006 §6.2.4. */
export function readServiceCode(code: string): ServiceCode | undefined {
  if (!/^\d{3}$/.test(code)) return undefined;
  const first = interchange[code.charAt(0)];
  const second = authorisation[code.charAt(1)];
  const third = services[code.charAt(2)];
  if (first === undefined || second === undefined || third === undefined) return undefined;
  const chip = code.startsWith('2') || code.startsWith('6') ? 'expected' : 'absent';
  return { interchange: first, authorisation: second, services: third, chip };
}
