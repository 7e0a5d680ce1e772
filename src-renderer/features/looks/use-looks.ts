import type { UseQueryResult } from '@tanstack/react-query';
import type { LookView } from '#shared/contract/views/line-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { actIn } from '../../format/person.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

/** Cards that wait for a person's look, of all batches. */
export function useOutstandingLooks(person: PersonView): UseQueryResult<{ looks: LookView[] }> {
  return useView({
    call: 'looks.list',
    input: { show: 'outstanding' },
    topics: ['looks'],
    ask: (signal) => station.looks.list({ show: 'outstanding' }, { signal }),
    when: actIn(person, 'decide-look') ? 'now' : 'later',
  });
}

/** The looks of one batch, or of all. */
export function useLooks(batch: string | null, show: 'outstanding' | 'all'): UseQueryResult<{ looks: LookView[] }> {
  const input = batch === null ? { show } : { show, batch };
  return useView({
    call: 'looks.list',
    input,
    topics: ['looks'],
    ask: (signal) => station.looks.list(input, { signal }),
    between: 'keep-page',
  });
}
