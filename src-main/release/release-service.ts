import { createHash } from 'node:crypto';
import { contentDigest, type SignedRecord } from '#shared/domain/content-digest.ts';
import type { ApprovalId, BatchId, IssuerId, PersonId } from '#shared/domain/identifiers.ts';
import type { Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ApprovalsPort, StatementField } from '../approvals/port.ts';
import type { JournalPort } from '../journal/port.ts';
import type { BatchesProjection } from '../journal/projections/batches.ts';
import type { GrantPort } from '../sync/grant-port.ts';
import { keyFields, type ShownKey } from './shown-keys.ts';

/** A package as a release names it; AID and SHA-256 of the file in hexadecimal. */
export interface ShownPackage {
  readonly aid: string;
  readonly version: string;
  readonly hash: string;
}

export interface ReleaseOptions {
  readonly journal: JournalPort;
  readonly batches: BatchesProjection;
  readonly approvals: ApprovalsPort;
  readonly grants: GrantPort;
  signedRecords(batch: BatchId): Iterable<SignedRecord>;
  product(reference: string, digest: string): Product;
  issuerTitle(issuer: string): string;
  /** Keys that making this batch will use, besides its own wrapping key. */
  keysFor(product: Product): readonly ShownKey[];
  /** Packages that its cards are loaded with, checked as before a load: one that cannot be loaded is not even asked to be released. */
  packagesFor(product: Product): readonly ShownPackage[];
}

const sha256 = (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest());
const grantDeadline = 30_000;

/** Release of a batch: the statement that a second person signs, and the act once it is signed. */
export class ReleaseService {
  readonly #options: ReleaseOptions;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: ReleaseOptions) {
    this.#options = options;
  }

  /** Asks for the release. RELEASE-NOT-READY, RELEASE-NOTHING-READY, RELEASE-CONTENT-CHANGED and the faults of approvals. */
  request(batch: BatchId, asker: PersonId): ApprovalId {
    const view = this.#options.batches.view(batch);
    if (view === null) throw new StationFault('PRODUCTION-NO-BATCH', { batch });
    if (view.state !== 'ready' && view.state !== 'release-requested') throw new StationFault('RELEASE-NOT-READY', { batch, state: view.state });
    if (view.orders.ready === 0) throw new StationFault('RELEASE-NOTHING-READY', { batch });
    const { product, productDigest, manifestDigest } = view;
    if (product === null || productDigest === null || manifestDigest === null || view.issuer === null) {
      throw new StationFault('RELEASE-NOT-READY', { batch, state: view.state });
    }
    const digest = contentDigest({ batch, product, productDigest, manifestDigest }, this.#options.signedRecords(batch), sha256);
    if (digest !== view.contentDigest) throw new StationFault('RELEASE-CONTENT-CHANGED', { batch });
    const made = this.#options.product(product, productDigest);
    const keys = [
      ...(view.wrappingKey === null ? [] : [{ name: view.wrappingKey, kcv: view.wrappingKeyKcv ?? '' }]),
      ...this.#options.keysFor(made),
    ];
    const fields: StatementField[] = [
      { label: 'Batch', value: batch },
      { label: 'Issuer', value: this.#options.issuerTitle(view.issuer) },
      { label: 'Product', value: `${made.title} (${product})` },
      { label: 'Product digest', value: productDigest },
      { label: 'Cards to make', value: String(view.orders.ready) },
      { label: 'Records held back', value: String(view.orders.held) },
      { label: 'Records in all', value: String(view.count ?? 0) },
      { label: 'Due', value: view.due ?? '' },
      { label: 'Priority', value: view.priority ?? '' },
      { label: 'Data are', value: view.environment === 'live' ? 'live' : 'test' },
      { label: 'Manifest signed by', value: view.signer ?? '' },
      ...keyFields(keys),
      ...this.#options.packagesFor(made).map(({ aid, version, hash }) => ({
        label: `Loaded with ${aid.toUpperCase()} ${version}`,
        value: `SHA-256 ${hash.toUpperCase()}`,
      })),
      { label: 'Content digest', value: digest },
    ];
    return this.#options.approvals.request(
      {
        act: 'batch-release',
        subject: batch,
        subjectDigest: digest,
        fields,
        issuer: view.issuer as IssuerId,
        asker,
        subjects: { batch },
      },
      (approval) => ({
        kind: 'batch.release-requested',
        actor: { kind: 'person', person: asker },
        issuer: view.issuer,
        subjects: { batch, approval },
        payload: { approval, contentDigest: digest },
      }),
    ).approval;
  }

  /**
   * Releases a batch whose statement is signed: asks the CMS for the start grant, then writes the use of the signature and the
   * release in one transaction. Harmless when repeated; CMS-… when the CMS cannot be reached: the signature waits.
   */
  async carryOut(batch: BatchId, signal: AbortSignal): Promise<void> {
    const running = this.#underWay.get(batch);
    if (running !== undefined) return running;
    const work = this.#carryOut(batch, signal).finally(() => this.#underWay.delete(batch));
    this.#underWay.set(batch, work);
    return work;
  }

  async #carryOut(batch: BatchId, signal: AbortSignal): Promise<void> {
    const row = this.#options.batches.find(batch);
    if (row === null || row.state !== 'release-requested' || row.releaseApproval === null || row.contentDigest === null || row.lease === null) return;
    const approval = row.releaseApproval as ApprovalId;
    // Fails before the CMS is asked when the signature is missing or for something else.
    this.#options.approvals.use(approval, 'batch-release', row.contentDigest);
    const grant = await this.#options.grants.askGrant(batch, row.lease, row.contentDigest, AbortSignal.any([signal, AbortSignal.timeout(grantDeadline)]));
    this.#options.journal.append(this.#options.approvals.use(approval, 'batch-release', row.contentDigest), {
      kind: 'batch.released',
      actor: { kind: 'station' },
      issuer: row.issuer,
      subjects: { batch, approval },
      payload: {
        approval,
        contentDigest: row.contentDigest,
        grant: grant.jws,
        grantCount: grant.count,
        grantIndex: grant.index,
        grantValidForSeconds: grant.validForSeconds,
      },
    });
  }
}
