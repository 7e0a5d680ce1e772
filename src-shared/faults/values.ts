import type { FaultDescription } from './station-fault.ts';

/** Faults of the area values: what is computed for a card from its number, its PIN and the issuer's keys. */
export const valueFaults = {
  'EMV-VALUE-FORM': {
    retry: 'never',
    text: 'A value for the card cannot be computed: {what} is wrong ({reason}).',
    next: 'Correct the order or the product, then make the card again.',
  },
  'PIN-BLOCK-FORM': {
    retry: 'never',
    text: 'A PIN block of format {format} is malformed ({reason}).',
    next: 'Check that the sender and this station use the same format, the same card number and the same key, then send the PIN block again.',
  },
  'PIN-BLOCK-TRANSLATION': {
    retry: 'never',
    text: 'A PIN block of format {from} may not become one of format {to}: {reason}.',
    next: 'Ask for the PIN block in the form that this step needs; the rules of PCI PIN allow no way round.',
  },
} as const satisfies Readonly<Record<string, FaultDescription>>;
