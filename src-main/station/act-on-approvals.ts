import type { ApprovalId, BatchId } from '#shared/domain/identifiers.ts';
import type { ApprovalAct } from '#shared/domain/approval-act.ts';
import type { CloseService } from '../close/close-service.ts';
import type { Journal } from '../journal/journal.ts';
import type { Logger } from '../platform/logger.ts';

/** Carries out a signed act; it checks the signature itself and is harmless when repeated. `subjects` are those of the request. */
export type CarryOut = (
  approval: ApprovalId,
  subjects: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<void> | void;

/** Acts that the station carries out by itself once they are signed; the others wait for the person who asked. */
export type SignedActs = Partial<Readonly<Record<ApprovalAct, CarryOut>>>;

const tryAgainAfter = 5_000;

/**
 * Carries out what two people have signed: at once when the second signs, after a crash at the next start, and again in a while
 * when the CMS or the HSM could not be reached. The services check the signature themselves, in the transaction of the act.
 */
export class ActOnApprovals {
  readonly #journal: Journal;
  readonly #acts: SignedActs;
  readonly #close: CloseService;
  readonly #settle: (signal: AbortSignal) => Promise<void>;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #working: Promise<void> = Promise.resolve();
  #later: NodeJS.Timeout | null = null;

  constructor(options: {
    readonly journal: Journal;
    readonly acts: SignedActs;
    readonly close: CloseService;
    /** Settles acts that were begun and of which it is not recorded what came of them. */
    readonly settle: (signal: AbortSignal) => Promise<void>;
    readonly logger: Logger;
  }) {
    this.#journal = options.journal;
    this.#acts = options.acts;
    this.#close = options.close;
    this.#settle = options.settle;
    this.#logger = options.logger;
    this.#journal.subscribe((entries) => {
      if (entries.some(({ header }) => header.kind === 'approval.given')) this.act();
    });
  }

  /** Looks for signed statements that wait to be carried out, and for closed batches whose key still exists. */
  act(): void {
    // One round that fails as a whole must not be the last one.
    this.#working = this.#working
      .then(() => this.#actOnce())
      .catch((fault: unknown) => {
        this.#logger.warn({ fault: fault instanceof Error ? fault.message : String(fault) }, 'signed acts wait');
      });
  }

  async settled(): Promise<void> {
    await this.#working;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    if (this.#later !== null) clearTimeout(this.#later);
    await this.#working;
  }

  async #actOnce(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { approvals, batches } = this.#journal.projections;
    await this.#try('settle', () => this.#settle(this.#stop.signal));
    for (const approval of approvals.inState('given')) {
      const carryOut = this.#acts[approval.act as ApprovalAct];
      if (carryOut === undefined) continue;
      await this.#try(approval.act, () =>
        carryOut(approval.approval as ApprovalId, approval.subjects, this.#stop.signal),
      );
    }
    for (const row of batches.list({ issuers: 'all', states: ['closed'] })) {
      if (row.erasedAt === null)
        await this.#try('erase', () => this.#close.erase(row.batch as BatchId, this.#stop.signal));
    }
  }

  async #try(what: string, act: () => Promise<void> | void): Promise<void> {
    try {
      await act();
    } catch (fault) {
      if (this.#stop.signal.aborted) return;
      this.#logger.warn({ what, fault: fault instanceof Error ? fault.message : String(fault) }, 'a signed act waits');
      this.#later ??= setTimeout(() => {
        this.#later = null;
        this.act();
      }, tryAgainAfter);
    }
  }
}
