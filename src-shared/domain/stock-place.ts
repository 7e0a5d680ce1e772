import { z } from 'zod';

/**
 * Where counted stock may be: the vault, what is in a line's hands (its feeder and the packs beside it, the ribbon packs that wait
 * there), the box of good cards, the locked box of rejected ones, and the container of used ribbons.
 */
export const stockPlace = z.string().regex(/^(vault|good-cards|rejects|used-ribbons|line\/[a-z0-9][a-z0-9-]{0,39})$/);
export type StockPlace = z.infer<typeof stockPlace>;

/** What is counted at a place: a lot in the vault and at a line; `cards` and `ribbons` in the containers, whatever lot they came from. */
export const stockItem = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
export type StockItem = z.infer<typeof stockItem>;

/** Counted in lots; mailers will join them. */
export const stockKind = z.enum(['blank', 'ribbon']);
export type StockKind = z.infer<typeof stockKind>;

const linePrefix = 'line/';

export function placeOfLine(line: string): StockPlace {
  return `${linePrefix}${line}`;
}

/** The line of a place, or null where the place is no line's. */
export function lineOfPlace(place: StockPlace): string | null {
  return place.startsWith(linePrefix) ? place.slice(linePrefix.length) : null;
}
