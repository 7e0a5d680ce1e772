import type { FaultDescription } from './station-fault.ts';

/** Faults of the area production: lines, attempts, runs. */
export const productionFaults = {
  'PRODUCTION-NO-BATCH': {
    retry: 'never',
    text: 'There is no batch {batch} on this station.',
    next: 'Choose a batch from the list.',
  },
  'PRODUCTION-BUSY': {
    retry: 'retry-after-mending',
    text: 'Batch {batch} is on the lines.',
    next: 'Finish or pause it, then start this batch.',
  },
  'PRODUCTION-NOT-RELEASED': {
    retry: 'retry-after-mending',
    text: 'Batch {batch} has not been released.',
    next: 'Ask for its release; a second person signs it.',
  },
  'PRODUCTION-CONTENT-CHANGED': {
    retry: 'never',
    text: 'Batch {batch} is not the batch that was signed at release.',
    next: 'Nothing was made. Call a supervisor; the batch must be pulled and released again.',
  },
  'PRODUCTION-NOTHING-TO-MAKE': {
    retry: 'never',
    text: 'Every order of batch {batch} is made or held.',
    next: 'Go to its balance and close it.',
  },
  'PRODUCTION-NOT-RUNNING': { retry: 'never', text: 'Batch {batch} is not running.', next: 'Start it first.' },
  'PRODUCTION-NO-LINE': {
    retry: 'never',
    text: 'There is no line {line}.',
    next: 'Choose one of the lines on the screen.',
  },
  'PRODUCTION-NOT-ASKED': {
    retry: 'never',
    text: 'Line {line} does not ask for this now.',
    next: 'Look at the line: its question may have been answered at another window.',
  },
  'PRODUCTION-NO-GRANT': {
    retry: 'retry-after-mending',
    text: 'The CMS has not granted cards of batch {batch}.',
    next: 'Connect to the CMS. The lines go on by themselves when it grants cards.',
  },
  'PRODUCTION-GRANT-USED-UP': {
    retry: 'retry-after-mending',
    text: 'All cards of batch {batch} that the CMS has granted are begun.',
    next: 'Connect to the CMS. The lines go on by themselves when it grants more; nothing is wrong with them.',
  },
  'PRODUCTION-GRANT-EXPIRED': {
    retry: 'retry-after-mending',
    text: 'The time that the CMS granted for batch {batch} is over.',
    next: 'Connect to the CMS. The lines go on by themselves when it grants more time; nothing is wrong with them.',
  },
  'PRODUCTION-NO-BLANKS': {
    retry: 'retry-after-mending',
    text: 'No blanks of the kind "{wanted}" are booked to this line.',
    next: 'Load a lot of them, book it to the line, then try again.',
  },
  'PRODUCTION-OTHER-BLANKS': {
    retry: 'retry-after-mending',
    text: 'This line is loaded with "{loaded}"; the batch needs "{wanted}".',
    next: 'Load the right blanks, book the lot to the line, then try again.',
  },
  'PRODUCTION-NO-READER': {
    retry: 'never',
    text: 'This line has no chip encoder, and the product has a chip.',
    next: 'Use a line with an encoder.',
  },
  'PRODUCTION-WRONG-READER': {
    retry: 'ask-operator',
    text: 'The card should be in {expected}, but {found} reports one.',
    next: 'Check the cables between printers and encoders. The card goes to the reject box.',
  },
  'PRODUCTION-KEYS-REFUTED': {
    retry: 'never',
    text: 'Another card of this batch has just shown that the keys do not belong to the blanks; nothing was tried on this card.',
    next: 'The card goes to the reject box. Call a supervisor before the batch is started again.',
  },
  'PRODUCTION-PREFLIGHT': {
    retry: 'ask-operator',
    text: 'This blank is not the one that the product needs: {text}',
    next: 'Check the lot in the feeder. The card goes to the reject box; nothing was tried on its chip.',
  },
  'PRODUCTION-CHIP-TWICE': {
    retry: 'never',
    text: 'The chip {serial} was already seen in this batch.',
    next: 'The card goes to the reject box. Check that no used card lies in the feeder.',
  },
  'PRODUCTION-CHIP-DIFFERS': {
    retry: 'never',
    text: 'The chip does not hold what was planned: {text}',
    next: 'The card goes to the reject box and its order is made again.',
  },
  'PRODUCTION-STRIPE-DIFFERS': {
    retry: 'never',
    text: 'The stripe does not hold what was planned: {text}',
    next: 'The card goes to the reject box and its order is made again.',
  },
  'PRODUCTION-PRINT-DIFFERS': {
    retry: 'ask-operator',
    text: 'What would go to the printer for order {order} is not what the order says: {text}',
    next: 'No blank was taken. Try again; if it happens again, stop the batch and call a supervisor.',
  },
  'PROOF-PRINT-READER': {
    retry: 'retry-after-mending',
    text: 'What goes to the printer could not be read for its proof: {reason}',
    next: 'No blank was taken. Try again; if it happens again, stop the batch and tell an administrator.',
  },
  'PASS-INCOMPLETE': {
    retry: 'never',
    text: 'A card cannot be good without a pass certificate, and one cannot be made: {part} is not proven in the journal.',
    next: 'The station has stopped. Keep the card apart and tell an administrator.',
  },
  'PASS-NONE': {
    retry: 'never',
    text: 'There is no pass certificate of attempt {attempt}.',
    next: 'Only good cards have one. See the batch’s cards for what became of this one.',
  },
  'PRODUCTION-CHIP-QUARANTINED': {
    retry: 'never',
    text: 'The chip {serial} is in quarantine since attempt {attempt}.',
    next: 'The card goes to the reject box; nothing was tried on its chip. Check that no rejected card lies in the feeder.',
  },
  'PRODUCTION-INTERRUPTED': {
    retry: 'never',
    text: 'The work on this card was interrupted.',
    next: 'The card goes to the reject box and its order is made again.',
  },
  'PRODUCTION-NOT-FED': {
    retry: 'never',
    text: 'No card was taken from the feeder.',
    next: 'The blank is still in the feeder; its order is made again.',
  },
  'PRODUCTION-CARD-GONE': {
    retry: 'ask-operator',
    text: 'A card was taken from the feeder and is no longer in the machine.',
    next: 'Look in the machine, the output and the reject box. Put the card into the reject box, then say that it was taken out.',
  },
  'PRODUCTION-OTHER-CARD': {
    retry: 'ask-operator',
    text: 'There is a card in the machine that was not taken from the feeder for this order.',
    next: 'Take it out and put it into the reject box, then say that it was taken out.',
  },
  'PRODUCTION-CARD-UNKNOWN': {
    retry: 'ask-operator',
    text: 'The printer cannot say whether a card is inside.',
    next: 'Open the cover and look. Take a card out if there is one, then say so; or ask the printer again.',
  },
  'PRODUCTION-CHECK-LINE': {
    retry: 'ask-operator',
    text: 'The last card was rejected for a cause that may hit the next one too.',
    next: 'Check blanks and encoder of this line, then go on.',
  },
  'PRODUCTION-THREE-REJECTED': {
    retry: 'ask-operator',
    text: '{count} cards in a row were rejected on this line.',
    next: 'Look at the rejected cards, mend the cause, then go on.',
  },
  'PRODUCTION-BATCH-LOST': {
    retry: 'never',
    text: 'The batch of this order no longer belongs to this station: no card of it is begun here any more.',
    next: 'Close the batch. Whether the order is made elsewhere is decided at the CMS.',
  },
  'PRODUCTION-TOO-MANY-ATTEMPTS': {
    retry: 'never',
    text: 'This order was tried three times without a good card.',
    next: 'The order is held; a supervisor decides.',
  },
  'PRODUCTION-NO-PLAN': {
    retry: 'never',
    text: 'The plan of this card is gone.',
    next: 'The card goes to the reject box and its order is made again.',
  },
  'PRODUCTION-OTHER-PRODUCT': {
    retry: 'never',
    text: 'The product {product} on this station is not the version that the batch was taken in with.',
    next: 'Install the right product version, or send the batch back.',
  },
  'PRODUCTION-DEADLINE': {
    retry: 'ask-operator',
    text: 'The step took longer than it may.',
    next: 'Look at the machine; then reject the card or take it out.',
  },
  'PRODUCTION-UNEXPECTED': {
    retry: 'ask-operator',
    text: 'Something unexpected happened at this step ({what}).',
    next: 'Reject the card, and give a supervisor this message.',
  },
  'PREPARATION-RECORD-CHANGED': {
    retry: 'never',
    text: 'The stored record of order {order} is not the one that was accepted.',
    next: 'The batch is stopped. Call a supervisor.',
  },
  'PREPARATION-NO-VALUE': {
    retry: 'never',
    text: 'The order has no value "{reference}", which its product needs.',
    next: 'Hold this order and tell who prepared the batch.',
  },
  'PREPARATION-PROFILE-INVALID': {
    retry: 'never',
    text: 'The payment profile or rule pack {file} is not right at {field}: {reason}.',
    next: 'Put the file right, or install the product package again.',
  },
  'PREPARATION-KEY-NOT-SIGNED': {
    retry: 'never',
    text: 'The key {key} serves now, but the two people who released this batch signed others.',
    next: 'Stop the batch and call a supervisor: no further card of it is made with keys that nobody signed.',
  },
  'PREPARATION-CERTIFICATE-MISSING': {
    retry: 'retry-after-mending',
    text: 'The issuer {issuer} has no certificate of the scheme {rid} for its key pair that holds today.',
    next: 'Bring the issuer certificate in under Keys, then try again.',
  },
  'PREPARATION-CERTIFICATE-ENDS': {
    retry: 'retry-after-mending',
    text: 'The certificate of the issuer {issuer} ends in {certificate}, before the card in {card}.',
    next: 'Bring in an issuer certificate that lasts as long as the cards, or hold this order.',
  },
  'PREPARATION-LENGTHS': {
    retry: 'never',
    text: 'The keys of product {product} do not fit each other: {what} has {found} bytes, {allowed} are allowed ({clause}).',
    next: 'Choose a shorter card key for the product, or a longer issuer key.',
  },
} as const satisfies Record<string, FaultDescription>;
