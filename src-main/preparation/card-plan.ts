/** One data grouping to send: by reference, never by value. */
export interface PlannedGrouping {
  readonly dgi: string;
  readonly content: 'open' | 'secret';
  /** `container:0101`: the order's own container. */
  readonly reference: string;
  /** Length in bytes of what lies behind the reference. */
  readonly length: number;
}

export type ChipPlan =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'emv';
      readonly application: string;
      readonly keySet: { readonly name: string; readonly version: number };
      readonly securityLevel: number;
      readonly transportKeyName: string;
      readonly groupings: readonly PlannedGrouping[];
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
