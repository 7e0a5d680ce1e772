import type { CardProtocol } from '#shared/protocols/apdu/answer-to-reset.ts';

/** The two ways into a dual-interface chip. */
export type CardSide = 'contact' | 'contactless';

/** A card in a reader, connected exclusively. */
export interface CardLink {
  readonly atr: Uint8Array;
  readonly protocol: CardProtocol;
  /** The side of the chip that this reader speaks to. */
  readonly side: CardSide;
  /**
   * Sends one command APDU and returns the whole answer with its status word: 61xx and 6Cxx are dealt with below (`exchangeWhole`).
   *
   * CARD-APDU for bytes that are no command, CARD-ANSWER for an answer longer than asked for or without an end.
   * CARD-GONE when the card was pulled, CARD-MUTE, ENCODER-DEADLINE when the card did not answer in time (the reader is held until it
   * does), ENCODER-LOST when reader or pcscd went away. After any fault the link is dead.
   */
  exchange(
    command: Uint8Array,
    options: { readonly deadline: number; readonly signal: AbortSignal },
  ): Promise<Uint8Array>;
  /** Disconnects and takes the power from the card; never rejects. */
  close(): Promise<void>;
}

/** What a reader says now. */
export type ReaderState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'card'; readonly atr: Uint8Array }
  | { readonly kind: 'mute-card' }
  | { readonly kind: 'held'; readonly by: string }
  | { readonly kind: 'gone' };

/** One chip encoder, known by its serial; one child process each (DESIGN 4). */
export interface CardReader {
  readonly serial: string;
  readonly name: string;
  state(signal: AbortSignal): Promise<ReaderState>;
  /** Waits until a card is there; ENCODER-NO-CARD at the deadline, CARD-MUTE when it gives no ATR. */
  waitForCard(options: { readonly deadline: number; readonly signal: AbortSignal }): Promise<void>;
  /** Waits until no card is there; ENCODER-CARD-STAYS at the deadline. */
  waitForRemoval(options: { readonly deadline: number; readonly signal: AbortSignal }): Promise<void>;
  /** Connects exclusively; ENCODER-HELD when another program has the card. */
  connect(signal: AbortSignal): Promise<CardLink>;
  close(): Promise<void>;
}
