import type { CardKeyReference } from '#shared/domain/dialogue.ts';
import type { PlannedContent } from './planned-content.ts';
import type { CardKeyNames } from './station/issuer-means.ts';

/** One data grouping to send: by reference, never by value. */
export interface PlannedGrouping {
  readonly dgi: string;
  readonly content: 'open' | 'secret';
  /**
   * `container:0101`: the order's own container; `built:0101`: made by the station from profile and order; `key:card-keys` and `key:card-key-checks`:
   * derived when the card's channel is open; `card:icc-key` and `card:pin-key`: a part of the card's own key pair, and of the one for enciphered PINs.
   */
  readonly reference: string;
  /** Length in bytes of what lies behind the reference; of a secret that the station makes, before it is enciphered. */
  readonly length: number;
}

/** How the station prepares a chip: names only. */
export interface StationChipPlan {
  /** Payment profile, `<id>@<version>`. */
  readonly profile: string;
  readonly cardKeys: CardKeyNames;
  readonly derivation: 'A' | 'B';
  /** The issuer's key that certifies the card's, or signs its static data; null where the card authenticates by neither. */
  readonly issuerKey: string | null;
}

/** An application beside the first on the same chip, personalised through the issuer's security domain. */
export interface PlannedApplication {
  readonly name: string;
  readonly application: string;
  /** All open; `built:<AID>/0101` is what the station made of the order. */
  readonly groupings: readonly PlannedGrouping[];
}

export type ChipPlan =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'emv';
      readonly application: string;
      /** The issuer's keys. */
      readonly keySet: CardKeyReference;
      readonly securityLevel: number;
      /** Null where nothing of the order is enciphered for transport. */
      readonly transportKeyName: string | null;
      /** Null where everything comes ready in the order. */
      readonly station: StationChipPlan | null;
      readonly groupings: readonly PlannedGrouping[];
      /** Only of a chip that is loaded. */
      readonly content?: PlannedContent;
      /** Only of a chip with several applications. */
      readonly further?: readonly PlannedApplication[];
    };

/** All that is to be done to one card, without any secret or personal value in it: it may be stored, printed and compared. */
export interface CardPlan {
  readonly version: 1;
  readonly product: string;
  readonly productDigest: string;
  readonly batch: string;
  readonly order: string;
  /** SHA-256 of the sealed record that the references point into. */
  readonly sealedDigest: string;
  readonly chip: ChipPlan;
  readonly stripe:
    | { readonly kind: 'none' }
    | {
        readonly kind: 'tracks';
        readonly coercivity: 'high' | 'low';
        readonly tracks: readonly { readonly track: 1 | 2 | 3; readonly reference: string }[];
      };
  readonly print: {
    readonly ribbon: 'ymcko' | 'k';
    readonly front: string;
    readonly back: string;
    readonly specimen: 'on' | 'off';
  };
  /** SHA-256 of the RFC 8785 form of everything above. */
  readonly planDigest: string;
}
