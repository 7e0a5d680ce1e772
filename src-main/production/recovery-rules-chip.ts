import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { goOn, rejectThenAsk, stopBatch, type RecoveryRule } from './recovery-rule.ts';

const rejected = 'The card goes to the reject box and is counted; its order is made again with a new blank.';
const chipSteps: readonly StepName[] = ['connect-chip', 'preflight', 'personalise', 'verify-chip', 'release-chip'];

/** What chips, their keys and readers do wrong. First match wins. */
export const chipRules: readonly RecoveryRule[] = [
  {
    // The next card would lose a try for the same wrong key.
    name: 'wrong-card-key',
    codes: ['KEYS-CARD-CRYPTOGRAM'],
    moments: 'any-step',
    decision: stopBatch,
    guidance: {
      happened: 'The chip did not prove that it holds the keys of this product.',
      certain: [
        'The card was tried once and is not tried again.',
        'The whole batch has stopped: no other card is tried.',
      ],
      uncertain: ['Whether the blanks or the station’s keys are the wrong ones.'],
      next: 'Call a supervisor. Compare the lot in the feeder and the key version with the product before the batch is started again.',
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    // A blank that is not the product's: the whole lot may be wrong, and the encoder may be another line's.
    name: 'wrong-blank',
    codes: ['PRODUCTION-PREFLIGHT', 'PRODUCTION-WRONG-READER', 'PRODUCTION-CHIP-TWICE'],
    moments: 'any-step',
    decision: rejectThenAsk,
    guidance: {
      happened: 'The card at the contact station is not the blank that this order needs.',
      certain: ['No key was tried on its chip.'],
      uncertain: ['Whether the other blanks in the feeder are right.'],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    name: 'chip-differs',
    codes: ['PRODUCTION-CHIP-DIFFERS'],
    moments: 'any-step',
    decision: goOn,
    guidance: {
      happened: 'The chip does not hold what was planned.',
      certain: ['The difference was read from the finished chip: the card is not good.'],
      uncertain: [],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    name: 'keys-away',
    codes: ['KEYS-HSM-LOST', 'KEYS-WORKER-LOST', 'KEYS-CHANNEL-LOST', 'KEYS-DEADLINE'],
    moments: chipSteps,
    decision: rejectThenAsk,
    guidance: {
      happened: 'The HSM, or the program that speaks to it, did not answer.',
      certain: ['The secure channel to this chip is dead and is not opened a second time.'],
      uncertain: ['Whether the HSM answers again.'],
      next: rejected,
      place: 'none',
      card: 'inside',
    },
  },
  {
    // The keys of this order or product are not right: the next card would fare no better.
    name: 'keys-wrong',
    codes: ['KEYS-NOT-FOUND', 'KEYS-REFUSED', 'KEYS-ENVIRONMENT', 'KEYS-GROUPING-FORM'],
    moments: chipSteps,
    decision: rejectThenAsk,
    guidance: {
      happened: 'The HSM does not have, or does not give, the key that this card needs.',
      certain: ['The next card would fare no better.'],
      uncertain: [],
      next: rejected,
      place: 'none',
      card: 'inside',
    },
  },
  {
    name: 'chip-fails',
    codes: ['CARD-*', 'KEYS-CARD-ANSWER', 'KEYS-CHANNEL-MAC', 'KEYS-CHANNEL-DEAD', 'ENCODER-DEADLINE'],
    moments: chipSteps,
    decision: goOn,
    guidance: {
      happened: 'The chip stopped answering, refused a command or answered wrongly.',
      certain: ['The chip is not used again.'],
      uncertain: ['How far the chip was written.'],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    name: 'reader-away',
    codes: ['ENCODER-*'],
    moments: chipSteps,
    decision: rejectThenAsk,
    guidance: {
      happened: 'The chip encoder of this line is gone, is held by another program, or saw no card.',
      certain: ['The card is not continued.'],
      uncertain: ['Whether the encoder will serve the next card.'],
      next: rejected,
      place: 'reader',
      card: 'inside',
    },
  },
];
