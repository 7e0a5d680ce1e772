import type { SyncView } from '#shared/contract/views/evidence-views.ts';
import type { LinkState } from '../wires/station-link.ts';

/** How old the news from the CMS is: told by its age alone, so that nothing here can stay "connected" by itself. */
export type SyncFreshness =
  /** This window has lost its station: what it knew is no news. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not-enrolled' }
  /** No answer since the station was started. */
  | { readonly kind: 'never' }
  /** `fresh` within two of its usual intervals, `late` up to ten minutes, `silent` from then on. */
  | { readonly kind: 'fresh' | 'late' | 'silent'; readonly seconds: number };

const SILENT_AFTER = 600;

/**
 * Judges the age of the last answer of the CMS.
 *
 * @param viewAge seconds since the view came to this window
 */
export function syncFreshness(
  sync: Pick<SyncView, 'state' | 'secondsSinceContact' | 'contactEvery'>,
  viewAge: number,
  link: LinkState,
): SyncFreshness {
  if (link !== 'open') return { kind: 'unknown' };
  if (sync.state === 'not-enrolled') return { kind: 'not-enrolled' };
  if (sync.secondsSinceContact === null) return { kind: 'never' };
  const seconds = Math.max(0, Math.floor(sync.secondsSinceContact + Math.max(0, viewAge)));
  if (seconds > SILENT_AFTER) return { kind: 'silent', seconds };
  return { kind: seconds > 2 * sync.contactEvery ? 'late' : 'fresh', seconds };
}
