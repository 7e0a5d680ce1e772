import { ORPCError } from '@orpc/client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type { Topic } from '#shared/contract/topic.ts';
import type { AskAgain } from '../stores/follow-revision.ts';

/** Bursts are gathered for so long: production changes the journal many times a second. */
const GATHER_MS = 400;
let sessionLost: () => void = () => undefined;

function noteRefusal(error: Error): void {
  if (error instanceof ORPCError && error.code === 'UNAUTHORIZED') sessionLost();
}

/** Says who is told when a call was refused because nobody is logged in. */
export function onSessionLost(listener: () => void): void {
  sessionLost = listener;
}

/** Views are kept until their topic changes; nothing is retried behind the person's back. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteRefusal }),
  mutationCache: new MutationCache({ onError: noteRefusal }),
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 60_000,
      retry: false,
      networkMode: 'always',
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

let gathered: Set<Topic> | 'everything' | null = null;

function flush(): void {
  const about = gathered;
  gathered = null;
  if (about === null) return;
  void queryClient.invalidateQueries({
    predicate: (query) => {
      const topics = (query.meta?.['topics'] ?? []) as readonly Topic[];
      return about === 'everything' ? topics.length > 0 : topics.some((topic) => about.has(topic));
    },
  });
}

/** Asks again for the views of the changed topics; a burst of changes becomes one asking. */
export function askAgain(ask: AskAgain): void {
  if (ask.kind === 'nothing') return;
  if (gathered === null) setTimeout(flush, GATHER_MS);
  if (ask.kind === 'everything') gathered = 'everything';
  else if (gathered !== 'everything') gathered = new Set([...(gathered ?? []), ...ask.topics]);
}

export function forgetViews(): void {
  queryClient.clear();
}
