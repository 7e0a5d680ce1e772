import type { Panel } from './panel-geometry.ts';

/** Milliseconds that each movement takes. */
export interface Durations {
  readonly feed: number;
  readonly move: number;
  readonly contact: number;
  readonly stripe: number;
  readonly flip: number;
  readonly eject: number;
  readonly reset: number;
  readonly print: Readonly<Record<Panel, number>>;
}

/** `real`: about 25 s for a colour front and a black back, as a desktop duplex printer needs (our estimate, no measurement). */
export const durations: Readonly<Record<'fast' | 'real', Durations>> = {
  fast: {
    feed: 3,
    move: 1,
    contact: 2,
    stripe: 2,
    flip: 2,
    eject: 2,
    reset: 10,
    print: { y: 3, m: 3, c: 3, k: 3, o: 3 },
  },
  real: {
    feed: 1800,
    move: 500,
    contact: 900,
    stripe: 1600,
    flip: 2200,
    eject: 1200,
    reset: 4000,
    print: { y: 3600, m: 3600, c: 3600, k: 2400, o: 3200 },
  },
};
