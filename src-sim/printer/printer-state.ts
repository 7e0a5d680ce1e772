import type { PrintedLayer } from './card-picture.ts';
import type { Place } from './fault-book.ts';
import type { Side } from './panel-geometry.ts';
import type { TrackNumber } from './stripe-track.ts';

/** Where the one card inside stands. */
export type Position = 'feed' | 'contact' | 'contactless' | 'stripe' | 'print' | 'flip' | 'eject';

/** The card inside the printer. */
export interface CardInside {
  /** Printer serial and running number of the fed card. */
  readonly id: string;
  position: Position;
  /** The side under the print head. */
  sideUp: Side;
  /** Flux of each track that was written, as text of 0 and 1. */
  readonly tracks: Partial<Record<TrackNumber, string>>;
  readonly layers: PrintedLayer[];
  /** The stripe was written after something had been printed: the real printer does it, the trade does not. */
  encodedAfterPrint: boolean;
}

/** The ribbon that is fitted. */
export interface FittedRibbon {
  /** Its panels in order, as the ribbon code of `Pr`. */
  readonly code: string;
  readonly capacity: number;
  /** Sets of panels that are not begun. */
  remaining: number;
  /** Panels of the set under the head that are used up; the code's length where no set is begun. */
  used: number;
}

export interface Counters {
  /** Cards that left the feeder. */
  fed: number;
  /** Cards in the output hopper's account. */
  good: number;
  rejected: number;
  /** Cards that a person took out of the machine. */
  taken: number;
  /** Sides on which anything was printed. */
  prints: number;
  panels: number;
  flips: number;
  stripeWrites: number;
  stripeReads: number;
  encodedAfterPrint: number;
  cleanings: number;
}

/** All that outlives the power of the printer. */
export interface PrinterState {
  feeder: number;
  /** Cards that lie in the output hopper and in the reject box now. */
  hopper: number;
  reject: number;
  ribbon: FittedRibbon | null;
  inside: CardInside | null;
  /** A card sticks here and nothing moves. */
  jammed: Place | null;
  savedErrorMode: number;
  savedInsertion: string;
  counters: Counters;
}

export function freshCounters(): Counters {
  return {
    fed: 0,
    good: 0,
    rejected: 0,
    taken: 0,
    prints: 0,
    panels: 0,
    flips: 0,
    stripeWrites: 0,
    stripeReads: 0,
    encodedAfterPrint: 0,
    cleanings: 0,
  };
}

/** A full roll of a ribbon. Throws an Error on a code that this printer cannot take. */
export function freshRibbon(code: string, count: number): FittedRibbon {
  if (!/^(?!.*([ymco]).*\1)[ymcko]{1,6}$/.test(code)) throw new Error(`no such ribbon: ${code}`);
  if (!Number.isSafeInteger(count) || count < 0) throw new Error(`no such ribbon count: ${String(count)}`);
  return { code, capacity: count, remaining: count, used: code.length };
}
