/** Least and most characters of a cardholder name on stripe and chip. ISO/IEC 7813:2006 §6.2.2; EMV 4.3 Book 3 Annex A, 5F20. */
export const encodedNameLimits = { least: 2, most: 26 } as const;

/**
 * Says in words what is wrong with a cardholder name for stripe and chip, nothing when it is right: 2 to 26 of A-Z, 0-9,
 * space, `.`, `-` and one `/` between surname and given names. Apostrophe, ampersand and lower case are refused: the
 * track's character set keeps the first two for machine control (ISO/IEC 7811-2:2018 §9, table 2, note) and has no lower case.
 */
export function checkEncodedName(name: string): string[] {
  const findings: string[] = [];
  const { least, most } = encodedNameLimits;
  if (name.length < least) findings.push(`the encoded name is shorter than ${least} characters`);
  if (name.length > most) findings.push(`the encoded name has ${name.length} characters, ${most} fit`);
  if (/[^A-Z0-9 ./-]/.test(name)) findings.push('the encoded name holds a character that stripe and chip cannot hold');
  if (name.split('/').length > 2) findings.push('the encoded name has more than one separator');
  return findings;
}
