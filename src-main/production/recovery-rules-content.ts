import { rejectThenAsk, type RecoveryRule } from './recovery-rule.ts';

/** What a chip's content can be wrong in: they come before the rule for chips that fail in any way. */
export const contentRules: readonly RecoveryRule[] = [
  {
    // A lot of such blanks would go the same way, card by card.
    name: 'chip-content',
    codes: ['CARD-MEMORY', 'CARD-CONTENT'],
    moments: ['personalise'],
    decision: rejectThenAsk,
    guidance: {
      happened: 'The chip has no room for what it is to be loaded with, or holds something else.',
      certain: ['The chip is not used again.', 'Nothing of the order was written to it.'],
      uncertain: ['Whether the other blanks of the lot are like this one.'],
      next: 'Compare the lot in the feeder with the product before the next card. The card goes to the reject box.',
      place: 'contact-station',
      card: 'inside',
    },
  },
];
