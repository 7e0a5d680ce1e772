import { createORPCClient } from '@orpc/client';
import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { callDeadline } from '#shared/contract/call-deadlines.ts';
import type { Contract } from '#shared/contract/contract.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { FramedPort } from './framed-port.ts';

export type ContractClient = ContractRouterClient<Contract>;

export interface StationClient {
  readonly station: ContractClient;
  /** Aborts when the connection is over. */
  readonly lost: AbortSignal;
  close(): void;
}

/**
 * Every call of the contract over one port, each with its deadline. A port that closed never rejects a later call by itself, and a
 * lost connection looks like the caller's own abort: both become STATION-LINK-LOST here, a passed deadline STATION-LINK-DEADLINE.
 */
export function stationClient(port: FramedPort): StationClient {
  const lost = new AbortController();
  const inner = new RPCLink({ port });
  port.addEventListener('close', ({ fault }) => lost.abort(fault ?? new StationFault('STATION-LINK-LOST')));
  const link: ClientLink<ClientContext> = {
    call: async (path, input, options) => {
      const deadline = callDeadline(path);
      const clock = deadline === null ? null : AbortSignal.timeout(deadline);
      const signals = [options.signal, clock, lost.signal].filter((one) => one !== null && one !== undefined);
      try {
        lost.signal.throwIfAborted();
        return await inner.call(path, input, { ...options, signal: AbortSignal.any(signals) });
      } catch (cause) {
        if (options.signal?.aborted === true) throw cause;
        if (lost.signal.aborted) throw lost.signal.reason;
        if (clock?.aborted === true)
          throw new StationFault('STATION-LINK-DEADLINE', { seconds: (deadline ?? 0) / 1_000 }, cause);
        throw cause;
      }
    },
  };
  port.start();
  return { station: createORPCClient(link), lost: lost.signal, close: () => port.close() };
}
