import type { UseQueryResult } from '@tanstack/react-query';
import type { Topic } from '#shared/contract/topic.ts';
import type { AuthorityKeyView } from '#shared/contract/views/certificate-views.ts';
import type { CeremonyView, KeyUsageView, RegistryKeyView } from '#shared/contract/views/key-views.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

const topics: readonly Topic[] = ['keys', 'approvals'];

/** Every key that this person may see. */
export function useKeys(): UseQueryResult<{ keys: RegistryKeyView[] }> {
  return useView({ call: 'keys.list', input: {}, topics, ask: (signal) => station.keys.list({}, { signal }) });
}

/** The usages that forms offer. */
export function useKeyUsages(): UseQueryResult<{ usages: KeyUsageView[] }> {
  return useView({
    call: 'keys.usages',
    input: {},
    topics: ['keys', 'devices'],
    ask: (signal) => station.keys.usages({}, { signal }),
  });
}

/** The ceremonies that this person may see. */
export function useCeremonies(): UseQueryResult<{ ceremonies: CeremonyView[] }> {
  return useView({
    call: 'keys.ceremonies',
    input: {},
    topics,
    ask: (signal) => station.keys.ceremonies({}, { signal }),
  });
}

/** The authority keys that the station holds. */
export function useAuthorities(): UseQueryResult<{ authorities: AuthorityKeyView[] }> {
  return useView({
    call: 'keys.authorities',
    input: {},
    topics,
    ask: (signal) => station.keys.authorities({}, { signal }),
  });
}
