import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { BatchId, OrderId } from '#shared/domain/identifiers.ts';
import type { PrintSide } from '#shared/domain/print-side.ts';
import type { Product } from '#shared/domain/product.ts';
import type { OfflineAuthentication } from '#shared/protocols/emv/certificates/certificate-lengths.ts';
import type { CertificateMonth } from '#shared/protocols/emv/certificates/certificate-month.ts';
import type { CertificationAuthorityKey } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import type { ChannelHandle, KeyPort } from '../keys/port.ts';
import type { CardPlan } from './card-plan.ts';

export type { ChannelHandle };

/** What a card in the machine needs of the keys: one secure channel and nothing else. */
export type ChannelKeys = Pick<
  KeyPort,
  | 'openChannel'
  | 'wrapCommand'
  | 'unwrapResponse'
  | 'unwrapThenWrap'
  | 'translateGrouping'
  | 'cardKeysGrouping'
  | 'iccKeyGroupings'
  | 'verifyCryptogram'
  | 'responseCryptogram'
  | 'scriptMac'
  | 'scriptEncipher'
  | 'newCardKeys'
  | 'closeChannel'
>;

/** One order made ready for one card. It holds personal data: dispose of it when the card has left the machine. */
export interface PreparedCard {
  readonly plan: CardPlan;
  readonly product: Product;
  readonly sides: readonly PrintSide[];
  /** Track texts to write and to expect, without sentinels and LRC. */
  readonly tracks: Readonly<Partial<Record<'track1' | 'track2' | 'track3', string>>>;
  /** 32 bytes that only the holder of the sealed record can make; digests of what is read off the card are made under it. */
  readonly digestKey: Uint8Array;
  /** How a terminal proves the card without a line, and what it needs for it; null where the station signed nothing. */
  readonly offline: {
    readonly authentication: OfflineAuthentication;
    readonly authority: CertificationAuthorityKey;
    readonly month: CertificateMonth;
  } | null;
  /** Resolves a reference of the plan (`record:pan`, `container:0101`, `built:0101`) to its bytes; PREPARATION-NO-VALUE where the order has none. */
  resolve(reference: string): Uint8Array;
  dispose(): void;
}

/** One order of a batch. */
export interface OrderToPrepare {
  readonly batch: BatchId;
  readonly order: OrderId;
}

/** Turns a released order into a card plan. */
export interface PreparationPort {
  /**
   * Unseals the order's record, checks it against the digest that was signed at release, and prepares plan, tracks and sides; where the product says
   * so, has verification values computed, takes a key pair for the chip and has it certified.
   *
   * PREPARATION-RECORD-CHANGED when the sealed record is not the one that was accepted; KEYS-NOT-FOUND after the batch's key was destroyed.
   */
  prepare(order: OrderToPrepare, signal: AbortSignal): Promise<PreparedCard>;
  /**
   * Prepares these orders (the first four) while others are in the machines, and disposes of any other that was made ready; an empty
   * list drops all. Never throws: what is wrong with an order shows when it is prepared.
   */
  readyAhead(orders: readonly OrderToPrepare[]): void;
  readonly channelKeys: ChannelKeys;
  /** Reads the chip without any authentication and compares it with what the product expects of a blank; findings are empty when it fits. */
  preflight(product: Product, blank: BlankInReader): Dialogue<PreflightResult>;
  /** Personalises the chip. CARD-STATUS when the card refuses a command. */
  personalise(card: PreparedCard): Dialogue<void>;
}

/** A blank as it met the reader. */
export interface BlankInReader {
  readonly atr: Uint8Array;
  /** The side of the chip that the reader speaks to. */
  readonly side: 'contact' | 'contactless';
}

export interface PreflightResult {
  /** IC fabricator, type, date, batch and serial from the CPLC, hexadecimal: unique to the chip. Null when a chip that is not the product's tells none. */
  readonly chipSerial: string | null;
  readonly findings: readonly { readonly code: string; readonly item: string; readonly text: string }[];
}
