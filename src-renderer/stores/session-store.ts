import { create } from 'zustand';
import type { HelloView, PersonView } from '#shared/contract/views/session-views.ts';

/** Why nobody is logged in at this window any more. */
export type ClosedReason = 'logged-out' | 'idle' | 'elsewhere';

/** After so long without a hand on the machine idleness is the likely reason; the station alone decides. */
const IDLE_GUESS_MS = 14 * 60_000;

interface SessionStore {
  /** What the station said of itself; null before its first answer. */
  readonly hello: HelloView | null;
  readonly person: PersonView | null;
  readonly closed: ClosedReason | null;
  /** When a hand last touched this window, milliseconds since 1970. */
  readonly lastAct: number;
  /** Counts log-ins and log-outs at this window: a greeting asked before one says nothing after it. */
  readonly turn: number;
  readonly greet: (hello: HelloView, turn: number) => void;
  readonly enter: (person: PersonView) => void;
  readonly leave: () => void;
  readonly act: () => void;
}

/** Who works at this window. */
export const useSession = create<SessionStore>((set) => ({
  hello: null,
  person: null,
  closed: null,
  lastAct: Date.now(),
  turn: 0,
  greet: (hello, turn) =>
    set((before) => {
      if (turn !== before.turn) return { hello };
      if (hello.session !== null) return { hello, person: hello.session, closed: null };
      if (before.person === null) return { hello, person: null };
      const idle = Date.now() - before.lastAct > IDLE_GUESS_MS;
      return { hello, person: null, closed: idle ? 'idle' : 'elsewhere' };
    }),
  enter: (person) => set((before) => ({ person, closed: null, lastAct: Date.now(), turn: before.turn + 1 })),
  leave: () => set((before) => ({ person: null, closed: 'logged-out', turn: before.turn + 1 })),
  act: () => set({ lastAct: Date.now() }),
}));
