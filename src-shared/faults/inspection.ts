import type { FaultDescription } from './station-fault.ts';

/** Faults of the inspection of a card that lies on a line's reader. */
export const inspectionFaults = {
  'INSPECTION-NO-READER': {
    retry: 'never',
    text: '{line} has no chip encoder: no card can be read there.',
    next: 'Put the card into the reader of another line.',
  },
  'INSPECTION-LINE-BUSY': {
    retry: 'retry-after-mending',
    text: '{line} does not rest: a batch runs on it, or its machine is in use.',
    next: 'Pause or finish the batch and wait until the line rests, then inspect the card.',
  },
  'INSPECTION-LINE-ASKS': {
    retry: 'retry-after-mending',
    text: '{line} waits for an answer.',
    next: 'Answer it on the Run screen, then inspect the card.',
  },
  'INSPECTION-NO-CHIP': {
    retry: 'never',
    text: 'Product {product} has no chip, and so no keys that open one.',
    next: 'Name the product that this card was made as.',
  },
  'INSPECTION-OTHER-KEYS': {
    retry: 'never',
    text: 'The card has no keys of product {product}: {reason}. No key was tried.',
    next: 'Name the product that this card was made as, or inspect it without keys.',
  },
  'INSPECTION-KEYS-REFUTED': {
    retry: 'ask-operator',
    text: 'A card has refused the keys of product {product} already. No key was tried on this one.',
    next: 'Find out why: another product, another issuer, or keys that were changed. Then allow one more try.',
  },
} as const satisfies Record<string, FaultDescription>;
