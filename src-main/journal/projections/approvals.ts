import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { impossible, type AppliedEvent, type Projection } from './projection.ts';

export type ApprovalState = 'open' | 'given' | 'refused' | 'withdrawn' | 'expired' | 'used';

/** One approval with its statement: the exact text that is signed. */
export interface ApprovalRow {
  readonly approval: string;
  readonly act: string;
  readonly statement: string;
  readonly statementDigest: string;
  readonly subjectDigest: string;
  readonly asker: string;
  readonly approversNeeded: number;
  readonly requestedAt: string;
  readonly expires: string;
  readonly issuer: string | null;
  readonly subjects: Readonly<Record<string, string>>;
  readonly state: ApprovalState;
  readonly settledAt: string | null;
}

/** One person's answer to an approval. */
export interface ApprovalSigner {
  readonly approver: string;
  readonly verdict: 'approve' | 'refuse';
  readonly method: string | null;
  readonly reason: string | null;
  readonly time: string;
}

type StoredApproval = Omit<ApprovalRow, 'subjects'> & { readonly subjects: string };

const select = `SELECT approval, act, statement, statement_digest AS statementDigest, subject_digest AS subjectDigest, asker,
  approvers_needed AS approversNeeded, requested_at AS requestedAt, expires, issuer, subjects, state, settled_at AS settledAt FROM approvals`;

function read(row: StoredApproval): ApprovalRow {
  return { ...row, subjects: JSON.parse(row.subjects) as Record<string, string> };
}

/** Dual control as it stands: what was asked, who signed, what is still open. An approval is used once at most. */
export class ApprovalsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE approvals (
      approval TEXT PRIMARY KEY, act TEXT NOT NULL, statement TEXT NOT NULL, statement_digest TEXT NOT NULL,
      subject_digest TEXT NOT NULL, asker TEXT NOT NULL, approvers_needed INTEGER NOT NULL, requested_at TEXT NOT NULL,
      expires TEXT NOT NULL, issuer TEXT, subjects TEXT NOT NULL, state TEXT NOT NULL, settled_at TEXT
    ) STRICT;
    CREATE INDEX approvals_by_state ON approvals (state, requested_at);
    CREATE INDEX approvals_by_subject ON approvals (subject_digest, act);
    CREATE TABLE approval_signers (
      approval TEXT NOT NULL, approver TEXT NOT NULL, verdict TEXT NOT NULL, method TEXT, reason TEXT, time TEXT NOT NULL,
      PRIMARY KEY (approval, approver)
    ) STRICT;`;
  readonly tables = ['approvals', 'approval_signers'];

  readonly #insert: Statement;
  readonly #sign: Statement;
  readonly #settle: Statement;
  readonly #one: Statement<[string], StoredApproval>;
  readonly #inState: Statement<[string], StoredApproval>;
  readonly #unsettled: Statement<[string, string], StoredApproval>;
  readonly #signers: Statement<[string], ApprovalSigner>;
  readonly #signed: Statement<[string], number>;

  constructor(database: Database) {
    this.#insert = database.prepare("INSERT INTO approvals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', NULL)");
    this.#sign = database.prepare('INSERT OR IGNORE INTO approval_signers VALUES (?, ?, ?, ?, ?, ?)');
    this.#settle = database.prepare('UPDATE approvals SET state = ?, settled_at = ? WHERE approval = ?');
    this.#one = database.prepare(`${select} WHERE approval = ?`);
    this.#inState = database.prepare(`${select} WHERE state = ? ORDER BY requested_at, approval`);
    this.#unsettled = database.prepare(
      `${select} WHERE subject_digest = ? AND act = ? AND state IN ('open', 'given') ORDER BY requested_at DESC`,
    );
    this.#signers = database.prepare(
      'SELECT approver, verdict, method, reason, time FROM approval_signers WHERE approval = ? ORDER BY time, approver',
    );
    this.#signed = database
      .prepare<[string], number>("SELECT count(*) FROM approval_signers WHERE approval = ? AND verdict = 'approve'")
      .pluck();
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'approval.requested': {
        const asked = event.payload;
        if (this.find(asked.approval) !== null) impossible(event, `approval ${asked.approval} already exists`);
        this.#insert.run(
          asked.approval,
          asked.act,
          asked.statement,
          asked.statementDigest,
          asked.subjectDigest,
          asked.asker,
          asked.approversNeeded,
          event.time,
          asked.expires,
          event.issuer,
          JSON.stringify(event.subjects),
        );
        return;
      }
      case 'approval.given': {
        const approval = this.#expect(event, event.payload.approval, ['open']);
        const { approver, method } = event.payload;
        this.#answer(event, approval, approver, 'approve', method, null);
        if ((this.#signed.get(approval.approval) ?? 0) >= approval.approversNeeded) {
          this.#settle.run('given', event.time, approval.approval);
        }
        return;
      }
      case 'approval.refused': {
        const approval = this.#expect(event, event.payload.approval, ['open']);
        this.#answer(event, approval, event.payload.approver, 'refuse', null, event.payload.reason);
        this.#settle.run('refused', event.time, approval.approval);
        return;
      }
      case 'approval.withdrawn':
        this.#settle.run(
          'withdrawn',
          event.time,
          this.#expect(event, event.payload.approval, ['open', 'given']).approval,
        );
        return;
      case 'approval.expired':
        this.#settle.run(
          'expired',
          event.time,
          this.#expect(event, event.payload.approval, ['open', 'given']).approval,
        );
        return;
      case 'approval.used':
        this.#settle.run('used', event.time, this.#expect(event, event.payload.approval, ['given']).approval);
        return;
      default:
    }
  }

  #expect(event: AppliedEvent, id: string, states: readonly ApprovalState[]): ApprovalRow {
    const approval = this.find(id) ?? impossible(event, `there is no approval ${id}`);
    if (!states.includes(approval.state)) impossible(event, `approval ${id} is ${approval.state}`);
    return approval;
  }

  #answer(
    event: AppliedEvent,
    approval: ApprovalRow,
    approver: string,
    verdict: ApprovalSigner['verdict'],
    method: string | null,
    reason: string | null,
  ): void {
    if (approver === approval.asker) impossible(event, 'who asked cannot answer');
    const { changes } = this.#sign.run(approval.approval, approver, verdict, method, reason, event.time);
    if (changes === 0) impossible(event, `${approver} has answered already`);
  }

  find(approval: string): ApprovalRow | null {
    const row = this.#one.get(approval);
    return row === undefined ? null : read(row);
  }

  /** Approvals in one state, oldest first. Whether an open one has expired is for the caller's clock to say. */
  inState(state: ApprovalState): readonly ApprovalRow[] {
    return this.#inState.all(state).map(read);
  }

  /** Open or given approvals of an act on the same subject, newest first. */
  unsettled(subjectDigest: string, act: string): readonly ApprovalRow[] {
    return this.#unsettled.all(subjectDigest, act).map(read);
  }

  signers(approval: string): readonly ApprovalSigner[] {
    return this.#signers.all(approval);
  }
}
