import { createHash } from 'node:crypto';
import { toHex } from '#shared/bytes/bytes.ts';
import type { ApprovalAct } from '#shared/domain/approval-act.ts';
import type { ApprovalId, IssuerId, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { KeyRequestSigned } from '#shared/journal-format/events/key-events.ts';
import type { ApprovalsPort } from '../../approvals/port.ts';
import { stillPossible } from '../../approvals/withdraw-impossible.ts';
import type { Journal } from '../../journal/journal.ts';
import type { NewEvent } from '../../journal/port.ts';
import type { KeyRequestRow } from '../../journal/projections/key-acts.ts';
import { requestStatement } from './request-statement.ts';

/** The request of one kind. */
export type RequestOf<K extends KeyRequestSigned['kind']> = Extract<KeyRequestSigned, { readonly kind: K }>;

/** The act that is signed: compromise and destruction take two who approve. */
export function actOf(request: KeyRequestSigned): ApprovalAct {
  switch (request.kind) {
    case 'generation':
      return 'key-generation';
    case 'key-block':
      return 'key-import';
    case 'ceremony':
      return 'key-ceremony';
    case 'change':
      return request.change === 'compromise' || request.change === 'destroy' ? 'key-end' : 'key-change';
    case 'authority-key':
      return 'authority-import';
    case 'issuer-certificate':
      return 'certificate-import';
  }
}

/** The key that a request is about; an authority's key belongs to no issuer, and is named by its RID and index. */
export function keyOf(request: KeyRequestSigned): { readonly name: string; readonly issuer: string | null } {
  switch (request.kind) {
    case 'authority-key':
      return { name: `scheme-ca/${request.rid}/${toHex(Uint8Array.of(request.index))}`, issuer: null };
    case 'change':
    case 'issuer-certificate':
      return request;
    default:
      return request.key;
  }
}

function digestOf(request: KeyRequestSigned): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

/** Requests about keys under dual control: the journal holds exactly what was signed, and one key has one request at a time. */
export class KeyRequests {
  readonly #journal: Journal;
  readonly #approvals: ApprovalsPort;

  constructor(journal: Journal, approvals: ApprovalsPort) {
    this.#journal = journal;
    this.#approvals = approvals;
  }

  /** Asks for the signatures. KEYS-REQUEST-OPEN and the faults of approvals. Effects: `approval.requested`, `key.requested`. */
  ask(request: KeyRequestSigned, asker: PersonId): ApprovalId {
    const { name, issuer } = keyOf(request);
    if (this.#open(name)) throw new StationFault('KEYS-REQUEST-OPEN', { name });
    const subjects = { key: name, ...(request.kind === 'ceremony' ? { ceremony: request.ceremony } : {}) };
    // Two people may bear one name.
    const title = (person: string): string =>
      `${this.#journal.projections.people.find(person)?.displayName ?? '?'} (${person})`;
    return this.#approvals.request(
      {
        act: actOf(request),
        subject: name,
        subjectDigest: digestOf(request),
        fields: requestStatement(request, title),
        issuer: issuer as IssuerId | null,
        asker,
        subjects,
      },
      (approval) => ({
        kind: 'key.requested',
        actor: { kind: 'person', person: asker },
        issuer,
        subjects: { ...subjects, approval },
        payload: { approval, request },
      }),
    ).approval;
  }

  /** The request of an approval, of the wanted kind; APPROVAL-UNKNOWN. */
  find(approval: ApprovalId): KeyRequestRow {
    const row = this.#journal.projections.keyActs.find(approval);
    if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
    return row;
  }

  /** The event that uses the signatures of a request; the faults of approvals. */
  use({ approval, request }: KeyRequestRow): NewEvent {
    return this.#approvals.use(approval as ApprovalId, actOf(request), digestOf(request));
  }

  /**
   * Runs the checks of a signed act. What can no longer be done as it was signed is withdrawn, and its fault thrown: it must not happen by
   * itself later.
   */
  stillPossible(row: KeyRequestRow, check: () => void): void {
    this.use(row);
    stillPossible(this.#journal, row.approval, check);
  }

  /** Whether a request about a key waits to be signed or carried out, or is being carried out. */
  #open(name: string): boolean {
    const { approvals, keyActs, ceremonies } = this.#journal.projections;
    if (keyActs.openIntents().some((intent) => intent.name === name)) return true;
    if (ceremonies.inState('open').some(({ request }) => request.key.name === name)) return true;
    return [...approvals.inState('open'), ...approvals.inState('given')].some(({ approval }) => {
      const row = keyActs.find(approval);
      return row !== null && keyOf(row.request).name === name;
    });
  }
}
