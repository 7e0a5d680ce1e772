import { createContext, useContext } from 'react';
import { findingsAt } from './finding-place.ts';
import type { Finding } from './finding-place.ts';

interface Editing {
  readonly findings: readonly Finding[];
  /** `locked` while the draft waits for its signature. */
  readonly state: 'open' | 'locked';
}

const context = createContext<Editing>({ findings: [], state: 'open' });
export const EditingProvider = context.Provider;

export function useEditing(): Editing {
  return useContext(context);
}

/** What the station says is wrong with a place, in one sentence; undefined where nothing is. */
export function usePlaceFinding(path: string, covers: 'place' | 'part' = 'place'): string | undefined {
  const found = findingsAt(path, useEditing().findings, covers);
  return found.length === 0 ? undefined : found.map(({ reason }) => reason).join('; ');
}
