import type { CardCommand } from './card-command.ts';

/** An answer that is no refusal: its data, and 9000 or a warning (62xx). */
export interface CardAnswer {
  readonly data: Uint8Array;
  readonly sw: number;
}

/** The side on which a reader meets the chip. */
export type CardSide = 'contact' | 'contactless';

/** What the chip lends to the applications on it. */
export interface ApplicationSurroundings {
  readonly side: CardSide;
  readonly random: (length: number) => Uint8Array;
  /** Ends selection of every application on the chip for good. EMV Book 3 v4.4 §6.5.3. */
  readonly blockCard: () => void;
}

/**
 * An application as the chip sees it. All faults are thrown as StatusError; what it keeps without power lies in the state
 * it was made of and is changed in place before an answer is returned.
 */
export interface CardApplication {
  /** Begins anew: the answer to SELECT, with 9000 or 6283. */
  select(): CardAnswer;
  /** Whether the command bears the application's own secure messaging, which the chip then leaves on it. */
  ownsSecureMessaging(command: CardCommand): boolean;
  /** Performs one command that is neither SELECT nor one of GlobalPlatform's; the data of the answer with 9000. */
  perform(command: CardCommand): Uint8Array;
}
