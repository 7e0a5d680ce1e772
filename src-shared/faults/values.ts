import type { FaultDescription } from './station-fault.ts';

/** Faults of the area values: what is computed for a card from its number, its PIN and the issuer's keys. */
export const valueFaults = {
  'EMV-VALUE-FORM': {
    retry: 'never',
    text: 'A value for the card cannot be computed: {what} is wrong ({reason}).',
    next: 'Correct the order or the product, then make the card again.',
  },
} as const satisfies Readonly<Record<string, FaultDescription>>;
