import { createHash } from 'node:crypto';
import type { ApprovalAct } from '#shared/domain/approval-act.ts';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { AppletRequestSigned } from '#shared/journal-format/events/applet-events.ts';
import type { ApprovalsPort } from '../approvals/port.ts';
import { stillPossible } from '../approvals/withdraw-impossible.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { AppletRequestRow } from '../journal/projections/applets.ts';
import { requestStatement } from './request-statement.ts';

/** A request that waits, or was signed. */
export type AskedRequest = AppletRequestRow;

/** The act that is signed; whom to trust takes two who approve. */
function actOf(request: AppletRequestSigned): ApprovalAct {
  switch (request.kind) {
    case 'provider':
      return 'applet-provider-import';
    case 'package':
      return 'applet-import';
    case 'withdrawal':
      return 'applet-withdrawal';
  }
}

/** What a request is about, as statements name it. */
function subjectOf(request: AppletRequestSigned): string {
  switch (request.kind) {
    case 'provider':
      return `applet-provider/${request.provider}`;
    case 'package':
      return `applet-package/${request.hash}`;
    case 'withdrawal':
      return `applet-${request.of}/${request.name}`;
  }
}

function digestOf(request: AppletRequestSigned): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

/** Requests about applet packages under dual control: the journal holds exactly what was signed. */
export class AppletRequests {
  readonly #journal: Journal;
  readonly #approvals: ApprovalsPort;

  constructor(journal: Journal, approvals: ApprovalsPort) {
    this.#journal = journal;
    this.#approvals = approvals;
  }

  /** Asks for the signatures; the faults of approvals, APPROVAL-OPEN where the same subject waits. Effects: `approval.requested`, `applet.requested`. */
  ask(request: AppletRequestSigned, asker: PersonId): ApprovalId {
    const subject = subjectOf(request);
    return this.#approvals.request(
      {
        act: actOf(request),
        subject,
        subjectDigest: digestOf(request),
        fields: requestStatement(request),
        issuer: null,
        asker,
        subjects: { applet: subject },
      },
      (approval) => ({
        kind: 'applet.requested',
        actor: { kind: 'person', person: asker },
        issuer: null,
        subjects: { applet: subject, approval },
        payload: { approval, request },
      }),
    ).approval;
  }

  /** The request of an approval; APPROVAL-UNKNOWN. */
  find(approval: ApprovalId): AskedRequest {
    const row = this.#journal.projections.applets.request(approval);
    if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
    return row;
  }

  /** The event that uses the signatures of a request; the faults of approvals. */
  use({ approval, request }: AskedRequest): NewEvent {
    return this.#approvals.use(approval as ApprovalId, actOf(request), digestOf(request));
  }

  /** Runs the checks of a signed act; what can no longer be done as it was signed is withdrawn, and its fault thrown. */
  stillPossible(row: AskedRequest, check: () => void): void {
    this.use(row);
    stillPossible(this.#journal, row.approval, check);
  }

  /** Hashes of packages whose import waits to be signed or carried out. */
  openPackages(): readonly string[] {
    const { approvals, applets } = this.#journal.projections;
    return [...approvals.inState('open'), ...approvals.inState('given')].flatMap(({ approval }) => {
      const request = applets.request(approval)?.request;
      return request?.kind === 'package' ? [request.hash] : [];
    });
  }
}
