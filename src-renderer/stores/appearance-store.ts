import { create } from 'zustand';

export type Appearance = 'light' | 'dark';
const KEY = 'cardwright-appearance';

function remembered(): Appearance {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === 'light' || kept === 'dark') return kept;
  } catch {
    // A browser without storage starts with what its system prefers.
  }
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

interface AppearanceStore {
  readonly appearance: Appearance;
  readonly turn: () => void;
}

/** Light or dark, kept by this browser. */
export const useAppearance = create<AppearanceStore>((set) => ({
  appearance: remembered(),
  turn: () =>
    set(({ appearance }) => {
      const next = appearance === 'light' ? 'dark' : 'light';
      try {
        localStorage.setItem(KEY, next);
      } catch {
        // It then lasts as long as the window.
      }
      return { appearance: next };
    }),
}));
