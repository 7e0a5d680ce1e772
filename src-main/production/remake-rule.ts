import type { Disposition } from '#shared/journal-format/events/production-events.ts';

/** A blank that an order has cost without a good card. */
export interface LostCard {
  readonly attempt: string;
  readonly chipSerial: string | null;
  readonly disposition: Disposition;
  readonly reason: string;
}

/** How far a card was when it was lost. `finished`: printed through, so that it may look and work like a good one. */
export type LostAt = 'finished' | 'unfinished';

/** So many blanks an order may cost under the release alone; each further one needs two people. */
const mostBlanksLost = 3;
/** So many unfinished cards of a batch may have left a machine by one person's hand. */
const mostSpoiled = 5;

/**
 * Says whether a lost card is made again under the release alone (null), or why its order is held until two people have signed.
 *
 * The machine's own rejects lie counted in its reject box; a card that a person took out rests on that person's word, which is trusted
 * within a limit only, and not at all for a finished card. A missing card may be good in somebody's pocket. `last` says how far the last
 * of the lost cards was. Pure.
 */
export function remakeRule(lost: readonly LostCard[], last: LostAt, spoiledOfBatch: number): string | null {
  if (lost.some(({ disposition }) => disposition === 'missing')) return 'REMAKE-CARD-MISSING';
  if (lost.length >= mostBlanksLost) return 'PRODUCTION-TOO-MANY-ATTEMPTS';
  if (lost.at(-1)?.disposition !== 'spoiled') return null;
  if (last === 'finished') return 'REMAKE-FINISHED-CARD';
  return spoiledOfBatch > mostSpoiled ? 'REMAKE-SPOILED-LIMIT' : null;
}

/** Reasons of a held order that two people may undo; an order that intake or preparation held has no card to replace. */
export const remakeable: readonly string[] = [
  'PRODUCTION-TOO-MANY-ATTEMPTS',
  'REMAKE-CARD-MISSING',
  'REMAKE-SPOILED-LIMIT',
  'REMAKE-FINISHED-CARD',
  'REMAKE-CARD-RECALLED',
];
