import type { UseQueryResult } from '@tanstack/react-query';
import type { SyncView } from '#shared/contract/views/evidence-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { actIn } from '../format/person.ts';
import { station } from '../wires/station.ts';
import { useNow } from '../components/use-now.ts';
import { useLinkStore } from '../stores/link-store.ts';
import { syncFreshness } from './sync-freshness.ts';
import type { SyncFreshness } from './sync-freshness.ts';
import { useView } from './use-view.ts';

/** The age of the last answer is told anew so often, also when nothing else happens. */
const SYNC_EVERY_MS = 15_000;

/** How far the CMS knows what happened here. */
export function useSync(person: PersonView): UseQueryResult<SyncView> {
  return useView({
    call: 'sync.state',
    input: {},
    topics: ['sync', 'journal'],
    ask: (signal) => station.sync.state({}, { signal }),
    every: SYNC_EVERY_MS,
    when: actIn(person, 'see-sync') ? 'now' : 'later',
  });
}

/** How old the news from the CMS is, ticking in the page. */
export function useSyncFreshness(sync: UseQueryResult<SyncView>): SyncFreshness {
  const now = useNow(1_000);
  const link = useLinkStore((store) => store.state);
  if (sync.data === undefined) return { kind: 'unknown' };
  return syncFreshness(sync.data, (now - sync.dataUpdatedAt) / 1000, link);
}
