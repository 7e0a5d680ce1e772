import { createHash } from 'node:crypto';
import type { ApprovalAct } from '#shared/domain/approval-act.ts';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { StockRequest } from '#shared/journal-format/events/stock-events.ts';
import type { ApprovalsPort, StatementField } from '../approvals/port.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { StockRequestRow } from '../journal/projections/destructions.ts';

const acts: Readonly<Record<StockRequest['kind'], ApprovalAct>> = {
  receipt: 'stock-receipt',
  move: 'stock-move',
  'test-use': 'test-use',
  'count-difference': 'count-difference',
  'day-close': 'day-close',
  'day-difference': 'day-difference',
  destruction: 'destruction',
};

/** The act that is signed: a move with a pack that leaves the station is another one than a move inside it. */
function actOf(request: StockRequest): ApprovalAct {
  const leaves = request.kind === 'move' && request.packs.some(({ to }) => to === 'out');
  return leaves ? 'stock-out' : acts[request.kind];
}

/** The request of one kind. */
export type RequestOf<K extends StockRequest['kind']> = Extract<StockRequest, { readonly kind: K }>;

function digestOf(request: StockRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

/** Requests about stock under dual control: the journal holds exactly what was signed, and it is done once or withdrawn. */
export class StockRequests {
  readonly #journal: Journal;
  readonly #approvals: ApprovalsPort;

  constructor(journal: Journal, approvals: ApprovalsPort) {
    this.#journal = journal;
    this.#approvals = approvals;
  }

  /** Asks for the signature over a request; the faults of approvals. Effects: `approval.requested`, `stock.requested`. */
  ask(
    request: StockRequest,
    shown: {
      readonly subject: string;
      readonly fields: readonly StatementField[];
      readonly subjects: Readonly<Record<string, string>>;
      /** Who may not sign, besides the asker. */
      readonly barred?: readonly string[];
    },
    asker: PersonId,
  ): ApprovalId {
    return this.#approvals.request(
      { ...shown, act: actOf(request), subjectDigest: digestOf(request), issuer: null, asker },
      (approval) => ({
        kind: 'stock.requested',
        actor: { kind: 'person', person: asker },
        issuer: null,
        subjects: { ...shown.subjects, approval },
        payload: { approval, request },
      }),
    ).approval;
  }

  /**
   * Carries out a signed request: `perform` gives the events of the act, which are appended with the use of the signature. Harmless when
   * repeated. What can no longer be done as it was signed is withdrawn, and its fault thrown: it must not happen by itself later.
   */
  async carryOut<K extends StockRequest['kind']>(
    kind: K,
    approval: ApprovalId,
    perform: (request: RequestOf<K>, row: StockRequestRow) => readonly NewEvent[] | Promise<readonly NewEvent[]>,
  ): Promise<void> {
    const row = this.#journal.projections.destructions.findRequest(approval);
    if (row === null || row.request.kind !== kind) throw new StationFault('APPROVAL-UNKNOWN');
    const digest = digestOf(row.request);
    const act = actOf(row.request);
    this.#approvals.use(approval, act, digest);
    try {
      const events = await perform(row.request as RequestOf<K>, row);
      this.#journal.append(this.#approvals.use(approval, act, digest), ...events);
    } catch (fault) {
      if (fault instanceof StationFault && /^(STOCK|JOURNAL-(IMPOSSIBLE|LOT-EMPTY))/.test(fault.code))
        this.#withdraw(approval, row);
      throw fault;
    }
  }

  #withdraw(approval: ApprovalId, row: StockRequestRow): void {
    const subjects = this.#journal.projections.approvals.find(approval)?.subjects ?? { approval: row.approval };
    this.#journal.append({
      kind: 'approval.withdrawn',
      actor: { kind: 'station' },
      issuer: null,
      subjects,
      payload: { approval },
    });
  }
}
