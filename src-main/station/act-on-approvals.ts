import type { ApprovalId, BatchId } from '#shared/domain/identifiers.ts';
import type { CloseService } from '../close/close-service.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { Journal } from '../journal/journal.ts';
import type { Logger } from '../platform/logger.ts';
import type { ReleaseService } from '../release/release-service.ts';

const tryAgainAfter = 5_000;

/**
 * Carries out what two people have signed: at once when the second signs, after a crash at the next start, and again in a while
 * when the CMS or the HSM could not be reached. The services check the signature themselves, in the transaction of the act.
 */
export class ActOnApprovals {
  readonly #journal: Journal;
  readonly #release: ReleaseService;
  readonly #close: CloseService;
  readonly #enrolment: Enrolment;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #working: Promise<void> = Promise.resolve();
  #later: NodeJS.Timeout | null = null;

  constructor(options: {
    readonly journal: Journal;
    readonly release: ReleaseService;
    readonly close: CloseService;
    readonly enrolment: Enrolment;
    readonly logger: Logger;
  }) {
    this.#journal = options.journal;
    this.#release = options.release;
    this.#close = options.close;
    this.#enrolment = options.enrolment;
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
    for (const approval of approvals.inState('given')) {
      const { batch = '', device = '' } = approval.subjects;
      await this.#try(approval.act, () =>
        this.#carryOut(approval.act, approval.approval as ApprovalId, batch as BatchId, device),
      );
    }
    for (const row of batches.list({ issuers: 'all', states: ['closed'] })) {
      if (row.erasedAt === null)
        await this.#try('erase', () => this.#close.erase(row.batch as BatchId, this.#stop.signal));
    }
  }

  async #carryOut(act: string, approval: ApprovalId, batch: BatchId, device: string): Promise<void> {
    switch (act) {
      case 'batch-release':
        return this.#release.carryOut(batch, this.#stop.signal);
      case 'batch-close':
        return this.#close.carryOut(batch, this.#stop.signal);
      case 'device-enrolment':
        return this.#enrolment.carryOut(device, approval);
      default:
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
