/** Width in pixels of a printed side: 86 mm at 300 dots an inch, landscape. */
export const sideWidth = 1016;
/** Height in pixels of a printed side: 54.9 mm at 300 dots an inch. */
export const sideHeight = 648;

export type PanelKind = 'yellow' | 'magenta' | 'cyan' | 'black' | 'overlay';

/**
 * One ribbon panel of one card side: `samples` holds 1016 * 648 bytes, one a pixel, row by row from the top left of the
 * landscape card; 0 = nothing is laid down, 255 = full. Black and overlay hold only 0 and 255.
 */
export interface PrintPanel {
  readonly kind: PanelKind;
  readonly width: typeof sideWidth;
  readonly height: typeof sideHeight;
  readonly samples: Uint8Array;
}

/** One side of a card as it goes to the printer; panels in ribbon order (yellow, magenta, cyan, black, overlay). */
export interface PrintSide {
  readonly side: 'front' | 'back';
  readonly panels: readonly PrintPanel[];
}
