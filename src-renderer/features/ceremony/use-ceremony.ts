import type { UseQueryResult } from '@tanstack/react-query';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import { queryClient } from '../../queries/query-client.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

/** Another custodian may be at another window of this station. */
const ASK_EVERY_MS = 5_000;

/** One ceremony as the station tells it; no character of a component is ever in it. */
export function useCeremony(ceremony: string): UseQueryResult<CeremonyView> {
  return useView({
    call: 'keys.ceremony',
    input: { ceremony },
    topics: ['keys', 'approvals'],
    ask: (signal) => station.keys.ceremony({ ceremony }, { signal }),
    every: ASK_EVERY_MS,
  });
}

/** Shows at once what a command answered; an answer that was under way before it is not waited for. */
export function keepCeremony(view: CeremonyView): void {
  queryClient.setQueryData(['view', 'keys.ceremony', { ceremony: view.ceremony }], view);
  askCeremonyAgain(view.ceremony);
}

export function askCeremonyAgain(ceremony: string): void {
  void queryClient.invalidateQueries({ queryKey: ['view', 'keys.ceremony', { ceremony }] });
}
