import type { ChannelHandle } from '../port.ts';
import type { ChannelRequest, OpenedChannel } from './card-key-requests.ts';

/** The acts of the key port on secure channels to cards; session keys never leave the key process. */
export interface ChannelActs {
  /**
   * Opens a secure channel of the protocol that the keys are of: derives the session keys (and before them the card's own, where they hang on a
   * manufacturer key) from the card's answer, proves the card cryptogram and then its challenge, and builds EXTERNAL AUTHENTICATE.
   *
   * KEYS-CARD-CRYPTOGRAM when the card's cryptogram is wrong (never try again on this card, stop the batch); KEYS-CARD-ANSWER when the card is another
   * than the product says. GPC_SPE_014 v1.1.2 §6.2.2, §6.2.3; GPC_SPE_034 v2.3.1 §E.4.
   */
  openChannel(request: ChannelRequest, signal: AbortSignal): Promise<OpenedChannel>;

  /** Wraps one plain command APDU for the channel. */
  wrapCommand(channel: ChannelHandle, command: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;

  /** Unwraps the card's answer (data and status word in and out); KEYS-CHANNEL-MAC when its R-MAC is missing or wrong: the channel is dead. */
  unwrapResponse(channel: ChannelHandle, response: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;

  /**
   * Unwraps the card's answer and, where its status word is 9000, wraps the next command: `wrapped` is null after any other, and where the next
   * cannot be wrapped. Faults of unwrapping.
   */
  unwrapThenWrap(
    channel: ChannelHandle,
    response: Uint8Array,
    next: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ readonly answer: Uint8Array; readonly wrapped: Uint8Array | null }>;

  /**
   * Re-enciphers one secret data grouping from the DGI transport key to the channel's data encryption key, padded as the channel asks; clear only
   * inside the worker.
   */
  translateGrouping(
    request: { readonly channel: ChannelHandle; readonly transportKeyName: string; readonly value: Uint8Array },
    signal: AbortSignal,
  ): Promise<Uint8Array>;

  /** Ends a channel and wipes its keys. */
  closeChannel(channel: ChannelHandle, signal: AbortSignal): Promise<void>;
}
