import type { RecoveryGuideView } from '#shared/contract/views/line-views.ts';

/** Places of a card machine that the drawing can mark; `none` marks nothing. */
export type MachinePlace = RecoveryGuideView['place'];
/** Where the card is that the drawing speaks of. */
export type DrawnCard = RecoveryGuideView['card']['kind'];

export interface Spot {
  /** Middle of the ring around the part, in units of the drawing. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Where the part's name stands, and to which side it runs. */
  readonly name: { readonly x: number; readonly y: number; readonly anchor: 'start' | 'middle' | 'end' };
  /** Middle of a card that lies at this part; null where no card lies. */
  readonly card: { readonly x: number; readonly y: number } | null;
}

/** Height of the card's way through the machine, in units of the drawing. */
export const wayHeight = 176;

/** Where each part is drawn. The way runs from the feeder on the left to the trays on the right. */
export const spots: Readonly<Record<Exclude<MachinePlace, 'none'>, Spot>> = {
  feeder: {
    x: 118,
    y: 134,
    radius: 52,
    name: { x: 118, y: 232, anchor: 'middle' },
    card: { x: 118, y: wayHeight },
  },
  'contact-station': {
    x: 222,
    y: 188,
    radius: 36,
    name: { x: 218, y: 122, anchor: 'middle' },
    card: { x: 222, y: wayHeight },
  },
  reader: { x: 222, y: 240, radius: 36, name: { x: 222, y: 296, anchor: 'middle' }, card: { x: 222, y: wayHeight } },
  'stripe-head': {
    x: 316,
    y: 196,
    radius: 34,
    name: { x: 316, y: 252, anchor: 'middle' },
    card: { x: 316, y: wayHeight },
  },
  'print-head': {
    x: 416,
    y: 158,
    radius: 38,
    name: { x: 416, y: 252, anchor: 'middle' },
    card: { x: 416, y: wayHeight },
  },
  ribbon: { x: 416, y: 128, radius: 80, name: { x: 416, y: 252, anchor: 'middle' }, card: { x: 416, y: wayHeight } },
  flip: {
    x: 520,
    y: wayHeight,
    radius: 42,
    name: { x: 520, y: 120, anchor: 'middle' },
    card: { x: 520, y: wayHeight },
  },
  eject: {
    x: 596,
    y: wayHeight,
    radius: 32,
    name: { x: 590, y: 236, anchor: 'middle' },
    card: { x: 596, y: wayHeight },
  },
  hopper: { x: 672, y: 216, radius: 46, name: { x: 672, y: 288, anchor: 'middle' }, card: { x: 672, y: 199 } },
  'reject-box': { x: 520, y: 290, radius: 46, name: { x: 446, y: 300, anchor: 'end' }, card: { x: 520, y: 272 } },
  cover: { x: 338, y: 50, radius: 0, name: { x: 240, y: 88, anchor: 'middle' }, card: null },
  link: { x: 30, y: 250, radius: 30, name: { x: 30, y: 304, anchor: 'middle' }, card: null },
};
