import { implement } from '@orpc/server';
import { contract } from '#shared/contract/contract.ts';
import type { ClientId } from '../access/sessions.ts';
import type { PersonRow } from '../journal/projections/people.ts';
import { guard } from './guard.ts';
import type { Services } from './services.ts';

/** What every call carries: which client asks, by which shell, and the services that answer. */
export interface ApiContext {
  readonly client: ClientId;
  readonly via: 'window' | 'command-line';
  readonly services: Services;
}

/** The context after the guard: who asks, where the call needs anybody. */
export interface GuardedContext extends ApiContext {
  readonly person: PersonRow | null;
}

/** The contract, with rights and scope checked before any handler: the only place where they are checked. */
export const api = implement(contract).$context<ApiContext>().use(guard);
