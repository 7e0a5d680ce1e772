import type { PanelKind } from '#shared/domain/print-side.ts';

/** One panel to be written as a command; samples as in `PrintPanel`. */
export interface PackRequest {
  readonly id: number;
  readonly kind: PanelKind;
  readonly samples: Uint8Array;
}

/** The download command of a panel, and whether anything is laid down by it. */
export interface PackedPanel {
  readonly command: Uint8Array<ArrayBuffer>;
  readonly ink: 'some' | 'none';
}

export type PackReply =
  | { readonly id: number; readonly kind: 'packed'; readonly panel: PackedPanel }
  | { readonly id: number; readonly kind: 'refused'; readonly reason: string };
