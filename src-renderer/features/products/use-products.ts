import type { UseQueryResult } from '@tanstack/react-query';
import type {
  CardScriptView,
  ComparisonView,
  ProductSummaryView,
  ProductView,
  ProfileSummaryView,
  ProfileView,
} from '#shared/contract/views/product-views.ts';
import { useView } from '../../queries/use-view.ts';
import type { ComparedKind } from '../../router/route.ts';
import { station } from '../../wires/station.ts';

/** Products change with the program and when people put one into production. */
const topics = ['session', 'products'] as const;

export function useProducts(): UseQueryResult<{ products: ProductSummaryView[]; profiles: ProfileSummaryView[] }> {
  return useView({ call: 'products.list', input: {}, topics, ask: (signal) => station.products.list({}, { signal }) });
}

export function useProduct(product: string): UseQueryResult<ProductView> {
  return useView({
    call: 'products.show',
    input: { product },
    topics: ['session', 'devices'],
    ask: (signal) => station.products.show({ product }, { signal }),
  });
}

export function useProfile(profile: string): UseQueryResult<ProfileView> {
  return useView({
    call: 'products.showProfile',
    input: { profile },
    topics,
    ask: (signal) => station.products.showProfile({ profile }, { signal }),
  });
}

/** Waits until both are chosen. */
export function useComparison(
  of: ComparedKind,
  before: string | null,
  after: string | null,
): UseQueryResult<ComparisonView> {
  const input = { before: before ?? '', after: after ?? '' };
  return useView({
    call: of === 'product' ? 'products.compare' : 'products.compareProfiles',
    input,
    topics,
    ask: (signal) =>
      of === 'product'
        ? station.products.compare(input, { signal })
        : station.products.compareProfiles(input, { signal }),
    when: before === null || after === null ? 'later' : 'now',
  });
}

export function useScript(batch: string, order: string): UseQueryResult<CardScriptView> {
  return useView({
    call: 'products.script',
    input: { batch, order },
    topics: ['session', 'batches'],
    ask: (signal) => station.products.script({ batch, order }, { signal }),
  });
}
