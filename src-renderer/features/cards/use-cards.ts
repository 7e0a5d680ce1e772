import type { UseQueryResult } from '@tanstack/react-query';
import type { PassView, QuarantinedCardView } from '#shared/contract/views/card-views.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

/** The certificate of one card; asking again has its signature checked again. */
export function usePass(attempt: string): UseQueryResult<PassView> {
  return useView({
    call: 'cards.pass',
    input: { attempt },
    topics: ['batches', 'looks'],
    ask: (signal) => station.cards.pass({ attempt }, { signal }),
  });
}

/** How many cards one screen shows; the latest come first. */
const most = 200;

export function useQuarantine(
  show: 'existing' | 'all',
): UseQueryResult<{ cards: QuarantinedCardView[]; total: number }> {
  const input = { show, offset: 0, limit: most };
  return useView({
    call: 'cards.quarantine',
    input,
    topics: ['batches', 'stock'],
    ask: (signal) => station.cards.quarantine(input, { signal }),
    between: 'keep-page',
  });
}
