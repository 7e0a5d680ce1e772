import type { FaultDescription } from './station-fault.ts';

/** Faults of the area encoder: the chip reader inside or beside a printer. */
export const encoderFaults = {
  'ENCODER-NO-CARD': {
    retry: 'ask-operator',
    text: 'The encoder {reader} sees no chip.',
    next: 'The card goes to the reject box. If the next one is not seen either, check that the blanks lie the right way round and that the encoder is connected.',
  },
  'ENCODER-CARD-STAYS': {
    retry: 'ask-operator',
    text: 'The encoder {reader} still reports a card although the printer has moved it away.',
    next: 'The card goes to the reject box. Check that the encoder belongs to this printer, then go on.',
  },
  'ENCODER-OCCUPIED': {
    retry: 'ask-operator',
    text: 'The encoder {reader} reports a card before one was taken from the feeder.',
    next: 'Look for a card in the machine and take it out; check that the encoder belongs to this printer. Then try again. No blank was used.',
  },
  'ENCODER-HELD': {
    retry: 'ask-operator',
    text: 'The encoder {reader} is in use: {by}.',
    next: 'Close other card programs on this machine, then try again.',
  },
  'ENCODER-DEADLINE': {
    retry: 'never',
    text: 'The card in {reader} did not answer within {seconds} seconds.',
    next: 'The card goes to the reject box and its order is made again.',
  },
  'ENCODER-LOST': {
    retry: 'ask-operator',
    text: 'The encoder {reader} is gone ({reason}).',
    next: 'Check its cable and that the smart card service runs, then try again.',
  },
  'ENCODER-NO-PCSC': {
    retry: 'never',
    text: 'This station cannot use smart card readers ({reason}).',
    next: 'Install the PC/SC package (see the start page of the manual), then start the station again.',
  },
  'ENCODER-REFUSED': {
    retry: 'ask-operator',
    text: 'The encoder {reader} refused ({reason}).',
    next: 'Take the encoder from its cable and put it back, then try again. If it happens again, give a supervisor this message.',
  },
} as const satisfies Record<string, FaultDescription>;
