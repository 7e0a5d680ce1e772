import type { FaultDescription } from './station-fault.ts';

/** Faults of the area card: what a chip, a stripe or their data can do wrong. */
export const cardFaults = {
  'CARD-GONE': {
    retry: 'ask-operator',
    text: 'The card stopped answering while it was being read or written.',
    next: 'Check whether the card is still in the machine. It is not used again: let the line reject it.',
  },
  'CARD-MUTE': {
    retry: 'ask-operator',
    text: 'The card in the encoder gives no sign of life.',
    next: 'It is not used: let the line reject it. If the next one is mute too, check that the blanks have chips.',
  },
  'CARD-APDU': {
    retry: 'never',
    text: 'A card command has a form that cannot exist ({reason}).',
    next: 'Stop the batch and call a supervisor: the product or the program is wrong, not the card.',
  },
  'CARD-STATUS': {
    retry: 'ask-operator',
    text: 'The card refused "{command}" with status {statusWord}: {meaning}.',
    next: 'Let the line reject this card. If the next one does the same, stop the batch.',
  },
  'CARD-TLV': {
    retry: 'never',
    text: 'Data on or for the card is not well-formed ({reason}, byte {offset}).',
    next: 'Let the line reject this card. If the next one does the same, stop the batch.',
  },
  'CARD-TLV-MISSING': {
    retry: 'never',
    text: 'The card answer "{where}" lacks the data object {tag}.',
    next: 'Let the line reject this card. If the next one does the same, stop the batch.',
  },
  'CARD-EXERCISE': {
    retry: 'never',
    text: 'This card cannot be exercised: {reason}.',
    next: 'PIN tries, scripts and blocking are for test cards: choose an order of a test product that the station prepares.',
  },
  'CARD-ANSWER': {
    retry: 'never',
    text: 'The answer to "{command}" does not have the form that the standard demands ({reason}).',
    next: 'Let the line reject this card and check that the right blanks are loaded.',
  },
  'CARD-AUTHENTICATION': {
    retry: 'never',
    text: 'The card refused the proof of the keys with status {statusWord}: {meaning}. It has lost a try.',
    next: 'The batch has stopped and no other card is tried. Keep this card apart and call a supervisor.',
  },
  'CARD-CRYPTOGRAM': {
    retry: 'never',
    text: 'The card did not prove that it knows the expected keys (key version {keyVersion}).',
    next: 'The batch has stopped. Do not try again: each try may bring a card nearer to being locked. Call a supervisor.',
  },
  'CARD-SECURE-MESSAGING': {
    retry: 'never',
    text: 'An answer from the card was not properly protected ({reason}).',
    next: 'Let the line reject this card. If it happens again, stop the batch and call a supervisor.',
  },
  'CARD-CHANNEL': {
    retry: 'never',
    text: 'The secure channel to the card cannot be used ({reason}).',
    next: 'Let the line reject this card; a new card opens a new channel.',
  },
  'CARD-END-STATE': {
    retry: 'never',
    text: 'The card accepted every command, and {subject} is {found} instead of {expected}.',
    next: 'Let the line reject this card. If it happens again, compare the product with what the maker of the chip says of its states.',
  },
  'CARD-PERSONALISATION': {
    retry: 'never',
    text: 'The personalisation data cannot be sent to the card ({reason}).',
    next: 'Hold this order and tell who prepared the batch.',
  },
  'CARD-MEMORY': {
    retry: 'never',
    text: 'The card has no room for {subject} ({command}).',
    next: 'Let the line reject this card and check that the right blanks are loaded: this product needs more memory.',
  },
  'CARD-CONTENT': {
    retry: 'never',
    text: 'The card does not hold what it was to be loaded with: {subject}, {reason}.',
    next: 'Let the line reject this card and check that the right blanks are loaded.',
  },
  'CARD-STRIPE': {
    retry: 'never',
    text: 'Track {track} of the magnetic stripe is not in order ({reason}).',
    next: 'Hold this order; if the track was read from a card, let the line reject the card.',
  },
} as const satisfies Record<string, FaultDescription>;
