import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '#shared/bytes/secret.ts';
import { toHex, utf8 } from '#shared/bytes/bytes.ts';
import type { ApprovalAct } from '#shared/domain/approval-act.ts';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import type { Role } from '#shared/domain/roles.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { JournalPort, NewEvent } from '../journal/port.ts';
import type { ApprovalRow, ApprovalsProjection } from '../journal/projections/approvals.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import { approvalPolicy } from './policy.ts';
import type { ApprovalRequest, ApprovalsPort, Statement } from './port.ts';

/** A person as dual control needs to know them. */
export interface Signer {
  readonly person: string;
  readonly roles: readonly Role[];
  readonly issuers: 'all' | readonly string[];
}

/** Proves a signer by password; the reasons of a refusal go to the journal only. */
export type ProveSigner = (
  person: string,
  password: Secret<string>,
) => Promise<
  | { readonly kind: 'known'; readonly person: Signer }
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'password' | 'locked' }
>;

type FailedReason = 'password' | 'own-request' | 'no-right' | 'locked' | 'digest' | 'already-signed';

/** Dual control: statements, signatures and their one use, all of it in the journal. */
export class Approvals implements ApprovalsPort {
  readonly #journal: JournalPort;
  readonly #rows: ApprovalsProjection;
  readonly #prove: ProveSigner;
  readonly #signer: (person: string) => Signer | null;
  readonly #station: string;
  readonly #clock: Clock;
  readonly #randomness: Randomness;

  constructor(options: {
    readonly journal: JournalPort;
    readonly rows: ApprovalsProjection;
    readonly prove: ProveSigner;
    /** Looks a person up without proof, for the asker. */
    readonly signer: (person: string) => Signer | null;
    readonly station: string;
    readonly clock: Clock;
    readonly randomness: Randomness;
  }) {
    this.#journal = options.journal;
    this.#rows = options.rows;
    this.#prove = options.prove;
    this.#signer = options.signer;
    this.#station = options.station;
    this.#clock = options.clock;
    this.#randomness = options.randomness;
  }

  request(
    request: ApprovalRequest,
    alongside?: (approval: ApprovalId) => NewEvent,
  ): {
    readonly approval: ApprovalId;
    readonly statement: string;
    readonly statementDigest: string;
  } {
    const policy = approvalPolicy[request.act];
    const asker = this.#signer(request.asker);
    if (asker === null || !asker.roles.some((role) => policy.mayAsk.includes(role))) {
      throw new StationFault('ACCESS-NO-RIGHT', { act: policy.title });
    }
    this.expireOverdue();
    if (this.#rows.unsettled(request.subjectDigest, request.act).length > 0)
      throw new StationFault('APPROVAL-OPEN', { act: policy.title });
    const approval = this.#randomness.id('ap') as ApprovalId;
    const statement: Statement = {
      version: 1,
      act: request.act,
      subject: request.subject,
      subjectDigest: request.subjectDigest,
      fields: request.fields,
      station: this.#station,
      issuer: request.issuer,
      asker: request.asker,
      ...(request.barred === undefined ? {} : { barred: request.barred }),
      nonce: toHex(this.#randomness.bytes(16)),
      expires: new Date(this.#clock.now().getTime() + policy.validFor).toISOString(),
    };
    const text = canonicalJson(statement);
    const statementDigest = createHash('sha256').update(text, 'utf8').digest('hex');
    const requested: NewEvent = {
      kind: 'approval.requested',
      actor: { kind: 'person', person: request.asker },
      issuer: request.issuer,
      subjects: { ...request.subjects, approval },
      payload: {
        approval,
        act: request.act,
        statement: text,
        statementDigest,
        subjectDigest: request.subjectDigest,
        asker: request.asker,
        approversNeeded: policy.approvers,
        expires: statement.expires,
      },
    };
    this.#journal.append(requested, ...(alongside === undefined ? [] : [alongside(approval)]));
    return { approval, statement: text, statementDigest };
  }

  async decide(decision: Parameters<ApprovalsPort['decide']>[0]): Promise<void> {
    const row = this.#open(decision.approval);
    const policy = approvalPolicy[row.act as ApprovalAct];
    const proof = await this.#prove(decision.approver, decision.password);
    if (proof.kind === 'refused') {
      this.#failed(
        row,
        proof.reason === 'unknown' ? 'unknown' : decision.approver,
        proof.reason === 'locked' ? 'locked' : 'password',
      );
      throw new StationFault('ACCESS-REFUSED');
    }
    const { person } = proof;
    const refuse = (reason: FailedReason, code: string): never => {
      this.#failed(row, person.person, reason);
      throw new StationFault(code, { act: policy.title });
    };
    if (person.person === row.asker) refuse('own-request', 'APPROVAL-OWN-REQUEST');
    const { barred = [] } = JSON.parse(row.statement) as Pick<Statement, 'barred'>;
    if (barred.includes(person.person)) refuse('no-right', 'APPROVAL-BARRED');
    if (!person.roles.some((role) => policy.mayApprove.includes(role)) || !this.#maySee(person, row.issuer)) {
      refuse('no-right', 'ACCESS-NO-RIGHT');
    }
    if (!this.#sameDigest(decision.statementDigest, row.statementDigest)) refuse('digest', 'APPROVAL-OTHER-STATEMENT');
    if (this.#rows.signers(row.approval).some((signer) => signer.approver === person.person))
      refuse('already-signed', 'APPROVAL-SIGNED-ALREADY');
    // Somebody else may have answered while the password was checked.
    this.#open(decision.approval);
    const about = {
      actor: { kind: 'person', person: person.person },
      issuer: row.issuer,
      subjects: row.subjects,
    } as const;
    const { approval, statementDigest } = row;
    this.#journal.append(
      decision.verdict.kind === 'approve'
        ? {
            ...about,
            kind: 'approval.given',
            payload: { approval, approver: person.person, statementDigest, method: 'password' },
          }
        : {
            ...about,
            kind: 'approval.refused',
            payload: { approval, approver: person.person, statementDigest, reason: decision.verdict.reason },
          },
    );
  }

  withdraw(approval: ApprovalId, asker: PersonId): void {
    const row = this.#open(approval, ['open', 'given']);
    if (row.asker !== asker) throw new StationFault('APPROVAL-NOT-YOURS');
    this.#journal.append({
      kind: 'approval.withdrawn',
      actor: { kind: 'person', person: asker },
      issuer: row.issuer,
      subjects: row.subjects,
      payload: { approval },
    });
  }

  use(approval: ApprovalId, act: ApprovalAct, subjectDigest: string): NewEvent {
    this.expireOverdue();
    const row = this.#rows.find(approval);
    if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
    if (row.act !== act || row.subjectDigest !== subjectDigest) throw new StationFault('APPROVAL-OTHER-SUBJECT');
    if (row.state !== 'given') throw new StationFault('APPROVAL-NOT-GIVEN', { state: row.state });
    const statement = createHash('sha256').update(utf8(row.statement)).digest('hex');
    if (!this.#sameDigest(statement, row.statementDigest)) throw new StationFault('APPROVAL-OTHER-STATEMENT');
    return {
      kind: 'approval.used',
      actor: { kind: 'station' },
      issuer: row.issuer,
      subjects: row.subjects,
      payload: { approval, act },
    };
  }

  /** Writes the expiry of every approval whose time is over. */
  expireOverdue(): void {
    const now = this.#clock.now().getTime();
    for (const row of [...this.#rows.inState('open'), ...this.#rows.inState('given')]) {
      if (Date.parse(row.expires) > now) continue;
      this.#journal.append({
        kind: 'approval.expired',
        actor: { kind: 'station' },
        issuer: row.issuer,
        subjects: row.subjects,
        payload: { approval: row.approval },
      });
    }
  }

  #open(approval: ApprovalId, states: readonly string[] = ['open']): ApprovalRow {
    this.expireOverdue();
    const row = this.#rows.find(approval);
    if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
    if (!states.includes(row.state)) throw new StationFault('APPROVAL-SETTLED', { state: row.state });
    return row;
  }

  #maySee(person: Signer, issuer: string | null): boolean {
    return issuer === null || person.issuers === 'all' || person.issuers.includes(issuer);
  }

  #sameDigest(left: string, right: string): boolean {
    const [one, other] = [utf8(left), utf8(right)];
    return one.length === other.length && timingSafeEqual(one, other);
  }

  #failed(row: ApprovalRow, person: string, reason: FailedReason): void {
    this.#journal.append({
      kind: 'approval.attempt-failed',
      actor: { kind: 'station' },
      issuer: row.issuer,
      subjects: row.subjects,
      payload: { approval: row.approval, person, reason },
    });
  }
}
