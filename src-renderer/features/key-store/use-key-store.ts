import type { UseQueryResult } from '@tanstack/react-query';
import type { KeyStoreView } from '#shared/contract/views/key-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { actIn } from '../../format/person.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

/** The pool's level and a busy module change without any entry of the journal. */
const ASK_EVERY_MS = 5_000;

/** The key module as it is now. */
export function useKeyStore(person: PersonView): UseQueryResult<KeyStoreView> {
  return useView({
    call: 'keys.store',
    input: {},
    topics: ['keys', 'devices'],
    ask: (signal) => station.keys.store({}, { signal }),
    every: ASK_EVERY_MS,
    when: actIn(person, 'see-keys') ? 'now' : 'later',
  });
}
