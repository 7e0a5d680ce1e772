import type { UseQueryResult } from '@tanstack/react-query';
import type { Topic } from '#shared/contract/topic.ts';
import type { DayRowView, DayView } from '#shared/contract/views/stock-views.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

const topics: readonly Topic[] = ['stock', 'batches', 'approvals'];

/** The open day, or null; and the last one that was closed. */
export function useToday(): UseQueryResult<{ open: DayView | null; lastClosed: DayRowView | null }> {
  return useView({ call: 'stock.day', input: {}, topics, ask: (signal) => station.stock.day({}, { signal }) });
}

export function useDay(day: string): UseQueryResult<DayView> {
  return useView({
    call: 'stock.getDay',
    input: { day },
    topics,
    ask: (signal) => station.stock.getDay({ day }, { signal }),
  });
}

export function useDays(page: number, size: number): UseQueryResult<{ days: DayRowView[]; total: number }> {
  const input = { offset: page * size, limit: size };
  return useView({
    call: 'stock.days',
    input,
    topics,
    ask: (signal) => station.stock.days(input, { signal }),
    between: 'keep-page',
  });
}
