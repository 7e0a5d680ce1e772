import type { ApprovalId, IssuerId, PersonId } from '#shared/domain/identifiers.ts';
import type { Secret } from '#shared/bytes/secret.ts';
import type { ApprovalAct } from '#shared/domain/approval-act.ts';
import type { NewEvent } from '../journal/port.ts';

/** One line of a statement as the page shows it, from exactly the signed bytes. */
export interface StatementField {
  readonly label: string;
  readonly value: string;
}

/** What is signed: RFC 8785 JSON of this object. */
export interface Statement {
  readonly version: 1;
  readonly act: ApprovalAct;
  readonly subject: string;
  readonly subjectDigest: string;
  readonly fields: readonly StatementField[];
  readonly station: string;
  readonly issuer: string | null;
  readonly asker: string;
  /** People who may not sign, besides the asker: who counted does not sign what was counted. */
  readonly barred?: readonly string[];
  readonly nonce: string;
  readonly expires: string;
}

export interface ApprovalRequest {
  readonly act: ApprovalAct;
  readonly subject: string;
  readonly subjectDigest: string;
  readonly fields: readonly StatementField[];
  readonly issuer: IssuerId | null;
  readonly asker: PersonId;
  readonly barred?: readonly string[];
  /** Ids for the journal: batch, device. */
  readonly subjects: Readonly<Record<string, string>>;
}

/** Dual control. The service that performs the act calls `use` in the same transaction as the act's own event. */
export interface ApprovalsPort {
  /**
   * Writes the statement, single use, expiring; APPROVAL-OPEN when the same subject already waits. What else follows from asking is
   * appended with it: a request never stands without its act, nor the act without it.
   */
  request(
    request: ApprovalRequest,
    alongside?: (approval: ApprovalId) => NewEvent,
  ): {
    readonly approval: ApprovalId;
    readonly statement: string;
    readonly statementDigest: string;
  };
  /** A second person signs or refuses in place; the asker's session goes on. ACCESS-APPROVER-IS-ASKER, ACCESS-NO-RIGHT, ACCESS-PASSWORD, APPROVAL-EXPIRED ... */
  decide(decision: {
    readonly approval: ApprovalId;
    readonly approver: PersonId;
    readonly password: Secret<string>;
    /** Digest of the bytes that the page showed. */
    readonly statementDigest: string;
    readonly verdict: { readonly kind: 'approve' } | { readonly kind: 'refuse'; readonly reason: string };
  }): Promise<void>;
  /** The asker takes the request back, signed or not, as long as it was not used. APPROVAL-NOT-YOURS, APPROVAL-SETTLED. */
  withdraw(approval: ApprovalId, asker: PersonId): void;
  /** Checks that the approval is given, unexpired, unused and of this act and subject, and returns the event that marks it used; append it with the act. */
  use(approval: ApprovalId, act: ApprovalAct, subjectDigest: string): NewEvent;
}
