import type { FaultDescription } from './station-fault.ts';

/** Faults of the area stock: lots and where they are, counts, days, destruction. */
export const stockFaults = {
  'STOCK-NO-LOT': {
    retry: 'never',
    text: 'There is no lot {lot} in the stock of this station.',
    next: 'Choose a lot from the list, or book the new one in first.',
  },
  'STOCK-LOT-KNOWN': {
    retry: 'never',
    text: 'Lot {lot} is booked in already.',
    next: 'Check the number on the box; a second box needs a number of its own.',
  },
  'STOCK-LOT-NAME': {
    retry: 'never',
    text: 'A lot cannot be called {lot}.',
    next: 'Give it the number on the box.',
  },
  'STOCK-ENVIRONMENT': {
    retry: 'never',
    text: 'Lot {lot} is for {found} cards; this station makes {wanted} ones.',
    next: 'Keep test and live stock apart; take a lot of the right kind.',
  },
  'STOCK-NOT-BLANKS': {
    retry: 'never',
    text: 'Lot {lot} holds no blank cards.',
    next: 'Choose a lot of blanks.',
  },
  'STOCK-NOT-RIBBONS': {
    retry: 'never',
    text: 'Lot {lot} holds no ribbons.',
    next: 'Choose a lot of ribbons.',
  },
  'STOCK-NOT-THERE': {
    retry: 'never',
    text: 'No blanks of lot {lot} were moved to line {line}.',
    next: 'Ask for a move from the vault to the line; a second person signs it.',
  },
  'STOCK-NOT-ENOUGH': {
    retry: 'never',
    text: 'There are not that many of {item} at this place: {place}.',
    next: 'Check the number; count the place where they should be.',
  },
  'STOCK-NO-WAY': {
    retry: 'never',
    text: 'Stock is not moved from {from} to {to}.',
    next: 'Move packs between the vault and a line, or out of the station.',
  },
  'STOCK-REASON': {
    retry: 'never',
    text: 'What leaves the station needs a reason.',
    next: 'Say where it goes and why.',
  },
  'STOCK-TEST-SECOND-PERSON': {
    retry: 'never',
    text: 'One person books at most {most} blanks of line {line} on a day as used for tests.',
    next: 'Ask for a second signature: a supervisor sees the cards and signs.',
  },
  'STOCK-TEST-NOT-FED': {
    retry: 'never',
    text: 'The printer of line {line} did not feed that many cards without an order.',
    next: 'Compare the counter of the printer on the screen of the day. What a person put in is booked as fed by hand.',
  },
  'STOCK-BEING-COUNTED': {
    retry: 'retry-after-mending',
    text: '{item} is being counted at this place: {place}.',
    next: 'End the count first.',
  },
  'STOCK-COUNT-OPEN': {
    retry: 'retry-after-mending',
    text: 'Lot {lot} is being counted at line {line}: no blank is fed from it.',
    next: 'End the count on the stock screen, then try again.',
  },
  'STOCK-NO-LINE': {
    retry: 'never',
    text: 'There is no line {line}.',
    next: 'Choose one of the lines on the screen.',
  },
  'STOCK-LINE-BUSY': {
    retry: 'retry-after-mending',
    text: 'Line {line} has a card in the machine.',
    next: 'Pause the batch and wait until the line rests, then try again.',
  },
  'STOCK-NO-RIBBON': {
    retry: 'never',
    text: 'No ribbon is recorded in the printer of line {line}.',
    next: 'Record the ribbon that is in it first.',
  },
  'STOCK-NOTHING-THERE': {
    retry: 'never',
    text: 'There is nothing of that to count at this place: {place}.',
    next: 'Choose a place and a lot from the list.',
  },
  'STOCK-NO-COUNT': {
    retry: 'never',
    text: 'There is no count {count}.',
    next: 'Choose a count from the list, or begin one.',
  },
  'STOCK-COUNT-OVER': {
    retry: 'never',
    text: 'This count takes no further figure.',
    next: 'Look at how it ended; begin another count if it is needed.',
  },
  'STOCK-COUNT-BEGUN': {
    retry: 'never',
    text: 'Somebody has counted already: this count cannot be given up.',
    next: 'Let another person count; a difference is booked by two people.',
  },
  'STOCK-SAME-COUNTER': {
    retry: 'never',
    text: 'You have counted this already.',
    next: 'Another person must count, without knowing your figure.',
  },
  'STOCK-COUNT-NOT-DIFFERING': {
    retry: 'never',
    text: 'There is no difference of two counts to be booked.',
    next: 'Look at how the count stands.',
  },
  'STOCK-NO-DAY': {
    retry: 'retry-after-mending',
    text: 'No day is open at this station.',
    next: 'Open the day on the screen of days, then try again.',
  },
  'STOCK-NO-SUCH-DAY': {
    retry: 'never',
    text: 'There was no day {day} at this station.',
    next: 'Choose a day from the list.',
  },
  'STOCK-DAY-OPEN': {
    retry: 'never',
    text: 'Day {day} is still open.',
    next: 'Count and close it before the next one is opened.',
  },
  'STOCK-DAY-OBSTACLE': {
    retry: 'retry-after-mending',
    text: 'The day cannot be closed: {obstacle}',
    next: '{next}',
  },
  'STOCK-DAY-DIFFERENCE': {
    retry: 'never',
    text: 'The day has a difference: {difference}',
    next: 'Give a reason and ask for the close; a supervisor must sign.',
  },
  'STOCK-DAY-NO-DIFFERENCE': {
    retry: 'never',
    text: 'The day has no difference that must be signed for.',
    next: 'Close it.',
  },
  'STOCK-DAY-CHANGED': {
    retry: 'never',
    text: 'The figures of day {day} are no longer the ones that were signed.',
    next: 'Look at them and ask again.',
  },
  'STOCK-NOTHING-TO-DESTROY': {
    retry: 'never',
    text: 'Nothing was chosen to be destroyed.',
    next: 'Choose cards, blanks or ribbons.',
  },
  'STOCK-NOT-TO-DESTROY': {
    retry: 'never',
    text: '{what} cannot be destroyed: it does not lie there, was named twice, or no longer exists.',
    next: 'Choose from the list of what is to be destroyed.',
  },
  'STOCK-NO-CERTIFICATE': {
    retry: 'never',
    text: 'There is no certificate {number}.',
    next: 'A certificate exists once the destruction was witnessed.',
  },
  'STOCK-CERTIFICATE-CHANGED': {
    retry: 'never',
    text: 'The file of certificate {number} is not the one that was written.',
    next: 'Keep the file, call a supervisor, and restore it from a backup.',
  },
} as const satisfies Record<string, FaultDescription>;
