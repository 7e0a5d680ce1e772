import type { InsertedCard } from './inserted-card.ts';

/** The place where a card meets a reader. One card at a time. */
export interface ReaderConnection {
  /** For the ready line: where the reader is, or where it may connect to. */
  readonly address: string;
  /**
   * Puts a card in. Resolves once the reader has its connection, or, for a mute card, at once.
   * Rejects when no reader takes it in time; the card stays in place and is offered again as soon as there is a reader.
   */
  insert(card: InsertedCard): Promise<void>;
  /** Takes the card out; resolves when its connection is closed. */
  remove(): Promise<void>;
  close(): Promise<void>;
}
