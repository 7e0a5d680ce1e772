import type { FaultDescription } from './station-fault.ts';

/** Faults of the area stock: lots of blanks and where they are loaded. */
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
  'STOCK-COUNT': {
    retry: 'never',
    text: 'A lot cannot have {count} blanks.',
    next: 'Count the blanks again and enter a whole number from 1 to 1000000.',
  },
  'STOCK-ENVIRONMENT': {
    retry: 'never',
    text: 'The blanks of lot {lot} are {found}; this station works with {wanted} ones.',
    next: 'Keep test and live blanks apart; load a lot of the right kind.',
  },
  'STOCK-LOT-EMPTY': {
    retry: 'never',
    text: 'Lot {lot} has no blanks left.',
    next: 'Load another lot.',
  },
  'STOCK-NO-LINE': {
    retry: 'never',
    text: 'There is no line {line}.',
    next: 'Choose one of the lines on the screen.',
  },
  'STOCK-LINE-BUSY': {
    retry: 'retry-after-mending',
    text: 'Line {line} has a card in the machine.',
    next: 'Pause the batch and wait until the line rests, then load the lot.',
  },
} as const satisfies Record<string, FaultDescription>;
