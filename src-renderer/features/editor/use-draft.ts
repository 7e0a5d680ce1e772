import type { UseQueryResult } from '@tanstack/react-query';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import type {
  CheckedDraftView,
  DraftScriptView,
  DraftSummaryView,
  DraftView,
} from '#shared/contract/views/product-views.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

export type ProductsItem = DraftSummaryView['item'];

export function useDrafts(): UseQueryResult<{ drafts: DraftSummaryView[] }> {
  return useView({
    call: 'products.drafts',
    input: {},
    topics: ['session', 'products', 'approvals'],
    ask: (signal) => station.products.drafts({}, { signal }),
  });
}

/** A draft, or what is in production to begin from. */
export function useDraft(item: ProductsItem, name: string): UseQueryResult<DraftView> {
  return useView({
    call: 'products.draft',
    input: { item, name },
    topics: ['products'],
    ask: (signal) => station.products.draft({ item, name }, { signal }),
  });
}

/** What the station says of content that nobody has saved; the answer before stays until the next has come. */
export function useChecked(item: ProductsItem, content: DraftContent): UseQueryResult<CheckedDraftView> {
  return useView({
    call: 'products.checkDraft',
    input: { item, content },
    topics: ['products'],
    ask: (signal) => station.products.checkDraft({ item, content }, { signal }),
    between: 'keep-page',
  });
}

export function useDraftScript(content: DraftContent): UseQueryResult<DraftScriptView> {
  return useView({
    call: 'products.draftScript',
    input: { content },
    topics: ['products', 'keys'],
    ask: (signal) => station.products.draftScript({ item: 'product', content }, { signal }),
  });
}
