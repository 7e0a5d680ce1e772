import { useEffect, useState } from 'react';
import { guardLeaving } from '../../router/use-route.ts';

/** Asks before unsaved work is left: the address stays until the person has decided. Null while nobody leaves. */
export function useLeaveGuard(
  state: 'unsaved' | 'saved',
  stays: (address: string) => boolean,
): { readonly to: string | null; readonly stay: () => void; readonly leave: () => void } {
  const [to, setTo] = useState<string | null>(null);
  useEffect(() => {
    if (state === 'saved') return undefined;
    const end = guardLeaving({ stays, ask: setTo });
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => {
      end();
      removeEventListener('beforeunload', warn);
    };
  }, [state, stays]);
  return {
    to,
    stay: () => setTo(null),
    leave: () => {
      if (to === null) return;
      guardLeaving(null)();
      location.hash = to;
    },
  };
}
