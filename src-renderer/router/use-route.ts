import { useMemo, useSyncExternalStore } from 'react';
import { addressOf, readRoute } from './route.ts';
import type { Route } from './route.ts';

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The screen that the address names. */
export function useRoute(): Route {
  const address = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => readRoute(address), [address]);
}

/** Goes to a screen. */
export function goTo(route: Route): void {
  location.hash = addressOf(route);
}
