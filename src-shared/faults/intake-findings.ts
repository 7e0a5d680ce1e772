import type { FaultDescription } from './station-fault.ts';

const correct = 'Have the order corrected and sent in another batch.';

/** One thing wrong with a record: the record is held, the others go on. */
function held(text: string, next = correct): FaultDescription {
  return { retry: 'never', text, next };
}

/**
 * What intake can find wrong with one record, in plain words; `{field}` is the field's title. No text repeats a value of the order.
 *
 * Sources: ISO/IEC 7812-1 (numbers), ISO/IEC 7813 and 7811-6 (stripe), EMV Book 3 and EMV CPS v1.1 (chip), the product's own rules.
 */
export const intakeFindings = {
  'INTAKE-NOT-TEXT': held('The record is not UTF-8 text.'),
  'INTAKE-NOT-JSON': held('The record is not readable JSON.'),
  'INTAKE-VERSION': held('The record is of a version that this station does not know.'),
  'INTAKE-MEMBER-UNKNOWN': held('The record holds something that orders do not have.'),
  'INTAKE-SHAPE': held('The record does not have the form of an order (at {where}).'),
  'INTAKE-ORDER-ID': held('The order has no valid id.'),
  'INTAKE-ORDER-ID-SHOWS-PAN': held('The order’s id contains its card number, which must not stand in any log.'),
  'INTAKE-ORDER-TWICE': held(
    'An order of the same id is in {where} already.',
    'If another card is wanted, have it sent under an id of its own.',
  ),
  'INTAKE-DUPLICATE-CARD': held(
    'The same card (number, sequence number and expiry) is in {where} already.',
    'If a replacement is wanted, have it sent with another sequence number or expiry.',
  ),
  'INTAKE-MORE-FINDINGS': held('{count} more things are wrong with this record.'),

  'INTAKE-FIELD-MISSING': held('The {field} is missing; this product needs it.'),
  'INTAKE-FIELD-EMPTY': held('The {field} is empty.'),
  'INTAKE-FIELD-UNKNOWN': held('The order has a {field}, which this product does not have.'),
  'INTAKE-FIELD-MISPLACED': held('The {field} stands among the further fields instead of at its own place.'),

  'INTAKE-PAN-DIGITS': held('The card number holds something other than digits.'),
  'INTAKE-PAN-LENGTH': held('The card number has {length} digits, which this product does not have.'),
  'INTAKE-PAN-RANGE': held('The card number is outside the number ranges of this product.'),
  'INTAKE-PAN-CHECK-DIGIT': held('The check digit of the card number is wrong.'),
  'INTAKE-DIGITS': held('The {field} holds something other than digits.'),
  'INTAKE-DIGITS-LENGTH': held('The {field} has {length} digits instead of {least} to {most}.'),
  'INTAKE-CHECK-DIGIT': held('The check digit of the {field} is wrong.'),
  'INTAKE-AMOUNT': held('The {field} is not a whole number of minor units.'),
  'INTAKE-AMOUNT-RANGE': held('The {field} is outside the range that this product allows.'),

  'INTAKE-DATE': held('The {field} is not a year and month (YYMM).'),
  'INTAKE-DATE-PAST': held('The {field} lies in the past.'),
  'INTAKE-DATE-FUTURE': held('The {field} lies in the future.'),
  'INTAKE-DATES-CROSSED': held('The card would be valid only after it has expired.'),
  'INTAKE-SERVICE-CODE-FORM': held('The service code is not three digits.'),
  'INTAKE-SERVICE-CODE': held('The service code is not one of this product.'),

  'INTAKE-PRINT-FORM': held('The {field} is not in the composed form of Unicode (NFC).'),
  'INTAKE-PRINT-CONTROL': held('The {field} holds an invisible or control character ({character}).'),
  'INTAKE-PRINT-SCRIPT': held('The {field} holds a letter of a script that this product does not print ({character}).'),
  'INTAKE-PRINT-GLYPH': held('The {field} holds a character that no font of the station has ({character}).'),
  'INTAKE-PRINT-TOO-LONG': held('The {field} has {length} characters; {most} fit.'),
  'INTAKE-PRINT-FIT': held('The {field} does not fit its place on the card.'),
  'INTAKE-ENCODED-NAME-LENGTH': held('The encoded name has {length} characters instead of 2 to 26.'),
  'INTAKE-ENCODED-NAME-CHARACTER': held('The encoded name holds a character that chip and stripe cannot hold.'),
  'INTAKE-ENCODED-NAME-FORM': held('The encoded name has more than one separator between surname and given names.'),

  'INTAKE-TRACK-LENGTH': held('Track {track} has {length} characters; {most} fit.'),
  'INTAKE-TRACK-CHARACTER': held('Track {track} holds a character that the track cannot hold.'),
  'INTAKE-TRACK-FORM': held('Track {track} does not have the form of a payment card’s track.'),
  'INTAKE-TRACK-PAN': held('Track {track} bears another card number than the order.'),
  'INTAKE-TRACK-EXPIRY': held('Track {track} bears another expiry than the order.'),
  'INTAKE-TRACK-SERVICE-CODE': held('Track {track} bears another service code than the order.'),
  'INTAKE-TRACK-NAME': held('Track {track} bears another name than the order’s encoded name.'),

  'INTAKE-CHIP-MISSING': held('The order has no chip data; this product has a chip.'),
  'INTAKE-CHIP-UNEXPECTED': held('The order has chip data; this product has no chip.'),
  'INTAKE-TRANSPORT-KEY': held(
    'The chip data are enciphered under a transport key that this station does not hold.',
    'Enrol the station for that key, or have the order sent again under the key that it holds.',
  ),
  'INTAKE-DGI-MISSING': held('Data grouping {dgi} ({meaning}) is missing.'),
  'INTAKE-DGI-UNKNOWN': held('Data grouping {dgi} is not one of this product.'),
  'INTAKE-DGI-TWICE': held('Data grouping {dgi} is there twice.'),
  'INTAKE-DGI-EMPTY': held('Data grouping {dgi} is empty.'),
  'INTAKE-DGI-IN-CLEAR': held(
    'Data grouping {dgi} ({meaning}) is secret and came in clear.',
    'Tell the issuer: the secret must be taken as known to others. Have the order sent anew.',
  ),
  'INTAKE-DGI-PROTECTION': held('Data grouping {dgi} came enciphered, but is to be in clear.'),
  'INTAKE-DGI-CIPHER': held('Data grouping {dgi} is not of the length that enciphered data have.'),
  'INTAKE-DGI-FORM': held('Data grouping {dgi} is not a well-formed list of tags.'),
  'INTAKE-DGI-TEMPLATE': held('Data grouping {dgi} is a record, but not one template 70.'),
  'INTAKE-TAG-MISSING': held('Tag {tag} is missing in data grouping {dgi}.'),
  'INTAKE-TAG-TWICE': held('Tag {tag} is there more than once in the chip data.'),
  'INTAKE-TAG-UNKNOWN': held('Data grouping {dgi}: tag {tag} is not in the data dictionary.'),
  'INTAKE-TAG-VALUE': held('Data grouping {dgi}: {what}.'),
  'INTAKE-CHIP-DIFFERS': held('The chip data bear another {field} (tag {tag}) than the order.'),
  'INTAKE-CHIP-CONSTANT': held('Tag {tag} of the chip data is not what this product has there.'),
  'INTAKE-PREPARATION': held('The station cannot prepare the card of this order: {reason}'),
} as const satisfies Record<string, FaultDescription>;

export type IntakeFindingCode = keyof typeof intakeFindings;
