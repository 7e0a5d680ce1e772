import { createHash } from 'node:crypto';
import type { BalanceView } from '#shared/contract/views/batch-views.ts';
import type { ApprovalId, BatchId, IssuerId, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { ApprovalsPort, StatementField } from '../approvals/port.ts';
import type { SealedRecordStore } from '../journal/content/sealed-record-store.ts';
import type { Journal } from '../journal/journal.ts';
import type { BatchState } from '../journal/projections/batch-transitions.ts';
import type { KeyPort } from '../keys/port.ts';
import type { GrantPort } from '../sync/grant-port.ts';
import type { BatchReport, ReportFacts } from './batch-report.ts';

export interface CloseOptions {
  readonly journal: Journal;
  readonly approvals: ApprovalsPort;
  readonly keys: Pick<KeyPort, 'destroyBatchKey'>;
  readonly grants: GrantPort;
  readonly records: SealedRecordStore;
  readonly report: BatchReport;
  balance(batch: BatchId): BalanceView;
  facts(batch: BatchId): ReportFacts;
}

/** What a close signs: the figures of the balance, nothing that may change without making the signature void. */
function closingDigest(balance: BalanceView): string {
  const { obstacles: _obstacles, ...figures } = balance;
  return createHash('sha256').update(canonicalJson(figures)).digest('hex');
}

/** States from which nobody can ask for the close, each with why. While production runs, the last card has not asked for its look. */
const notClosable: Readonly<Partial<Record<BatchState, string>>> = {
  leased: 'it is not here yet',
  receiving: 'it is still coming in',
  refused: 'it was refused',
  running: 'production is not complete',
  paused: 'production is not complete',
  closed: 'it is closed already',
};

/** Close of a batch: balance of zero, a supervisor's signature, the report, and the end of the batch's key. */
export class CloseService {
  readonly #options: CloseOptions;

  constructor(options: CloseOptions) {
    this.#options = options;
  }

  /** Asks for the close. CLOSE-OBSTACLE names the first thing that stands in the way. */
  request(batch: BatchId, asker: PersonId): ApprovalId {
    const balance = this.#closable(batch);
    const { journal, approvals } = this.#options;
    const row = journal.projections.batches.find(batch);
    const obstacle = row === null ? 'it is not here' : notClosable[row.state];
    if (obstacle !== undefined) throw new StationFault('CLOSE-OBSTACLE', { batch, obstacle });
    const issuer = row?.issuer ?? null;
    const fields: StatementField[] = [
      { label: 'Batch', value: batch },
      { label: 'Blanks taken from the feeder', value: String(balance.fed) },
      { label: 'Good cards', value: String(balance.good) },
      { label: 'Rejected', value: String(balance.rejected) },
      { label: 'Spoiled', value: String(balance.spoiled) },
      { label: 'Missing', value: String(balance.missing) },
      { label: 'Difference', value: String(balance.difference) },
      { label: 'Orders made', value: `${balance.ordersMade} of ${balance.orders}` },
      { label: 'Orders held back', value: String(balance.ordersHeld) },
      { label: 'Orders not made', value: String(balance.ordersNotMade) },
      {
        label: 'After the close',
        value:
          'The key of this batch is destroyed. Its card data can never be read again, on this machine or from any copy.',
      },
    ];
    return approvals.request(
      {
        act: 'batch-close',
        subject: batch,
        subjectDigest: closingDigest(balance),
        fields,
        issuer: issuer as IssuerId | null,
        asker,
        subjects: { batch },
      },
      (approval) => ({
        kind: 'batch.close-requested',
        actor: { kind: 'person', person: asker },
        issuer,
        subjects: { batch, approval },
        payload: { approval },
      }),
    ).approval;
  }

  /** Closes a batch whose statement is signed, and destroys its key. Harmless when repeated after a crash. */
  async carryOut(batch: BatchId, signal: AbortSignal): Promise<void> {
    const { journal, approvals, report, records } = this.#options;
    const row = journal.projections.batches.find(batch);
    if (row === null || row.state !== 'close-requested' || row.closeApproval === null) return;
    const approval = row.closeApproval as ApprovalId;
    const balance = this.#closable(batch);
    const used = approvals.use(approval, 'batch-close', closingDigest(balance));
    const reportDigest = await report.write(this.#options.facts(batch), balance, signal);
    journal.appendWith(() => records.delete(batch), used, {
      kind: 'batch.closed',
      actor: { kind: 'station' },
      issuer: row.issuer,
      subjects: { batch, approval },
      payload: {
        approval,
        fed: balance.fed,
        good: balance.good,
        rejected: balance.rejected,
        spoiled: balance.spoiled,
        ordersMade: balance.ordersMade,
        ordersNotMade: balance.ordersNotMade + balance.ordersHeld,
        reportDigest,
      },
    });
    await this.erase(batch, signal);
  }

  /** Destroys the wrapping key of a closed batch in the HSM, once; a start after a crash calls it again. */
  async erase(batch: BatchId, signal: AbortSignal): Promise<void> {
    const { journal, keys, grants } = this.#options;
    const row = journal.projections.batches.find(batch);
    if (row === null || row.state !== 'closed' || row.erasedAt !== null) return;
    const { kcv } = await keys.destroyBatchKey(batch, signal);
    const about = { actor: { kind: 'station' }, issuer: row.issuer } as const;
    const name = row.wrappingKey ?? '';
    journal.append(
      {
        ...about,
        kind: 'batch.crypto-erased',
        subjects: { batch },
        payload: { wrappingKey: name, kcv, records: row.count ?? 0 },
      },
      {
        ...about,
        kind: 'key.destroyed',
        subjects: { batch, key: name },
        payload: { name, usage: 'batch-wrapping', kcv },
      },
    );
    if (row.lease !== null) await grants.returnLease(row.lease, signal).catch(() => undefined);
  }

  #closable(batch: BatchId): BalanceView {
    const balance = this.#options.balance(batch);
    const [obstacle] = balance.obstacles;
    if (obstacle !== undefined) throw new StationFault('CLOSE-OBSTACLE', { batch, obstacle: obstacle.text });
    if (balance.difference !== 0)
      throw new StationFault('CLOSE-OBSTACLE', { batch, obstacle: 'blanks in and out differ' });
    return balance;
  }
}
