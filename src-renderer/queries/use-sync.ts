import type { UseQueryResult } from '@tanstack/react-query';
import type { SyncView } from '#shared/contract/views/evidence-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { actIn } from '../format/person.ts';
import { station } from '../wires/station.ts';
import { useView } from './use-view.ts';

/** How far the CMS knows what happened here. */
export function useSync(person: PersonView): UseQueryResult<SyncView> {
  return useView({
    call: 'sync.state',
    input: {},
    topics: ['sync', 'journal'],
    ask: (signal) => station.sync.state({}, { signal }),
    when: actIn(person, 'see-sync') ? 'now' : 'later',
  });
}
