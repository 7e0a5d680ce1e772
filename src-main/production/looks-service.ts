import { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import { recalledCard } from './remake-service.ts';

/** A person's verdict on how a finished card looks. */
export interface LookDecision {
  readonly attempt: string;
  readonly result: 'good' | 'bad';
  readonly reasonCode: string;
  readonly remark: string;
  readonly person: string;
}

/** Looks: how a print turned out is for a person to say. A bad one turns the good card into a rejected one and holds its order, in one transaction. */
export class LooksService {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** LOOK-NOT-ASKED when no look at this card is outstanding, LOOK-REASON when result and reason contradict each other. */
  decide(decision: LookDecision): void {
    const attempt = this.#journal.projections.attempts.find(decision.attempt);
    const look = this.#journal.projections.looks.waiting(decision.attempt);
    if (attempt === null || look === null) throw new StationFault('LOOK-NOT-ASKED');
    if ((decision.result === 'good') !== (decision.reasonCode === 'as-proof')) throw new StationFault('LOOK-REASON');
    const about = {
      actor: { kind: 'person', person: decision.person },
      issuer: attempt.issuer,
      subjects: { batch: attempt.batch, order: attempt.order, attempt: attempt.attempt, line: attempt.line },
    } as const;
    const decided = {
      ...about,
      kind: 'look.decided',
      payload: { result: decision.result, reasonCode: decision.reasonCode, remark: decision.remark },
    } as const;
    if (decision.result === 'good') {
      this.#journal.append(decided);
      return;
    }
    this.#journal.append(decided, ...recalledCard(attempt, 'look', decision.reasonCode, decision.person));
  }
}
