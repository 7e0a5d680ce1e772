/** What `--help` says of the payment application. */
export const paymentWords = `The payment application, once personalised (docs/decisions/0067 says what it answers to the byte):
  SELECT by name or its first bytes; GET PROCESSING OPTIONS, READ RECORD, GET DATA (9F36, 9F13, 9F17, 9F4F and groupings 9115 to 911F)
  GET CHALLENGE; VERIFY of a plain (80) or enciphered (88) PIN, tries counted and blocking
  INTERNAL AUTHENTICATE (DDA), EXTERNAL AUTHENTICATE, two GENERATE ACs with or without CDA
  issuer scripts with secure messaging: APPLICATION BLOCK and UNBLOCK, CARD BLOCK, PIN CHANGE/UNBLOCK, PUT DATA, UPDATE RECORD`;
