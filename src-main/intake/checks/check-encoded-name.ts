import { encodedNamePattern } from '#shared/domain/order-field.ts';
import { encodedNameLimits } from '#shared/protocols/magstripe/encoded-name.ts';
import { makeFinding, type Finding } from '../finding.ts';

/** The name for chip and stripe: 2 to 26 characters of the set that both can hold, one separator at most. EMV 4.3 Book 3 annex A, 5F20; ISO/IEC 7813:2006 §6.2. */
export function checkEncodedNameField(name: string): Finding[] {
  const findings: Finding[] = [];
  const { least, most } = encodedNameLimits;
  if (name.length < least || name.length > most) {
    findings.push(makeFinding('INTAKE-ENCODED-NAME-LENGTH', 'encodedName', { length: name.length }));
  }
  if (Array.from(name).some((character) => !encodedNamePattern.test(character.repeat(least)))) {
    findings.push(makeFinding('INTAKE-ENCODED-NAME-CHARACTER', 'encodedName'));
  }
  if (name.split('/').length > 2) findings.push(makeFinding('INTAKE-ENCODED-NAME-FORM', 'encodedName'));
  return findings;
}
