import { useMemo, useSyncExternalStore } from 'react';
import { addressOf, readRoute } from './route.ts';
import type { Route } from './route.ts';

/** What stands between a person and another screen while work is unsaved. */
export interface LeaveGuard {
  /** Whether an address is still of the screen with the work. */
  readonly stays: (address: string) => boolean;
  /** Is told where the person wanted to go; the address stays as it was. */
  readonly ask: (address: string) => void;
}

let guard: LeaveGuard | null = null;
let shown = location.hash;

/** Puts a guard before leaving, or none; gives what takes it away again. */
export function guardLeaving(next: LeaveGuard | null): () => void {
  guard = next;
  shown = location.hash;
  return () => {
    if (guard === next) guard = null;
  };
}

function subscribe(listener: () => void): () => void {
  const changed = (): void => {
    const wanted = location.hash;
    if (guard !== null && wanted !== shown && !guard.stays(wanted)) {
      history.replaceState(null, '', shown);
      guard.ask(wanted);
      return;
    }
    shown = wanted;
    listener();
  };
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
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
