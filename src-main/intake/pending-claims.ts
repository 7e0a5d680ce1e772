/** What the records of batches on their way in have claimed and the journal does not hold yet: batches that are pulled side by side see each other. */
export class PendingClaims {
  /** By issuer and order id, and by issuer and card digest: the batch that claimed it. */
  readonly #claims = new Map<string, string>();

  /** The batch that claims this order or card, or null. */
  holder(issuer: string, what: 'order' | 'card', id: string): string | null {
    return this.#claims.get(nameOf(issuer, what, id)) ?? null;
  }

  claim(batch: string, issuer: string, what: 'order' | 'card', id: string): void {
    this.#claims.set(nameOf(issuer, what, id), batch);
  }

  /** The batch's claims are in the journal now, or fell away with it. */
  release(batch: string): void {
    for (const [name, holder] of this.#claims) if (holder === batch) this.#claims.delete(name);
  }
}

function nameOf(issuer: string, what: 'order' | 'card', id: string): string {
  return `${issuer} ${what} ${id}`;
}
