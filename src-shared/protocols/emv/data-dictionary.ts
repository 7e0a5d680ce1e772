/** Formats of EMV 4.3 Book 3 §4.3. `template` holds other objects, `dol` a list of tags and lengths. */
export type EmvFormat = 'a' | 'an' | 'ans' | 'b' | 'cn' | 'n' | 'dol' | 'template';

/** Who says a value: the card, the terminal, or the issuer while the terminal is online. EMV 4.3 Book 3 Annex A1, column Source. */
export type EmvSource = 'card' | 'terminal' | 'issuer';

/** What the dictionary knows of one data object; lengths in bytes, `digits` for formats n and cn. */
export interface EmvDataObject {
  readonly name: string;
  readonly format: EmvFormat;
  readonly least: number;
  readonly most: number;
  /** Most digits of n and cn; a shorter count than the bytes hold means leading zeros. */
  readonly digits?: number;
  readonly source: EmvSource;
  /** Tags of the templates in which it may stand; none for what stands alone, is only asked for by GET DATA, or never leaves the terminal. */
  readonly templates: readonly number[];
}

type Row = readonly [
  name: string,
  format: EmvFormat,
  least: number,
  most: number,
  templates: readonly number[],
  digits?: number,
];

const alone: readonly number[] = [];
const records = [0x70, 0x77];
const answers = [0x77, 0x80];
const entry = [0x61];
const entryOrControl = [0x61, 0xa5];
const control = [0xa5];
const discretionary = [0xbf0c, 0x73];
const scripts = [0x71, 0x72];

/** Data objects of the card. EMV 4.3 Book 3 Annex A1 (November 2011). Certificates: Book 2 §5, §6 (at most 248 bytes). */
const cardRows: Readonly<Record<number, Row>> = {
  0x42: ['Issuer Identification Number', 'n', 3, 3, discretionary, 6],
  0x4f: ['Application Dedicated File (ADF) Name', 'b', 5, 16, entry],
  0x50: ['Application Label', 'ans', 1, 16, entryOrControl],
  0x57: ['Track 2 Equivalent Data', 'b', 1, 19, records],
  0x5a: ['Application Primary Account Number (PAN)', 'cn', 1, 10, records, 19],
  0x5f20: ['Cardholder Name', 'ans', 2, 26, records],
  0x5f24: ['Application Expiration Date', 'n', 3, 3, records, 6],
  0x5f25: ['Application Effective Date', 'n', 3, 3, records, 6],
  0x5f28: ['Issuer Country Code', 'n', 2, 2, records, 3],
  0x5f2d: ['Language Preference', 'an', 2, 8, control],
  0x5f30: ['Service Code', 'n', 2, 2, records, 3],
  0x5f34: ['Application PAN Sequence Number', 'n', 1, 1, records, 2],
  0x5f50: ['Issuer URL', 'ans', 1, 252, discretionary],
  0x5f53: ['International Bank Account Number (IBAN)', 'b', 1, 34, discretionary],
  0x5f54: ['Bank Identifier Code (BIC)', 'an', 8, 11, discretionary],
  0x5f55: ['Issuer Country Code (alpha2 format)', 'a', 2, 2, discretionary],
  0x5f56: ['Issuer Country Code (alpha3 format)', 'a', 3, 3, discretionary],
  0x61: ['Application Template', 'template', 0, 252, [0x70, 0xbf0c]],
  0x6f: ['File Control Information Template', 'template', 0, 252, alone],
  0x70: ['READ RECORD Response Message Template', 'template', 0, 252, alone],
  0x73: ['Directory Discretionary Template', 'template', 0, 252, entry],
  0x77: ['Response Message Template Format 2', 'template', 0, 253, alone],
  0x80: ['Response Message Template Format 1', 'b', 2, 253, alone],
  0x82: ['Application Interchange Profile', 'b', 2, 2, answers],
  0x84: ['Dedicated File (DF) Name', 'b', 5, 16, [0x6f]],
  0x87: ['Application Priority Indicator', 'b', 1, 1, entryOrControl],
  0x88: ['Short File Identifier', 'b', 1, 1, control],
  0x8c: ['Card Risk Management Data Object List 1', 'dol', 2, 252, records],
  0x8d: ['Card Risk Management Data Object List 2', 'dol', 2, 252, records],
  0x8e: ['Cardholder Verification Method List', 'b', 10, 252, records],
  0x8f: ['Certification Authority Public Key Index', 'b', 1, 1, records],
  0x90: ['Issuer Public Key Certificate', 'b', 64, 248, records],
  0x92: ['Issuer Public Key Remainder', 'b', 1, 248, records],
  0x93: ['Signed Static Application Data', 'b', 64, 248, records],
  0x94: ['Application File Locator', 'b', 4, 252, answers],
  0x97: ['Transaction Certificate Data Object List', 'dol', 2, 252, records],
  0x9d: ['Directory Definition File Name', 'b', 5, 16, entry],
  0x9f05: ['Application Discretionary Data', 'b', 1, 32, records],
  0x9f07: ['Application Usage Control', 'b', 2, 2, records],
  0x9f08: ['Application Version Number', 'b', 2, 2, records],
  0x9f0b: ['Cardholder Name Extended', 'ans', 27, 45, records],
  0x9f0d: ['Issuer Action Code - Default', 'b', 5, 5, records],
  0x9f0e: ['Issuer Action Code - Denial', 'b', 5, 5, records],
  0x9f0f: ['Issuer Action Code - Online', 'b', 5, 5, records],
  0x9f10: ['Issuer Application Data', 'b', 1, 32, answers],
  0x9f11: ['Issuer Code Table Index', 'n', 1, 1, entryOrControl, 2],
  0x9f12: ['Application Preferred Name', 'ans', 1, 16, entryOrControl],
  0x9f13: ['Last Online Application Transaction Counter Register', 'b', 2, 2, alone],
  0x9f14: ['Lower Consecutive Offline Limit', 'b', 1, 1, records],
  0x9f17: ['Personal Identification Number Try Counter', 'b', 1, 1, alone],
  0x9f1f: ['Track 1 Discretionary Data', 'ans', 1, 64, records],
  0x9f20: ['Track 2 Discretionary Data', 'cn', 1, 16, records, 32],
  0x9f23: ['Upper Consecutive Offline Limit', 'b', 1, 1, records],
  0x9f26: ['Application Cryptogram', 'b', 8, 8, answers],
  0x9f27: ['Cryptogram Information Data', 'b', 1, 1, answers],
  // EMV Contactless Book B v2.6 §3.3.1
  0x9f29: ['Extended Selection', 'b', 1, 11, entry],
  0x9f2a: ['Kernel Identifier', 'b', 1, 8, entry],
  0x9f2d: ['ICC PIN Encipherment Public Key Certificate', 'b', 64, 248, records],
  0x9f2e: ['ICC PIN Encipherment Public Key Exponent', 'b', 1, 3, records],
  0x9f2f: ['ICC PIN Encipherment Public Key Remainder', 'b', 1, 248, records],
  0x9f32: ['Issuer Public Key Exponent', 'b', 1, 3, records],
  0x9f36: ['Application Transaction Counter', 'b', 2, 2, answers],
  0x9f38: ['Processing Options Data Object List', 'dol', 2, 252, control],
  0x9f3b: ['Application Reference Currency', 'n', 2, 8, records, 12],
  0x9f42: ['Application Currency Code', 'n', 2, 2, records, 3],
  0x9f43: ['Application Reference Currency Exponent', 'n', 1, 4, records, 8],
  0x9f44: ['Application Currency Exponent', 'n', 1, 1, records, 1],
  0x9f45: ['Data Authentication Code', 'b', 2, 2, alone],
  0x9f46: ['ICC Public Key Certificate', 'b', 64, 248, records],
  0x9f47: ['ICC Public Key Exponent', 'b', 1, 3, records],
  0x9f48: ['ICC Public Key Remainder', 'b', 1, 248, records],
  0x9f49: ['Dynamic Data Authentication Data Object List', 'dol', 2, 252, records],
  0x9f4a: ['Static Data Authentication Tag List', 'b', 1, 252, records],
  0x9f4b: ['Signed Dynamic Application Data', 'b', 64, 248, answers],
  0x9f4c: ['ICC Dynamic Number', 'b', 2, 8, alone],
  0x9f4d: ['Log Entry', 'b', 2, 2, discretionary],
  0x9f4f: ['Log Format', 'dol', 2, 252, alone],
  0xa5: ['File Control Information Proprietary Template', 'template', 0, 252, [0x6f]],
  0xbf0c: ['File Control Information Issuer Discretionary Data', 'template', 0, 222, control],
};

/** Data objects of the terminal that a card's lists may ask for. EMV 4.3 Book 3 Annex A1. */
const terminalRows: Readonly<Record<number, Row>> = {
  0x5f2a: ['Transaction Currency Code', 'n', 2, 2, alone, 3],
  0x5f36: ['Transaction Currency Exponent', 'n', 1, 1, alone, 1],
  0x5f57: ['Account Type', 'n', 1, 1, alone, 2],
  0x81: ['Amount, Authorised (Binary)', 'b', 4, 4, alone],
  0x83: ['Command Template', 'b', 0, 252, alone],
  0x95: ['Terminal Verification Results', 'b', 5, 5, alone],
  0x98: ['Transaction Certificate Hash Value', 'b', 20, 20, alone],
  0x9a: ['Transaction Date', 'n', 3, 3, alone, 6],
  0x9b: ['Transaction Status Information', 'b', 2, 2, alone],
  0x9c: ['Transaction Type', 'n', 1, 1, alone, 2],
  0x9f01: ['Acquirer Identifier', 'n', 6, 6, alone, 11],
  0x9f02: ['Amount, Authorised (Numeric)', 'n', 6, 6, alone, 12],
  0x9f03: ['Amount, Other (Numeric)', 'n', 6, 6, alone, 12],
  0x9f04: ['Amount, Other (Binary)', 'b', 4, 4, alone],
  0x9f06: ['Application Identifier (AID) - terminal', 'b', 5, 16, alone],
  0x9f09: ['Application Version Number - terminal', 'b', 2, 2, alone],
  0x9f15: ['Merchant Category Code', 'n', 2, 2, alone, 4],
  0x9f16: ['Merchant Identifier', 'ans', 15, 15, alone],
  0x9f1a: ['Terminal Country Code', 'n', 2, 2, alone, 3],
  0x9f1b: ['Terminal Floor Limit', 'b', 4, 4, alone],
  0x9f1c: ['Terminal Identification', 'an', 8, 8, alone],
  0x9f1d: ['Terminal Risk Management Data', 'b', 1, 8, alone],
  0x9f1e: ['Interface Device Serial Number', 'an', 8, 8, alone],
  0x9f21: ['Transaction Time', 'n', 3, 3, alone, 6],
  0x9f22: ['Certification Authority Public Key Index - terminal', 'b', 1, 1, alone],
  0x9f33: ['Terminal Capabilities', 'b', 3, 3, alone],
  0x9f34: ['Cardholder Verification Method Results', 'b', 3, 3, alone],
  0x9f35: ['Terminal Type', 'n', 1, 1, alone, 2],
  0x9f37: ['Unpredictable Number', 'b', 4, 4, alone],
  0x9f39: ['Point-of-Service Entry Mode', 'n', 1, 1, alone, 2],
  0x9f3a: ['Amount, Reference Currency', 'b', 4, 4, alone],
  0x9f3c: ['Transaction Reference Currency Code', 'n', 2, 2, alone, 3],
  0x9f3d: ['Transaction Reference Currency Exponent', 'n', 1, 1, alone, 1],
  0x9f40: ['Additional Terminal Capabilities', 'b', 5, 5, alone],
  0x9f41: ['Transaction Sequence Counter', 'n', 2, 4, alone, 8],
  0x9f4e: ['Merchant Name and Location', 'ans', 1, 252, alone],
  // EMV Contactless Book A v2.6 §5.7
  0x9f66: ['Terminal Transaction Qualifiers', 'b', 4, 4, alone],
};

/** Data objects of the issuer in an online transaction. EMV 4.3 Book 3 Annex A1. */
const issuerRows: Readonly<Record<number, Row>> = {
  0x71: ['Issuer Script Template 1', 'template', 0, 127, alone],
  0x72: ['Issuer Script Template 2', 'template', 0, 127, alone],
  0x86: ['Issuer Script Command', 'b', 1, 261, scripts],
  0x89: ['Authorisation Code', 'an', 6, 6, alone],
  0x8a: ['Authorisation Response Code', 'an', 2, 2, alone],
  0x91: ['Issuer Authentication Data', 'b', 8, 16, alone],
  0x9f18: ['Issuer Script Identifier', 'b', 4, 4, scripts],
};

function build(rows: Readonly<Record<number, Row>>, source: EmvSource): [number, EmvDataObject][] {
  return Object.entries(rows).map(([tag, [name, format, least, most, templates, digits]]) => [
    Number(tag),
    { name, format, least, most, source, templates, ...(digits === undefined ? {} : { digits }) },
  ]);
}

/** Every data object that the station knows, by tag. */
export const emvDataDictionary: ReadonlyMap<number, EmvDataObject> = new Map([
  ...build(cardRows, 'card'),
  ...build(terminalRows, 'terminal'),
  ...build(issuerRows, 'issuer'),
]);
