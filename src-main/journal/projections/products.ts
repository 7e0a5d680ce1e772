import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { actorText, impossible, type AppliedEvent, type Projection } from './projection.ts';

/** Whether a row is about a whole product or about the profile that chips are prepared by. */
export type ProductItem = 'product' | 'profile';

/** A product or profile that people are working on; its content is JSON. */
export interface ProductDraftRow {
  readonly item: ProductItem;
  /** `<id>@<version>`. */
  readonly name: string;
  readonly issuer: string | null;
  readonly digest: string;
  readonly content: string;
  readonly savedBy: string;
  readonly savedAt: string;
}

/** A product or profile that two people put into production. */
export interface ProducedItemRow {
  readonly item: ProductItem;
  readonly name: string;
  readonly digest: string;
  readonly content: string;
  readonly putAt: string;
}

/** A proposal that waits for its signature, or was signed. */
export interface ProductProposalRow {
  readonly approval: string;
  readonly item: ProductItem;
  readonly name: string;
  readonly digest: string;
}

/** Drafts, proposals, and what was put into production beside what the station is shipped with. */
export class ProductsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE product_drafts (
      item TEXT NOT NULL, name TEXT NOT NULL, issuer TEXT, digest TEXT NOT NULL, content TEXT NOT NULL, saved_by TEXT NOT NULL,
      saved_at TEXT NOT NULL, PRIMARY KEY (item, name)
    ) STRICT;
    CREATE TABLE product_proposals (
      approval TEXT PRIMARY KEY, item TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL
    ) STRICT;
    CREATE TABLE products_made (
      item TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, content TEXT NOT NULL, put_at TEXT NOT NULL, sequence INTEGER NOT NULL,
      PRIMARY KEY (item, name)
    ) STRICT;`;
  readonly tables = ['product_drafts', 'product_proposals', 'products_made'];

  readonly #save: Statement;
  readonly #discard: Statement;
  readonly #propose: Statement;
  readonly #make: Statement;
  readonly #drafts: Statement<[], ProductDraftRow>;
  readonly #draft: Statement<[string, string], ProductDraftRow>;
  readonly #proposal: Statement<[string], ProductProposalRow>;
  readonly #made: Statement<[], ProducedItemRow>;
  readonly #oneMade: Statement<[string, string], { readonly name: string }>;

  constructor(database: Database) {
    const draft = 'item, name, issuer, digest, content, saved_by AS savedBy, saved_at AS savedAt';
    this.#save = database.prepare('INSERT OR REPLACE INTO product_drafts VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#discard = database.prepare('DELETE FROM product_drafts WHERE item = ? AND name = ?');
    this.#propose = database.prepare('INSERT INTO product_proposals VALUES (?, ?, ?, ?)');
    this.#make = database.prepare('INSERT INTO products_made VALUES (?, ?, ?, ?, ?, ?)');
    this.#drafts = database.prepare(`SELECT ${draft} FROM product_drafts ORDER BY item, name`);
    this.#draft = database.prepare(`SELECT ${draft} FROM product_drafts WHERE item = ? AND name = ?`);
    this.#proposal = database.prepare('SELECT approval, item, name, digest FROM product_proposals WHERE approval = ?');
    this.#made = database.prepare(
      'SELECT item, name, digest, content, put_at AS putAt FROM products_made ORDER BY sequence',
    );
    this.#oneMade = database.prepare('SELECT name FROM products_made WHERE item = ? AND name = ?');
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'product-draft.saved': {
        const { item, name, digest, content } = event.payload;
        const whole = JSON.stringify(content);
        this.#save.run(item, name, event.issuer, digest, whole, actorText(event.actor), event.time);
        return;
      }
      case 'product-draft.discarded':
        this.#discard.run(event.payload.item, event.payload.name);
        return;
      case 'product-draft.proposed': {
        const { approval, item, name, digest } = event.payload;
        this.#propose.run(approval, item, name, digest);
        return;
      }
      case 'product.put-into-production': {
        const { item, name, digest, content } = event.payload;
        if (this.#oneMade.get(item, name) !== undefined) impossible(event, `${name} is in production already`);
        this.#make.run(item, name, digest, JSON.stringify(content), event.time, event.sequence);
        this.#discard.run(item, name);
        return;
      }
      default:
    }
  }

  drafts(): readonly ProductDraftRow[] {
    return this.#drafts.all();
  }

  draft(item: ProductItem, name: string): ProductDraftRow | null {
    return this.#draft.get(item, name) ?? null;
  }

  proposal(approval: string): ProductProposalRow | null {
    return this.#proposal.get(approval) ?? null;
  }

  /** What was put into production here, in that order: a product's profile stands before it. */
  made(): readonly ProducedItemRow[] {
    return this.#made.all();
  }
}
