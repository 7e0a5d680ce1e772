import { ORPCError, os } from '@orpc/server';
import type { IssuerScope, RowMeta } from '#shared/contract/row.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault, type FaultDetails } from '#shared/faults/station-fault.ts';
import { mayDo, maySee } from '../access/rights.ts';
import type { PersonRow } from '../journal/projections/people.ts';
import type { ApiContext } from './context.ts';
import { issuerOnLine } from './issuer-on-line.ts';
import type { Services } from './services.ts';

type RefusalKind = 'UNAUTHORIZED' | 'FORBIDDEN' | 'NOT_FOUND' | 'FAULT';
const statusOf: Readonly<Record<RefusalKind, number>> = {
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  FAULT: 409,
};

/** A refusal as the page reads it: code, plain words, next step. `defined` errors of the contract, nothing else of the fault. */
function refusal(
  kind: RefusalKind,
  code: string,
  details: FaultDetails = {},
): ORPCError<RefusalKind, { code: string; text: string; next: string }> {
  return new ORPCError(kind, {
    defined: true,
    status: statusOf[kind],
    message: code,
    data: { code, ...describeFault({ code, details }) },
  });
}

/** The issuers of the things that a call names; undefined when one of them does not exist. */
function issuersOf(scope: IssuerScope, input: unknown, services: Services): readonly (string | null)[] | undefined {
  if (
    scope.kind === 'none' ||
    scope.kind === 'filtered' ||
    scope.kind === 'available-batch' ||
    scope.kind === 'every-issuer'
  )
    return [];
  const named = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const issuers: (string | null)[] = [];
  for (const field of scope.kind === 'products' ? scope.fields : [scope.field]) {
    const id = named[field];
    if (scope.kind === 'content' || scope.kind === 'draft') {
      const issuer = issuerOfDraft(scope.kind, named, field, services);
      if (issuer === undefined) return undefined;
      issuers.push(issuer);
      continue;
    }
    // Things of no issuer are for everybody whose roles carry the act.
    if (scope.kind === 'issuer' && id === null) continue;
    const issuer = typeof id === 'string' ? issuerOf(scope.kind, id, services) : undefined;
    if (issuer === undefined) return undefined;
    issuers.push(issuer);
  }
  return issuers;
}

/** The issuer of a draft or of content that is to be one; a profile's is null. */
function issuerOfDraft(
  kind: 'draft' | 'content',
  named: Record<string, unknown>,
  field: string,
  services: Services,
): string | null | undefined {
  const { item, [field]: value } = named;
  if (item === 'profile') return null;
  if (kind === 'content') {
    const issuer = (value as Record<string, unknown> | undefined)?.['issuer'];
    return typeof issuer === 'string' ? issuer : undefined;
  }
  const draft = services.drafts.list().find((row) => row.item === item && row.name === value);
  return draft === undefined ? services.product(String(value))?.issuer : draft.issuer;
}

type NamedThing = Exclude<
  IssuerScope['kind'],
  'none' | 'filtered' | 'every-issuer' | 'available-batch' | 'draft' | 'content'
>;

/** The issuer of one thing; undefined when there is no such thing. */
function issuerOf(kind: NamedThing, id: string, services: Services): string | null | undefined {
  const { batches, attempts, approvals, lines, keys, ceremonies } = services.journal.projections;
  switch (kind) {
    case 'batch':
      return batches.find(id)?.issuer ?? undefined;
    case 'attempt':
      return attempts.find(id)?.issuer;
    case 'approval': {
      const approval = approvals.find(id);
      return approval === null ? undefined : approval.issuer;
    }
    case 'line': {
      return lines.findLine(id) === null ? undefined : issuerOnLine(id, services);
    }
    case 'issuer':
      return id;
    case 'key':
      return keys.find(id)?.issuer;
    case 'ceremony':
      return ceremonies.find(id)?.issuer;
    case 'products':
      return services.product(id)?.issuer;
  }
}

function journalRefusal(
  services: Services,
  person: PersonRow,
  call: string,
  act: string,
  reason: 'no-right' | 'other-issuer',
): void {
  services.journal.append({
    kind: 'call.refused',
    actor: { kind: 'person', person: person.person },
    issuer: null,
    subjects: { person: person.person },
    payload: { call, act, reason },
  });
}

/**
 * The middleware before every handler (DESIGN 4): reads act and scope from the contract row, decides, and turns faults into the
 * contract's errors. A row without act or scope is refused.
 */
export const guard = os
  .$context<ApiContext>()
  .middleware(async ({ context, procedure, path, next }, input: unknown) => {
    const { act, scope } = procedure['~orpc'].meta as RowMeta;
    const { services, client } = context;
    const call = path.join('.');
    if (act === undefined || scope === undefined) throw refusal('FORBIDDEN', 'ACCESS-NO-RIGHT', { act: call });

    let person: PersonRow | null = null;
    if (act !== 'public') {
      // Views refresh by themselves: only what a person does keeps a session awake.
      const byHand = !act.startsWith('see-') && act !== 'own-session';
      person = byHand ? services.sessions.use(client) : services.sessions.look(client);
      if (person === null) throw refusal('UNAUTHORIZED', 'ACCESS-NOT-LOGGED-IN');
      if (!mayDo(person, act)) {
        journalRefusal(services, person, call, act, 'no-right');
        throw refusal('FORBIDDEN', 'ACCESS-NO-RIGHT', { act });
      }
      if (scope.kind === 'every-issuer' && person.issuers !== 'all') {
        journalRefusal(services, person, call, act, 'other-issuer');
        throw refusal('FORBIDDEN', 'ACCESS-NO-RIGHT', { act });
      }
      const issuers = issuersOf(scope, input, services);
      // What belongs to another issuer does not exist for this person: the same answer as for what is not there at all.
      const holder = person;
      if (issuers === undefined || !issuers.every((issuer) => maySee(holder, issuer))) {
        if (issuers !== undefined) journalRefusal(services, person, call, act, 'other-issuer');
        throw refusal('NOT_FOUND', 'ACCESS-NOT-FOUND');
      }
    }
    try {
      return await next({ context: { person } });
    } catch (thrown) {
      if (thrown instanceof ORPCError) throw thrown;
      if (thrown instanceof StationFault) {
        if (thrown.code === 'ACCESS-NOT-FOUND') throw refusal('NOT_FOUND', thrown.code);
        throw refusal(thrown.code === 'ACCESS-NO-RIGHT' ? 'FORBIDDEN' : 'FAULT', thrown.code, thrown.details);
      }
      services.unexpected(thrown, call);
      throw refusal('FAULT', 'STATION-UNEXPECTED', { call });
    }
  });

/** The person of a guarded call that needs one. */
export function personOf(context: { readonly person: PersonRow | null }): PersonRow {
  if (context.person === null) throw refusal('UNAUTHORIZED', 'ACCESS-NOT-LOGGED-IN');
  return context.person;
}
