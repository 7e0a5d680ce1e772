import { create } from 'zustand';
import type { LinkState } from '../wires/station-link.ts';

interface LinkStore {
  readonly state: LinkState;
  /** Counts connections; a change means that everything live must be asked for again. */
  readonly connection: number;
  /** When the station was last heard, milliseconds since 1970; null before the first time. */
  readonly lostSince: number | null;
  readonly tell: (state: LinkState) => void;
}

/** Whether the station answers. */
export const useLinkStore = create<LinkStore>((set) => ({
  state: 'connecting',
  connection: 0,
  lostSince: null,
  tell: (state) =>
    set((before) => ({
      state,
      connection: state === 'open' ? before.connection + 1 : before.connection,
      lostSince: state === 'lost' ? (before.lostSince ?? Date.now()) : null,
    })),
}));
