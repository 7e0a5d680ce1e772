import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { ask, goOn, rejectThenAsk, stopBatch, type RecoveryRule } from './recovery-rule.ts';

const rejected =
  'The card goes to the reject box and is counted; its order is made again, or held for two people where it has cost too many blanks.';
const noKeyTried = 'No key was tried on its chip.';
const chipSteps: readonly StepName[] = ['connect-chip', 'preflight', 'personalise', 'verify-chip', 'release-chip'];
/** The steps before the first key is tried on a chip. */
const beforeKeys: readonly StepName[] = ['connect-chip', 'preflight'];
const readerAway = ['ENCODER-LOST', 'ENCODER-HELD', 'ENCODER-NO-PCSC', 'ENCODER-REFUSED'];

/** What chips, their keys and readers do wrong. First match wins. */
export const chipRules: readonly RecoveryRule[] = [
  {
    // The next card would lose a try for the same wrong key.
    name: 'wrong-card-key',
    codes: ['KEYS-CARD-CRYPTOGRAM', 'CARD-AUTHENTICATION'],
    moments: 'any-step',
    decision: stopBatch,
    guidance: {
      happened: 'The chip and the keys of this product do not belong together.',
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
    name: 'keys-refuted-elsewhere',
    codes: ['PRODUCTION-KEYS-REFUTED'],
    moments: ['personalise'],
    decision: goOn,
    guidance: {
      happened:
        'A card on another line showed that the keys do not belong to these blanks, before this card was tried.',
      certain: [noKeyTried, 'The batch has stopped.'],
      uncertain: [],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    // Which printer's card the reader sees is not certain any more: the next card of this line would be in doubt too.
    name: 'wrong-reader',
    codes: ['PRODUCTION-WRONG-READER'],
    moments: beforeKeys,
    decision: rejectThenAsk,
    guidance: {
      happened:
        'The card was brought to this line’s contact station, but the encoder {found} of another line reports it.',
      certain: [noKeyTried],
      uncertain: ['Whether the cables between printers and encoders are swapped.'],
      next: rejected,
      place: 'reader',
      card: 'inside',
    },
  },
  {
    // The reading of the finished chip begins with a new arrival at the reader.
    name: 'wrong-reader-at-proof',
    codes: ['PRODUCTION-WRONG-READER'],
    moments: 'any-step',
    decision: rejectThenAsk,
    guidance: {
      happened: 'The chip was to be read once more, but the encoder {found} of another line reports a card, too.',
      certain: ['The chip is not proven, so the card is not good.'],
      uncertain: ['Whether the cables between printers and encoders are swapped, and which card was written.'],
      next: rejected,
      place: 'reader',
      card: 'inside',
    },
  },
  {
    name: 'wrong-reader-to-mend',
    codes: ['PRODUCTION-WRONG-READER'],
    moments: ['after-card'],
    decision: ask('continue', 'stop-batch'),
    guidance: {
      happened: 'The encoder of another line reported the card of this line.',
      certain: ['The card is in the reject box and counted.'],
      uncertain: ['Whether the cables between printers and encoders are swapped.'],
      next: 'Put each encoder’s cable back where it belongs, then go on.',
      place: 'reader',
      card: 'none',
    },
  },
  {
    // A blank that is not the product's: the whole lot may be wrong.
    name: 'wrong-blank',
    codes: ['PRODUCTION-PREFLIGHT'],
    moments: 'any-step',
    decision: rejectThenAsk,
    guidance: {
      happened: 'The card at the contact station is not the blank that this order needs: {text}.',
      certain: ['It was read twice, the second time from a cold start.', noKeyTried],
      uncertain: ['Whether the other blanks in the feeder are right.'],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    name: 'wrong-blanks-to-check',
    codes: ['PRODUCTION-PREFLIGHT'],
    moments: ['after-card'],
    decision: ask('continue', 'stop-batch'),
    guidance: {
      happened: 'The last blank was not the one that the product needs.',
      certain: ['It is in the reject box and counted.', noKeyTried],
      uncertain: ['Whether the other blanks in the feeder are right.'],
      next: 'Compare the blanks in the feeder with the lot that is booked to this line, then go on.',
      place: 'feeder',
      card: 'none',
    },
  },
  {
    name: 'chip-twice',
    codes: ['PRODUCTION-CHIP-TWICE'],
    moments: 'any-step',
    decision: rejectThenAsk,
    guidance: {
      happened: 'The chip {serial} was met before in this batch.',
      certain: ['One chip is used for one attempt only.', noKeyTried],
      uncertain: ['Whether a used card lies in the feeder.'],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    name: 'chip-twice-to-check',
    codes: ['PRODUCTION-CHIP-TWICE'],
    moments: ['after-card'],
    decision: ask('continue', 'stop-batch'),
    guidance: {
      happened: 'The chip of the last card was met before in this batch.',
      certain: ['The card is in the reject box and counted.'],
      uncertain: ['Whether more used cards lie in the feeder.'],
      next: 'Take the blanks out of the feeder, take out any card that was used, put the rest back, then go on.',
      place: 'feeder',
      card: 'none',
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
    // The station itself looks after a lost store, and begins no card before it is back: nobody needs to be asked.
    name: 'keys-away',
    codes: [
      'KEYS-HSM-LOST',
      'KEYS-WORKER-LOST',
      'KEYS-CHANNEL-LOST',
      'KEYS-DEADLINE',
      'KEYS-TOKEN',
      'KEYS-PIN',
      'KEYS-MODULE',
    ],
    moments: chipSteps,
    decision: goOn,
    guidance: {
      happened: 'The HSM, or the program that speaks to it, did not answer.',
      certain: [
        'The secure channel to this chip is dead and is not opened a second time.',
        'No further card is begun before the HSM answers again.',
      ],
      uncertain: [],
      next: rejected,
      place: 'none',
      card: 'inside',
    },
  },
  {
    name: 'keys-fail',
    codes: ['KEYS-HSM-FAULT', 'KEYS-WORKER-FAULT', 'KEYS-CLOSED'],
    moments: chipSteps,
    decision: rejectThenAsk,
    guidance: {
      happened: 'The HSM, or the program that speaks to it, refused an operation.',
      certain: ['The secure channel to this chip is dead and is not opened a second time.'],
      uncertain: ['Whether the next card would fare better.'],
      next: rejected,
      place: 'none',
      card: 'inside',
    },
  },
  {
    // The keys of this order or product are not right: the next card would fare no better.
    name: 'keys-wrong',
    codes: [
      'KEYS-NOT-FOUND',
      'KEYS-REFUSED',
      'KEYS-ENVIRONMENT',
      'KEYS-GROUPING-FORM',
      'KEYS-UNWRAP',
      'KEYS-WRONG-KCV',
      'KEYS-MECHANISM',
    ],
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
    // A reader that is gone must not eat blank after blank: it is looked at before each.
    name: 'reader-not-ready',
    codes: [...readerAway, 'ENCODER-OCCUPIED', 'ENCODER-DEADLINE', 'PRODUCTION-NO-READER'],
    moments: ['before-card', 'feed'],
    decision: ask('retry', 'stop-batch'),
    guidance: {
      happened: 'The chip encoder of this line is not ready for a card.',
      certain: ['No blank was taken from the feeder.'],
      uncertain: [],
      next: 'Put right what the message above says of the encoder, then try again.',
      place: 'reader',
      card: 'none',
    },
  },
  {
    // Nothing was tried on the chip: the card waits for its reader.
    name: 'reader-away-before-keys',
    codes: readerAway,
    moments: ['connect-chip', 'preflight'],
    decision: ask('retry', 'reject-card', 'stop-batch'),
    guidance: {
      happened: 'The chip encoder of this line is gone, or another program has it.',
      certain: [noKeyTried, 'The card is not lost: it can still be made.'],
      uncertain: [],
      next: 'Connect the encoder, or close the other program, then try again.',
      place: 'reader',
      card: 'inside',
    },
  },
  {
    // Written and proven: only whether the reader has let the card go is not known.
    name: 'reader-away-after-proof',
    codes: readerAway,
    moments: ['release-chip'],
    decision: ask('retry', 'reject-card', 'stop-batch'),
    guidance: {
      happened: 'The chip encoder went away while the card left it.',
      certain: ['The chip was written and proven before.'],
      uncertain: ['Whether the card has left the contact station.'],
      next: 'Connect the encoder, then try again.',
      place: 'reader',
      card: 'inside',
    },
  },
  {
    // The chip was tried: it is not tried again. The next blank waits until the reader is there.
    name: 'reader-away-midway',
    codes: readerAway,
    moments: ['personalise', 'verify-chip'],
    decision: goOn,
    guidance: {
      happened: 'The chip encoder went away in the middle of the work on the chip.',
      certain: ['The card is not continued.', 'The next blank is taken only when the encoder is there again.'],
      uncertain: ['How far the chip was written.'],
      next: rejected,
      place: 'reader',
      card: 'inside',
    },
  },
  {
    name: 'no-chip-seen',
    codes: ['ENCODER-NO-CARD', 'CARD-MUTE'],
    moments: beforeKeys,
    decision: goOn,
    guidance: {
      happened: 'The encoder sees no chip, or a chip that gives no sign of life.',
      certain: [noKeyTried, 'After three such cards in a row the line asks.'],
      uncertain: ['Whether the card lies the wrong way round or its chip is dead.'],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    name: 'chip-seen-no-more',
    codes: ['ENCODER-NO-CARD', 'CARD-MUTE'],
    moments: chipSteps,
    decision: goOn,
    guidance: {
      happened: 'The encoder does not see the chip any more, or the chip gives no sign of life any more.',
      certain: ['The chip is not proven, so the card is not good.'],
      uncertain: ['How far the chip was written.'],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    name: 'chip-silent',
    codes: ['ENCODER-DEADLINE'],
    moments: chipSteps,
    decision: goOn,
    guidance: {
      happened: 'The chip did not answer a command in time.',
      certain: ['The chip is not used again.', 'The next blank is taken only when the encoder is free again.'],
      uncertain: ['Whether the chip has carried out the command.'],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    name: 'chip-too-slow',
    codes: ['PRODUCTION-DEADLINE'],
    moments: ['connect-chip', 'preflight', 'personalise', 'verify-chip'],
    decision: goOn,
    guidance: {
      happened: 'The work on the chip took longer than it may.',
      certain: ['The chip is not used again.'],
      uncertain: ['How far the chip was written.'],
      next: rejected,
      place: 'contact-station',
      card: 'inside',
    },
  },
  {
    name: 'chip-fails',
    codes: ['CARD-*', 'KEYS-CARD-ANSWER', 'KEYS-CHANNEL-MAC', 'KEYS-CHANNEL-DEAD'],
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
    // Which card the reader sees is not certain: that of this line, or one that another line brought.
    name: 'card-stays',
    codes: ['ENCODER-CARD-STAYS'],
    moments: chipSteps,
    decision: rejectThenAsk,
    guidance: {
      happened: 'The encoder still reports a card although the printer has moved it away.',
      certain: ['The card is not finished.'],
      uncertain: ['Whether the encoder belongs to this printer.'],
      next: rejected,
      place: 'reader',
      card: 'inside',
    },
  },
];
