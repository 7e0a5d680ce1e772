import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Topic } from '#shared/contract/topic.ts';

/** One call that only reads, with the topics whose change makes its answer old. */
export interface ViewOf<T> {
  /** Name of the call, for the cache. */
  readonly call: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly topics: readonly Topic[];
  readonly ask: (signal: AbortSignal) => Promise<T>;
  /** `later` while its input is not known yet. */
  readonly when?: 'now' | 'later';
  /** `keep-page` shows the page before until the next has come. */
  readonly between?: 'skeleton' | 'keep-page';
  /** Asked again after so many milliseconds too, where an answer grows old without any change. */
  readonly every?: number;
}

/** What the station says of something; asked again by itself when its topic changes. */
export function useView<T>(view: ViewOf<T>): UseQueryResult<T> {
  return useQuery<T>({
    queryKey: ['view', view.call, view.input],
    queryFn: ({ signal }) => view.ask(signal),
    meta: { topics: view.topics },
    enabled: view.when !== 'later',
    ...(view.every === undefined ? {} : { refetchInterval: view.every }),
    ...(view.between === 'keep-page' ? { placeholderData: keepPreviousData } : {}),
  });
}
