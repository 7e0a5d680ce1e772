import { oc } from '@orpc/contract';
import { z } from 'zod';
import type { Act } from '../domain/roles.ts';

/**
 * How the issuer of a call is found from its input, before the handler runs.
 *
 * `none`: the call belongs to no issuer. `filtered`: the answer holds only what the person's issuers allow. `every-issuer`: it holds
 * things of all issuers alike, and is for people of all issuers only.
 * The others: the named input fields are looked up; another issuer's thing does not exist for this person.
 */
export type IssuerScope =
  | { readonly kind: 'none' }
  | { readonly kind: 'filtered' }
  | { readonly kind: 'every-issuer' }
  | { readonly kind: 'batch'; readonly field: string }
  | { readonly kind: 'available-batch'; readonly field: string }
  | { readonly kind: 'attempt'; readonly field: string }
  | { readonly kind: 'approval'; readonly field: string }
  | { readonly kind: 'line'; readonly field: string }
  | { readonly kind: 'issuer'; readonly field: string }
  | { readonly kind: 'key'; readonly field: string }
  | { readonly kind: 'ceremony'; readonly field: string }
  | { readonly kind: 'products'; readonly fields: readonly string[] }
  /** A draft, or what is in production, of the input's `item`; a profile belongs to no issuer. */
  | { readonly kind: 'draft'; readonly field: string }
  /** The content of a product names its issuer itself. */
  | { readonly kind: 'content'; readonly field: string };

export interface RowMeta {
  readonly act?: Act;
  readonly scope?: IssuerScope;
}

/** What every refused call carries: a code of the catalogue, plain words, and the next step. */
export const faultData = z.object({ code: z.string(), text: z.string(), next: z.string() });

const base = oc.$meta<RowMeta>({}).errors({
  FAULT: { status: 409, data: faultData },
  FORBIDDEN: { status: 403, data: faultData },
  NOT_FOUND: { status: 404, data: faultData },
  UNAUTHORIZED: { status: 401, data: faultData },
});

/** Starts a contract row: the act it needs and how its issuer is found. A row without them is refused by the middleware. */
export function row(act: Act, scope: IssuerScope) {
  return base.meta({ act, scope });
}
