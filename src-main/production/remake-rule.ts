import type { Disposition } from '#shared/journal-format/events/production-events.ts';

/** A blank that an order has cost without a good card. */
export interface LostCard {
  readonly attempt: string;
  readonly chipSerial: string | null;
  readonly disposition: Disposition;
  readonly reason: string;
}

/** So many blanks an order may cost under the release alone; each further one needs two people. */
const mostBlanksLost = 3;
/** So many cards of a batch may have left a machine by one person's hand, or this share of the batch where that is more. */
const mostSpoiled = 10;
const mostSpoiledShare = 0.01;

/**
 * Says whether a lost card is made again under the release alone (null), or why its order is held until two people have signed.
 *
 * The machine's own rejects lie counted in its reject box; a card that a person took out rests on that person's word, which is trusted
 * within a limit only. A missing card may be good in somebody's pocket. Pure.
 */
export function remakeRule(
  lost: readonly LostCard[],
  batch: { readonly spoiled: number; readonly total: number },
): string | null {
  if (lost.some(({ disposition }) => disposition === 'missing')) return 'REMAKE-CARD-MISSING';
  if (lost.length >= mostBlanksLost) return 'PRODUCTION-TOO-MANY-ATTEMPTS';
  const limit = Math.max(mostSpoiled, Math.ceil(batch.total * mostSpoiledShare));
  const last = lost.at(-1);
  if (last?.disposition === 'spoiled' && batch.spoiled > limit) return 'REMAKE-SPOILED-LIMIT';
  return null;
}

/** Reasons of a held order that two people may undo; an order that intake or preparation held has no card to replace. */
export const remakeable: readonly string[] = [
  'PRODUCTION-TOO-MANY-ATTEMPTS',
  'REMAKE-CARD-MISSING',
  'REMAKE-SPOILED-LIMIT',
  'REMAKE-CARD-RECALLED',
];
