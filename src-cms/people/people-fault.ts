const words = {
  'PERSON-FORM': 'A person is named by small letters, digits and hyphens, at most 40.',
  'PERSON-KNOWN': 'There is a person of this name already.',
  'PASSWORD-SHORT': 'A password has at least 12 characters.',
  'TWO-PEOPLE': 'Two of the people of this CMS must agree; say who with their passwords.',
  'SAME-PERSON': 'Two different people are needed.',
  'PERSON-OR-PASSWORD': 'This person is not known here, or the password is wrong.',
  'PERSON-LOCKED': 'Too many wrong passwords: this person may try again in a quarter of an hour.',
  'PASSWORD-MISSING': 'A password is missing: set the variable, or use a terminal.',
  'REASON-MISSING': 'Say why, in at least ten characters.',
  'NOT-RECONCILING': 'No reconciliation is under way.',
  'STATION-UNKNOWN': 'There is no such station.',
  'STATEMENT-CHANGED': 'What was shown is not so any more: begin again, and read what is shown then.',
  'SAME-PASSWORD': 'Both gave the same password: two people have two, so one of them must be given another.',
  'STATION-LOST-ALREADY': 'This station was declared lost already.',
  'STATION-LOST': 'This station was declared lost: only two people take it back (take-back).',
  'STATION-NOT-LOST': 'This station is not declared lost.',
  'ISSUER-UNKNOWN': 'There is no such issuer.',
  'TERMS-SAME': 'These are the terms already.',
  'STATEMENT-USED': 'This statement was carried out before: begin again, and read what is shown then.',
} as const;

export type PeopleFaultCode = keyof typeof words;

/** A refusal to somebody who acts at the CMS itself; its message is for people. */
export class PeopleFault extends Error {
  readonly code: PeopleFaultCode;

  constructor(code: PeopleFaultCode) {
    super(`${code}: ${words[code]}`);
    this.name = 'PeopleFault';
    this.code = code;
  }
}
