import { create } from 'zustand';
import type { ProductionView } from '#shared/contract/views/line-views.ts';
import { isNewer } from './follow-revision.ts';

interface ProductionStore {
  /** The newest snapshot of this subscription; null before its first. */
  readonly view: ProductionView | null;
  readonly revision: number | null;
  readonly begin: () => void;
  readonly take: (view: ProductionView) => void;
  readonly forget: () => void;
}

/** All lines, live. A new subscription starts its revisions anew, but the old picture stays until the first snapshot comes. */
export const useProduction = create<ProductionStore>((set) => ({
  view: null,
  revision: null,
  begin: () => set({ revision: null }),
  take: (view) => set((shown) => (isNewer(shown.revision, view.revision) ? { view, revision: view.revision } : {})),
  forget: () => set({ view: null, revision: null }),
}));
