import { createHash } from 'node:crypto';
import type { Secret } from '#shared/bytes/secret.ts';
import { toHex } from '#shared/bytes/bytes.ts';
import type { ApprovalId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { NewEvent } from '../journal/port.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { ProveSigner, Signer } from './approvals.ts';
import { approvalPolicy } from './policy.ts';
import type { ApprovalRequest, Statement } from './port.ts';

/** A statement that waits for its signature outside the journal, for a journal that cannot take entries before it was signed. */
export interface WaitingStatement {
  readonly approval: ApprovalId;
  readonly statement: string;
  readonly statementDigest: string;
  readonly request: ApprovalRequest;
  readonly expires: string;
  /** The asker's, to be compared with the second: two people have two. */
  readonly password: Secret<string>;
}

/** Dual control where nothing may be written before both have signed: request, signature and use become entries together with the act. */
export class SignAtOnce {
  readonly #prove: ProveSigner;
  readonly #station: string;
  readonly #clock: Clock;
  readonly #randomness: Randomness;

  constructor(options: {
    readonly prove: ProveSigner;
    readonly station: string;
    readonly clock: Clock;
    readonly randomness: Randomness;
  }) {
    this.#prove = options.prove;
    this.#station = options.station;
    this.#clock = options.clock;
    this.#randomness = options.randomness;
  }

  async #proven(person: string, password: Secret<string>): Promise<Signer> {
    const proof = await this.#prove(person, password);
    if (proof.kind === 'refused') throw new StationFault('ACCESS-REFUSED');
    return proof.person;
  }

  /** The asker proves who they are, and gets the statement to show. ACCESS-REFUSED, ACCESS-NO-RIGHT. */
  async ask(request: ApprovalRequest, password: Secret<string>): Promise<WaitingStatement> {
    const policy = approvalPolicy[request.act];
    const asker = await this.#proven(request.asker, password);
    if (!asker.roles.some((role) => policy.mayAsk.includes(role)))
      throw new StationFault('ACCESS-NO-RIGHT', { act: policy.title });
    const expires = new Date(this.#clock.now().getTime() + policy.validFor).toISOString();
    const statement: Statement = {
      version: 1,
      act: request.act,
      subject: request.subject,
      subjectDigest: request.subjectDigest,
      fields: request.fields,
      station: this.#station,
      issuer: request.issuer,
      asker: request.asker,
      nonce: toHex(this.#randomness.bytes(16)),
      expires,
    };
    const text = canonicalJson(statement);
    const statementDigest = createHash('sha256').update(text, 'utf8').digest('hex');
    return {
      approval: this.#randomness.id('ap') as ApprovalId,
      statement: text,
      statementDigest,
      request,
      expires,
      password,
    };
  }

  /**
   * The second person signs what was shown; gives request, signature and use as events, to be appended with the act in one transaction.
   *
   * APPROVAL-OWN-REQUEST, APPROVAL-SAME-PASSWORD, ACCESS-REFUSED, ACCESS-NO-RIGHT, APPROVAL-OTHER-STATEMENT, APPROVAL-SETTLED when its time is over.
   */
  async sign(
    waiting: WaitingStatement,
    approver: string,
    password: Secret<string>,
    shownDigest: string,
  ): Promise<readonly NewEvent[]> {
    const { approval, statement, statementDigest, request, expires } = waiting;
    const policy = approvalPolicy[request.act];
    if (approver === request.asker) throw new StationFault('APPROVAL-OWN-REQUEST', { act: policy.title });
    const signer = await this.#proven(approver, password);
    if (waiting.password.reveal().normalize('NFC') === password.reveal().normalize('NFC'))
      throw new StationFault('APPROVAL-SAME-PASSWORD', { act: policy.title });
    if (!signer.roles.some((role) => policy.mayApprove.includes(role)))
      throw new StationFault('ACCESS-NO-RIGHT', { act: policy.title });
    if (shownDigest !== statementDigest) throw new StationFault('APPROVAL-OTHER-STATEMENT', { act: policy.title });
    if (Date.parse(expires) <= this.#clock.now().getTime())
      throw new StationFault('APPROVAL-SETTLED', { state: 'expired' });
    const about = { issuer: request.issuer, subjects: { ...request.subjects, approval } };
    const person = (name: string) => ({ kind: 'person', person: name }) as const;
    return [
      {
        ...about,
        kind: 'approval.requested',
        actor: person(request.asker),
        payload: {
          approval,
          act: request.act,
          statement,
          statementDigest,
          subjectDigest: request.subjectDigest,
          asker: request.asker,
          approversNeeded: policy.approvers,
          expires,
        },
      },
      {
        ...about,
        kind: 'approval.given',
        actor: person(approver),
        payload: { approval, approver, statementDigest, method: 'password' },
      },
      { ...about, kind: 'approval.used', actor: { kind: 'station' }, payload: { approval, act: request.act } },
    ];
  }
}
