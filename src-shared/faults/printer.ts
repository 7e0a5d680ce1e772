import type { FaultDescription } from './station-fault.ts';

const askPrinterAgain = 'The line asks the printer where the card is. Check cable, network and power if it asks you.';

/** Faults of the area printer, and of the chip encoders inside or beside printers. */
export const printerFaults = {
  'PRINTER-COMMAND': {
    retry: 'never',
    text: 'A printer command cannot be written ({command}: {reason}).',
    next: 'Stop the batch and call a supervisor: the product or the program is wrong, not the printer.',
  },
  'PRINTER-ANSWER': {
    retry: 'ask-operator',
    text: 'The printer answered something that is not its language ({reason}).',
    next: 'Check that the right device is connected, then switch the printer off and on.',
  },
  'PRINTER-PANEL': {
    retry: 'never',
    text: 'A picture does not have the form that the printer takes ({reason}).',
    next: 'Stop the batch and call a supervisor: the layout or the program is wrong, not the printer.',
  },
  'PRINTER-LINK-LOST': {
    retry: 'ask-operator',
    text: 'The connection to the printer at {place} is lost ({reason}).',
    next: askPrinterAgain,
  },
  'PRINTER-SILENT': {
    retry: 'ask-operator',
    text: 'The printer at {place} did not answer "{command}" within {seconds} seconds.',
    next: askPrinterAgain,
  },
  'PRINTER-GARBAGE': {
    retry: 'ask-operator',
    text: 'What the printer at {place} answered to "{command}" cannot be relied on ({reason}).',
    next: askPrinterAgain,
  },
  'PRINTER-DEADLINE': {
    retry: 'ask-operator',
    text: 'The printer did not finish in time.',
    next: askPrinterAgain,
  },
  'PRINTER-OTHER-DEVICE': {
    retry: 'never',
    text: 'Another printer answers at this place: expected {expected}, found {found}.',
    next: 'Connect the printer that belongs to this line, or have the new one enrolled.',
  },
  'PRINTER-FEEDER-EMPTY': {
    retry: 'retry-after-mending',
    text: 'The printer took no card from the feeder.',
    next: 'Load blanks of the same lot, check that the feeder is closed, then go on.',
  },
  'PRINTER-RIBBON-OUT': {
    retry: 'retry-after-mending',
    text: 'The ribbon has ended.',
    next: 'Fit a new ribbon of the same kind, then go on.',
  },
  'PRINTER-RIBBON-WRONG': {
    retry: 'retry-after-mending',
    text: 'There is no ribbon in the printer, or not the one that this product needs.',
    next: 'Fit the right ribbon, then go on.',
  },
  'PRINTER-COVER-OPEN': {
    retry: 'retry-after-mending',
    text: 'The cover of the printer is open.',
    next: 'Close the cover, then go on.',
  },
  'PRINTER-JAM': {
    retry: 'ask-operator',
    text: 'A card is stuck in the printer.',
    next: 'Open the cover, take the card out, close the cover, put the card into the reject box, then say so.',
  },
  'PRINTER-NO-CARD': {
    retry: 'ask-operator',
    text: 'There should be a card in the printer, and it finds none.',
    next: 'Look in the machine, the output and the reject box. Put the card into the reject box, then say so.',
  },
  'PRINTER-CARD-INSIDE': {
    retry: 'retry-after-mending',
    text: 'A card that belongs to no order is in the printer.',
    next: 'Take it out and put it into the reject box, then say so.',
  },
  'PRINTER-HOPPER-FULL': {
    retry: 'retry-after-mending',
    text: 'The output hopper is full.',
    next: 'Empty it, then go on.',
  },
  'PRINTER-REJECT-FULL': {
    retry: 'retry-after-mending',
    text: 'The reject box is full.',
    next: 'Empty it with a second person, then go on.',
  },
  'PRINTER-CLEANING': {
    retry: 'retry-after-mending',
    text: 'The printer must be cleaned before it goes on.',
    next: 'Run a cleaning card, then go on.',
  },
  'PRINTER-STRIPE-WRITE': {
    retry: 'never',
    text: 'The printer could not write the magnetic stripe.',
    next: 'The card goes to the reject box and its order is made again. If it happens again, check the blanks.',
  },
  'PRINTER-STRIPE-READ': {
    retry: 'never',
    text: 'Track {track} of the magnetic stripe could not be read.',
    next: 'The card goes to the reject box and its order is made again. If it happens again, clean the stripe head.',
  },
  'PRINTER-STRIPE-BLANK': {
    retry: 'never',
    text: 'Track {track} of the magnetic stripe is empty.',
    next: 'The card goes to the reject box and its order is made again. If it happens again, check the blanks.',
  },
  'PRINTER-REFUSED': {
    retry: 'ask-operator',
    text: 'The printer refused "{command}" with "{answer}".',
    next: 'Look at the printer. If it shows nothing wrong, stop the batch and give a supervisor this message.',
  },
} as const satisfies Record<string, FaultDescription>;
