import type { BatchPriority } from '#shared/contract/cms/manifest.ts';
import type { BatchRegister } from '../batches/batch-register.ts';
import type { IssuerTermsBook } from '../batches/lease-terms.ts';
import type { People } from '../people/people.ts';
import { trainingPeople } from '../people/training-people.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { Vault } from '../sealing/vault.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { PlainOrder } from '../store/order-store.ts';
import { badRecords } from './bad-batch.ts';
import { emvOrder, issuerOfProduct, trainingIssuers, trainingOrder, type TrainingProduct } from './orders.ts';
import { checkValue, type IssuerTransportKey } from './transport-cipher.ts';

/** A batch to be made of training orders. */
export interface TrainingBatch {
  readonly id?: string;
  readonly product: TrainingProduct;
  readonly count: number;
  readonly dueInDays: number;
  readonly priority: BatchPriority;
  readonly hostile?: string;
}

const transportKeyName = 'dgi-transport/northbank/1';
/** Serials of the seeded batches lie below this; batches made later take blocks above it. */
const firstFreeSerial = 10_000_000;
const serialsPerBatch = 200_000;
const serialCounter = 'training-batches-made';

const seededBatches: readonly (TrainingBatch & { readonly id: string; readonly serial: number })[] = [
  { id: 'nb-debit-0001', product: 'emv-debit@1', count: 5, dueInDays: 0, priority: 'urgent', serial: 1_000 },
  { id: 'mc-club-0001', product: 'loyalty-stripe@1', count: 25, dueInDays: 1, priority: 'normal', serial: 2_000 },
  { id: 'mc-gift-0001', product: 'gift-print@1', count: 25, dueInDays: 2, priority: 'normal', serial: 3_000 },
  { id: 'nb-dda-0001', product: 'debit-online-dda@1', count: 5, dueInDays: 3, priority: 'normal', serial: 5_000 },
  { id: 'nb-cda-0001', product: 'debit-offline-cda@1', count: 5, dueInDays: 4, priority: 'normal', serial: 6_000 },
  { id: 'nb-dual-0001', product: 'debit-loyalty-dual@1', count: 5, dueInDays: 4, priority: 'normal', serial: 7_000 },
  { id: 'nb-debit-0500', product: 'emv-debit@1', count: 500, dueInDays: 5, priority: 'normal', serial: 4_000 },
];
/** The bank wants to hear of its cards; the shop cards may be made for three days without a line. */
const trainingTerms = [
  { issuer: 'northbank', offline: 'no', cards: 200, seconds: 8 * 3_600 },
  { issuer: 'mercato', offline: 'yes', cards: 2_000, seconds: 3 * 86_400 },
] as const;
const badBatch = { id: 'nb-debit-bad', serial: 8_000, dueInDays: 3 } as const;
const duplicateElsewhere = 4_499;

function encode(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** Makes what training needs: issuers, a transport key, the first batches, and further batches on demand. */
export class TrainingGround {
  readonly #database: CmsDatabase;
  readonly #vault: Vault;
  readonly #register: BatchRegister;
  readonly #people: People;
  readonly #terms: IssuerTermsBook;
  readonly #surroundings: Surroundings;
  readonly #seed: string;

  constructor(parts: {
    readonly database: CmsDatabase;
    readonly vault: Vault;
    readonly register: BatchRegister;
    readonly people: People;
    readonly terms: IssuerTermsBook;
    readonly surroundings: Surroundings;
    readonly seed: string;
  }) {
    this.#database = parts.database;
    this.#vault = parts.vault;
    this.#register = parts.register;
    this.#people = parts.people;
    this.#terms = parts.terms;
    this.#surroundings = parts.surroundings;
    this.#seed = parts.seed;
  }

  /** Makes the first issuers, keys and batches where there are none yet; says which batches were made. */
  async seed(): Promise<readonly string[]> {
    const key = await this.#prepareIssuers();
    for (const person of trainingPeople) await this.#people.addForTraining(person);
    for (const terms of trainingTerms) await this.#terms.propose(terms);
    const made: string[] = [];
    for (const { serial, ...batch } of seededBatches) {
      if (!(await this.#register.exists(batch.id))) made.push(await this.#makeFrom(batch, serial, key));
    }
    if (!(await this.#register.exists(badBatch.id))) made.push(await this.#makeBadBatch(key));
    return made;
  }

  /** Makes one batch of new orders; its card numbers are new to this CMS. */
  async make(batch: TrainingBatch): Promise<string> {
    const key = await this.#prepareIssuers();
    const number = await this.#database.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom('setting')
        .select('value')
        .where('name', '=', serialCounter)
        .executeTakeFirst();
      const next = row === undefined ? 0 : row.value.readUInt32BE(0);
      const value = Buffer.alloc(4);
      value.writeUInt32BE(next + 1);
      await transaction
        .insertInto('setting')
        .values({ name: serialCounter, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
      return next;
    });
    return this.#makeFrom(batch, firstFreeSerial + number * serialsPerBatch, key);
  }

  async #makeFrom(batch: TrainingBatch, serial: number, key: IssuerTransportKey): Promise<string> {
    const { seed, today } = this.#source();
    function* orders(): Generator<PlainOrder> {
      for (let position = 0; position < batch.count; position++) {
        const order = trainingOrder(batch.product, { seed, today, serial: serial + position, position }, key);
        yield { orderId: order.orderId, record: encode(JSON.stringify(order)) };
      }
    }
    return this.#register.create({
      ...(batch.id === undefined ? {} : { id: batch.id }),
      issuer: issuerOfProduct[batch.product],
      product: batch.product,
      count: batch.count,
      due: this.#day(batch.dueInDays),
      priority: batch.priority,
      hostile: batch.hostile ?? null,
      orders: orders(),
    });
  }

  async #makeBadBatch(key: IssuerTransportKey): Promise<string> {
    const source = this.#source();
    const elsewhere = emvOrder({ ...source, serial: duplicateElsewhere, position: duplicateElsewhere - 4_000 }, key);
    const records = [...badRecords({ ...source, serial: badBatch.serial }, key, elsewhere)];
    return this.#register.create({
      id: badBatch.id,
      issuer: 'northbank',
      product: 'emv-debit@1',
      count: records.length,
      due: this.#day(badBatch.dueInDays),
      priority: 'normal',
      hostile: null,
      orders: records.map((record) => ({ orderId: record.orderId, record: encode(record.text) })),
    });
  }

  /** Makes issuers and the transport key where they are missing, and returns the key. */
  async #prepareIssuers(): Promise<IssuerTransportKey> {
    await this.#database
      .insertInto('issuer')
      .values(trainingIssuers.map(({ id, name }) => ({ id, name })))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    const stored = await this.#database
      .selectFrom('transport_key')
      .selectAll()
      .where('name', '=', transportKeyName)
      .executeTakeFirst();
    if (stored !== undefined) {
      const key = this.#vault.open(stored.sealed_key, `transport-key/${transportKeyName}`);
      return { name: transportKeyName, kcv: stored.kcv, key };
    }
    const key = this.#surroundings.randomBytes(32);
    const kcv = checkValue(key);
    await this.#database
      .insertInto('transport_key')
      .values({
        name: transportKeyName,
        issuer: 'northbank',
        environment: 'test',
        kcv,
        sealed_key: this.#vault.seal(key, `transport-key/${transportKeyName}`),
      })
      .execute();
    return { name: transportKeyName, kcv, key };
  }

  #source() {
    return { seed: this.#seed, today: this.#surroundings.now() };
  }

  #day(ahead: number): string {
    return new Date(this.#surroundings.now().getTime() + ahead * 86_400_000).toISOString().slice(0, 10);
  }
}
