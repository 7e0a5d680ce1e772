import type { ClientContext, ClientLink } from '@orpc/client';

/** One living connection to the station. */
export interface WireConnection {
  readonly link: ClientLink<ClientContext>;
  /** Settles once, when the connection is gone for good: a new one must be made, unless the same window was opened in another place. */
  readonly closed: Promise<'lost' | 'taken-over'>;
  close(): void;
}

/** How this page reaches the station. `connect` rejects when the station cannot be reached or the signal aborts. */
export interface StationWire {
  readonly kind: 'loopback' | 'electron';
  connect(signal: AbortSignal): Promise<WireConnection>;
}
