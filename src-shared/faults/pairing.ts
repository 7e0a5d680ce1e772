import type { FaultDescription } from './station-fault.ts';

/** Faults of the pairing of a printer with its chip encoder, proven by a test card. */
export const pairingFaults = {
  'PRODUCTION-NOT-PAIRED': {
    retry: 'retry-after-mending',
    text: 'Nobody has proven that the chip encoder of {line} is the one inside its printer.',
    next: 'Go to Devices, choose "Prove the pairing" at {line}: one blank is used as a test card. Then start the batch.',
  },
  'PRODUCTION-TEST-CARD-INSIDE': {
    retry: 'retry-after-mending',
    text: 'The test card of an interrupted pairing may still be in the machine of {line}.',
    next: 'Go to Devices and choose "Prove the pairing" at {line}: the station finds out where the test card is. Then start the batch.',
  },
  'PAIRING-NO-READER': {
    retry: 'never',
    text: '{line} has no chip encoder: there is nothing to pair.',
    next: 'Use the line for products without a chip.',
  },
  'PAIRING-BATCH-RUNS': {
    retry: 'retry-after-mending',
    text: 'Batch {batch} runs on {line}.',
    next: 'Pause or finish the batch, then prove the pairing.',
  },
  'PAIRING-LINE-BUSY': {
    retry: 'retry-after-mending',
    text: '{line} is busy: a card is in its machine, or it is being asked about one.',
    next: 'Wait until the line rests, or answer what it asks, then prove the pairing.',
  },
  'PAIRING-LINE-ASKS': {
    retry: 'retry-after-mending',
    text: '{line} waits for an answer.',
    next: 'Answer it on the Run screen, then prove the pairing.',
  },
  'PAIRING-CARD-INSIDE': {
    retry: 'retry-after-mending',
    text: 'There is a card in the machine of {line} that was not fed as a test card.',
    next: 'Take it out and put it into the reject box, then prove the pairing.',
  },
  'PAIRING-CARD-UNKNOWN': {
    retry: 'retry-after-mending',
    text: 'The printer of {line} cannot say where the test card is.',
    next: 'Open the cover, take the test card out if it is there and put it into the reject box; then prove the pairing again.',
  },
  'PAIRING-NO-BLANKS': {
    retry: 'retry-after-mending',
    text: 'No blanks are booked to {line}: the test card must come from a lot.',
    next: 'Load a lot of blanks with a chip, book it to the line, then prove the pairing.',
  },
  'PAIRING-NOT-FED': {
    retry: 'retry-after-mending',
    text: 'The printer of {line} took no card from its feeder.',
    next: 'Check the feeder, then prove the pairing again. The blank is still in its lot.',
  },
  'PAIRING-OTHER-READER': {
    retry: 'retry-after-mending',
    text: 'The test card of {line} should be in {expected}, but {found} reports it.',
    next: 'The test card is in the reject box, and the line makes no chip cards. Change the cables between printers and encoders, then prove the pairing again.',
  },
} as const satisfies Record<string, FaultDescription>;
