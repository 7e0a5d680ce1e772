import type { UseQueryResult } from '@tanstack/react-query';
import type { Topic } from '#shared/contract/topic.ts';
import type {
  CardToDestroyView,
  CountView,
  DestructionView,
  LotView,
  PlaceView,
  RibbonView,
} from '#shared/contract/views/stock-views.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

const topics: readonly Topic[] = ['stock', 'batches', 'approvals'];

export function usePlaces(): UseQueryResult<{ places: PlaceView[] }> {
  return useView({ call: 'stock.places', input: {}, topics, ask: (signal) => station.stock.places({}, { signal }) });
}

export function useLots(): UseQueryResult<{ lots: LotView[] }> {
  return useView({ call: 'stock.lots', input: {}, topics, ask: (signal) => station.stock.lots({}, { signal }) });
}

export function useRibbons(show: 'present' | 'all'): UseQueryResult<{ ribbons: RibbonView[] }> {
  return useView({
    call: 'stock.ribbons',
    input: { show },
    topics,
    ask: (signal) => station.stock.ribbons({ show }, { signal }),
    between: 'keep-page',
  });
}

/** How many counts, destructions and cards one screen shows; the newest come first. */
const most = 200;

export function useCounts(show: 'open' | 'all'): UseQueryResult<{ counts: CountView[]; total: number }> {
  const input = { show, offset: 0, limit: most };
  return useView({
    call: 'stock.counts',
    input,
    topics,
    ask: (signal) => station.stock.counts(input, { signal }),
    between: 'keep-page',
  });
}

export function useCardsToDestroy(): UseQueryResult<{ cards: CardToDestroyView[]; total: number; testCards: number }> {
  const input = { offset: 0, limit: most };
  return useView({
    call: 'stock.cardsToDestroy',
    input,
    topics,
    ask: (signal) => station.stock.cardsToDestroy(input, { signal }),
  });
}

export function useDestructions(): UseQueryResult<{ destructions: DestructionView[]; total: number }> {
  const input = { offset: 0, limit: most };
  return useView({
    call: 'stock.destructions',
    input,
    topics,
    ask: (signal) => station.stock.destructions(input, { signal }),
  });
}
