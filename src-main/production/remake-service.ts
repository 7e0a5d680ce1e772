import { createHash } from 'node:crypto';
import type { ApprovalId, IssuerId, PersonId } from '#shared/domain/identifiers.ts';
import type { RejectReason, RemakeReason } from '#shared/domain/reject-reason.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { ApprovalsPort, StatementField } from '../approvals/port.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { AttemptRow } from '../journal/projections/attempts.ts';
import { producing } from '../journal/projections/batch-transitions.ts';
import type { OrderRow } from '../journal/projections/orders.ts';
import { remakeable } from './remake-rule.ts';

/** What a person wants made again, and why. */
export interface RemakeWish {
  readonly batch: string;
  readonly order: string;
  readonly reasonCode: RemakeReason;
  readonly remark: string;
  readonly person: PersonId;
}

/** An order that is held until two people have signed, with the cards that it has cost. */
interface Replaceable {
  readonly order: OrderRow;
  readonly lost: readonly AttemptRow[];
}

/** The same, and the statement that waits for a signature. */
export interface WaitingRemake extends Replaceable {
  readonly approval: string | null;
}

/** Remakes that need two people, and good cards that a person turns to rejected after the fact (DESIGN 6.7, 9). */
export class RemakeService {
  readonly #journal: Journal;
  readonly #approvals: ApprovalsPort;

  constructor(options: { readonly journal: Journal; readonly approvals: ApprovalsPort }) {
    this.#journal = options.journal;
    this.#approvals = options.approvals;
  }

  /** Orders of a batch that wait for two people before another blank is used for them. */
  waiting(batch: string): readonly WaitingRemake[] {
    const { orders, approvals } = this.#journal.projections;
    const held = orders.page(batch, { state: 'held' }, { limit: -1, offset: 0 }).rows;
    return held.filter(isRemakeable).map((order) => {
      const found = { order, lost: this.#lost(order) };
      const [open] = approvals.unsettled(digestOf(found), 'remake');
      return { ...found, approval: open?.approval ?? null };
    });
  }

  /**
   * Turns a good card to rejected; its order is held until two people want another. Effects: `attempt.recalled`, `attempt.ended`, `order.held`.
   *
   * An outstanding look is decided bad by it. REMAKE-NOT-GOOD, REMAKE-BATCH-CLOSED, REMAKE-REASON.
   */
  recall(attempt: string, reasonCode: RejectReason, remark: string, person: string): void {
    const row = this.#journal.projections.attempts.find(attempt);
    if (row === null || row.disposition !== 'good') throw new StationFault('REMAKE-NOT-GOOD', { attempt });
    this.#openBatch(row.batch);
    if (reasonCode === 'other' && remark.trim() === '') throw new StationFault('REMAKE-REASON');
    const about = aboutCard(row, person);
    const look = this.#journal.projections.looks.waiting(attempt);
    this.#journal.append(
      { ...about, kind: 'attempt.recalled', payload: { reasonCode, remark } },
      ...(look === null
        ? []
        : [{ ...about, kind: 'look.decided', payload: { result: 'bad', reasonCode, remark } } satisfies NewEvent]),
      ...recalledCard(row, 'operator', reasonCode, person),
    );
  }

  /** Asks for one more blank. REMAKE-NOT-HELD, REMAKE-CARD-UNKNOWN, REMAKE-STILL-GOOD, REMAKE-BATCH-CLOSED, REMAKE-REASON and the faults of approvals. */
  request({ batch, order, reasonCode, remark, person }: RemakeWish): ApprovalId {
    const found = this.#replaceable(batch, order);
    if (reasonCode === 'other' && remark.trim() === '') throw new StationFault('REMAKE-REASON');
    const replaced = found.lost.at(-1);
    const subjects = { batch, order, ...(replaced === undefined ? {} : { attempt: replaced.attempt }) };
    const fields: StatementField[] = [
      { label: 'Batch', value: batch },
      { label: 'Order', value: order },
      ...(found.order.maskedPan === null ? [] : [{ label: 'Card number', value: found.order.maskedPan }]),
      { label: 'Why it is held', value: describeFault({ code: found.order.heldReason ?? '', details: {} }).text },
      { label: 'Reason for the remake', value: remark === '' ? reasonCode : `${reasonCode}: ${remark}` },
      ...found.lost.map((card) => ({
        label: `Card ${card.number}`,
        value: `${card.disposition ?? ''}${card.chipSerial === null ? '' : `, chip ${card.chipSerial}`}, ${card.attempt}`,
      })),
      {
        label: 'Both of you have seen',
        value:
          'Every card above lies in the box for destruction, or its loss has been reported. One more card is made.',
      },
    ];
    return this.#approvals.request(
      {
        act: 'remake',
        subject: order,
        subjectDigest: digestOf(found),
        fields,
        issuer: found.order.issuer as IssuerId,
        asker: person,
        subjects,
      },
      (approval) => ({
        kind: 'order.remake-requested',
        actor: { kind: 'person', person },
        issuer: found.order.issuer,
        subjects: { ...subjects, approval },
        payload: { approval, reasonCode, remark },
      }),
    ).approval;
  }

  /**
   * Lets a signed remake begin: the order may cost one more blank. What can no longer be done as it was signed is withdrawn: it must not
   * happen by itself later. Harmless when repeated. Faults as `request`.
   */
  carryOut(approval: ApprovalId, subjects: Readonly<Record<string, string>>): void {
    const { batch = '', order = '' } = subjects;
    try {
      const found = this.#replaceable(batch, order);
      const used = this.#approvals.use(approval, 'remake', digestOf(found));
      this.#journal.append(used, {
        kind: 'order.remake-released',
        actor: { kind: 'station' },
        issuer: found.order.issuer,
        subjects: { ...subjects, approval },
        payload: { approval },
      });
    } catch (fault) {
      if (fault instanceof StationFault && /^(REMAKE-|APPROVAL-OTHER-SUBJECT$)/.test(fault.code))
        this.#withdraw(approval);
      throw fault;
    }
  }

  #withdraw(approval: ApprovalId): void {
    const row = this.#journal.projections.approvals.find(approval);
    if (row === null || row.act !== 'remake' || row.state !== 'given') return;
    const { issuer, subjects } = row;
    this.#journal.append({
      kind: 'approval.withdrawn',
      actor: { kind: 'station' },
      issuer,
      subjects,
      payload: { approval },
    });
  }

  #replaceable(batch: string, order: string): Replaceable {
    const { orders, attempts } = this.#journal.projections;
    const row = orders.find(batch, order);
    if (row === null) throw new StationFault('REMAKE-NOT-HELD', { order });
    this.#openBatch(batch);
    const cards = attempts.ofOrder(batch, order);
    if (cards.some(({ disposition }) => disposition === null)) throw new StationFault('REMAKE-CARD-UNKNOWN', { order });
    if (row.state === 'made' || cards.some(({ disposition }) => disposition === 'good'))
      throw new StationFault('REMAKE-STILL-GOOD', { order });
    if (!isRemakeable(row)) throw new StationFault('REMAKE-NOT-HELD', { order });
    return { order: row, lost: this.#lost(row) };
  }

  #lost({ batch, order }: OrderRow): readonly AttemptRow[] {
    return this.#journal.projections.attempts
      .ofOrder(batch, order)
      .filter(({ disposition }) => disposition !== 'returned' && disposition !== 'test' && disposition !== null);
  }

  /** Nothing changes any more once the figures of the close are signed or on their way. */
  #openBatch(batch: string): void {
    const state = this.#journal.projections.batches.find(batch)?.state;
    if (state === undefined || !producing.includes(state))
      throw new StationFault('REMAKE-BATCH-CLOSED', { batch, state: state ?? 'unknown' });
  }
}

function isRemakeable({ state, heldReason }: OrderRow): boolean {
  return state === 'held' && heldReason !== null && remakeable.includes(heldReason);
}

/** What is signed: this order with exactly these lost cards. */
function digestOf({ order, lost }: Replaceable): string {
  const cards = lost.map(({ attempt, disposition }) => ({ attempt, disposition }));
  const content = { batch: order.batch, order: order.order, cards };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

function aboutCard({ issuer, batch, order, attempt, line }: AttemptRow, person: string) {
  return { actor: { kind: 'person', person }, issuer, subjects: { batch, order, attempt, line } } as const;
}

/** A good card that is good no more, and its order held: a finished card is out of the machine, so another needs two people. */
export function recalledCard(
  row: AttemptRow,
  decidedBy: 'look' | 'operator',
  reason: string,
  person: string,
): readonly NewEvent[] {
  const about = aboutCard(row, person);
  return [
    { ...about, kind: 'attempt.ended', payload: { disposition: 'rejected', decidedBy, reason, passDigest: null } },
    { ...about, kind: 'order.held', payload: { reason: 'REMAKE-CARD-RECALLED' } },
  ];
}
