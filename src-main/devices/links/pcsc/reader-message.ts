import type { CardProtocol } from '#shared/protocols/apdu/answer-to-reset.ts';
import type { PcscTrouble } from './pcsc-trouble.ts';

/** What PC/SC says of a reader: its event state, to be handed back for the next look, and what that means. */
export interface SeenReader {
  readonly raw: number;
  readonly card: 'none' | 'present' | 'mute';
  readonly use: 'free' | 'in-use';
  readonly reader: 'there' | 'gone';
  readonly atr: Uint8Array | null;
}

/** From the station to the process of a reader. */
export type ReaderRequest =
  | { readonly kind: 'list' }
  /** Looks at once (`since` null), or waits until it differs from what was seen, at most so many milliseconds. */
  | { readonly kind: 'look'; readonly since: number | null; readonly milliseconds: number }
  | { readonly kind: 'connect' }
  | { readonly kind: 'exchange'; readonly command: Uint8Array }
  /** Takes the power from the card; the filler overwrites what commands have left in the buffer of the way. */
  | { readonly kind: 'disconnect'; readonly filler: Uint8Array };

export interface ReaderResults {
  readonly list: readonly string[];
  readonly look: SeenReader;
  /** The answer to reset, and the protocol that was agreed upon. */
  readonly connect: { readonly atr: Uint8Array; readonly protocol: CardProtocol };
  readonly exchange: Uint8Array;
  readonly disconnect: null;
}

export type ReaderReply =
  | { readonly id: number; readonly kind: 'done'; readonly result: ReaderResults[keyof ReaderResults] }
  | { readonly id: number; readonly kind: 'trouble'; readonly trouble: PcscTrouble; readonly reason: string };
