import type { Journal } from '../journal/journal.ts';
import type { OrderRow } from '../journal/projections/orders.ts';
import { makeFinding, type Finding } from './finding.ts';
import type { PendingClaims } from './pending-claims.ts';

/** One order as it asks to be taken in. */
export interface OrderClaim {
  readonly order: string;
  /** HMAC of PAN, sequence number and expiry, hexadecimal; null without a PAN. */
  readonly cardDigest: string | null;
}

/**
 * Finds orders and cards that the issuer has wanted before: in any batch taken in or on its way in, and earlier in this one.
 *
 * An order counts while a card exists or may still be made of it; one that was held by a finding, or left unmade by a closed batch, does
 * not stand in the way of its correction.
 */
export class KnownOrders {
  readonly #journal: Journal;
  readonly #issuer: string;
  readonly #batch: string;
  /** Claims of records not yet committed, of this batch and of those pulled beside it. */
  readonly #pending: PendingClaims;

  constructor(journal: Journal, issuer: string, batch: string, pending: PendingClaims) {
    this.#journal = journal;
    this.#issuer = issuer;
    this.#batch = batch;
    this.#pending = pending;
  }

  /** Findings of one claim. */
  check({ order, cardDigest }: OrderClaim): Finding[] {
    const { orders } = this.#journal.projections;
    const findings: Finding[] = [];
    const sameOrder =
      this.#pending.holder(this.#issuer, 'order', order) ?? this.#standing(orders.ofIssuer(this.#issuer, order));
    if (sameOrder !== null) findings.push(makeFinding('INTAKE-ORDER-TWICE', null, { where: this.#name(sameOrder) }));
    if (cardDigest === null) return findings;
    const sameCard =
      this.#pending.holder(this.#issuer, 'card', cardDigest) ??
      this.#standing(orders.findCard(this.#issuer, cardDigest));
    if (sameCard !== null) {
      findings.push(makeFinding('INTAKE-DUPLICATE-CARD', 'pan', { where: this.#name(sameCard) }));
    }
    return findings;
  }

  /** Remembers a good order until it is committed. */
  claim({ order, cardDigest }: OrderClaim): void {
    this.#pending.claim(this.#batch, this.#issuer, 'order', order);
    if (cardDigest !== null) this.#pending.claim(this.#batch, this.#issuer, 'card', cardDigest);
  }

  /** What was claimed is in the journal now. */
  committed(): void {
    this.#pending.release(this.#batch);
  }

  #name(batch: string): string {
    return batch === this.#batch ? 'this batch' : `batch ${batch}`;
  }

  /** The batch of the first order that counts, or null. */
  #standing(rows: readonly OrderRow[]): string | null {
    for (const row of rows) {
      if (row.findings.length > 0) continue;
      if (row.state === 'ready' || row.state === 'in-production' || row.state === 'made') return row.batch;
      if (this.#journal.projections.batches.find(row.batch)?.state !== 'closed') return row.batch;
    }
    return null;
  }
}
