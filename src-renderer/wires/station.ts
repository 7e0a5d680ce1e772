import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '#shared/contract/contract.ts';
import { useLinkStore } from '../stores/link-store.ts';
import { chooseWire } from './choose-wire.ts';
import { StationLink } from './station-link.ts';

/** This window's lasting way to the station. */
export const stationLink = new StationLink(chooseWire(window), (state) => useLinkStore.getState().tell(state));

/** Every call of the contract, typed; each has its deadline. */
export const station: ContractRouterClient<Contract> = createORPCClient(stationLink.link);
