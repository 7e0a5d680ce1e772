import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { AppletsProjection } from './applets.ts';
import { ApprovalsProjection } from './approvals.ts';
import { AttemptsProjection } from './attempts.ts';
import { BatchesProjection } from './batches.ts';
import { CertificatesProjection } from './certificates.ts';
import { CeremoniesProjection } from './ceremonies.ts';
import { CountsProjection } from './counts.ts';
import { DaysProjection } from './days.ts';
import { DestructionsProjection } from './destructions.ts';
import { HoldingsProjection } from './holdings.ts';
import { IccKeysProjection } from './icc-keys.ts';
import { KeyActsProjection } from './key-acts.ts';
import { KeysProjection } from './keys.ts';
import { LinesProjection } from './lines.ts';
import { LooksProjection } from './looks.ts';
import { OrdersProjection } from './orders.ts';
import { PassesProjection } from './passes.ts';
import { PeopleProjection } from './people.ts';
import { ProductsProjection } from './products.ts';
import { PrinterReadingsProjection } from './printer-readings.ts';
import { appliedEvent, type Projection } from './projection.ts';
import { RibbonsProjection } from './ribbons.ts';
import { SignInsProjection } from './sign-ins.ts';
import { StationProjection } from './station-facts.ts';
import { StockProjection } from './stock.ts';
import { SubjectsIndex } from './subjects-index.ts';

const schemas = [
  StationProjection,
  PeopleProjection,
  SignInsProjection,
  ApprovalsProjection,
  KeysProjection,
  IccKeysProjection,
  CertificatesProjection,
  ProductsProjection,
  AppletsProjection,
  KeyActsProjection,
  CeremoniesProjection,
  LinesProjection,
  OrdersProjection,
  CountsProjection,
  HoldingsProjection,
  StockProjection,
  RibbonsProjection,
  DestructionsProjection,
  PrinterReadingsProjection,
  DaysProjection,
  LooksProjection,
  BatchesProjection,
  PassesProjection,
  AttemptsProjection,
  SubjectsIndex,
].map(({ schema }) => schema);

/** Raise it when an event comes to mean something else for the tables: they are then made anew. A database with a higher number is refused. */
export const projectionRules = 6;

/** Names what the tables look like and which rules this program applies; when it changes, the tables are made anew from the entries. */
export const projectionForm = hash('sha256', `rules ${projectionRules}\n${schemas.join('\n')}`);

/** Makes the empty tables of every projection. */
export function createProjectionTables(database: Database): void {
  for (const schema of schemas) database.exec(schema);
}

/** Every state table of the station, read through one object a noun. All of it follows from the entries. */
export class Projections {
  readonly station: StationProjection;
  readonly people: PeopleProjection;
  readonly signIns: SignInsProjection;
  readonly approvals: ApprovalsProjection;
  readonly keys: KeysProjection;
  readonly iccKeys: IccKeysProjection;
  readonly certificates: CertificatesProjection;
  readonly products: ProductsProjection;
  readonly applets: AppletsProjection;
  readonly keyActs: KeyActsProjection;
  readonly ceremonies: CeremoniesProjection;
  readonly lines: LinesProjection;
  readonly passes: PassesProjection;
  readonly attempts: AttemptsProjection;
  readonly orders: OrdersProjection;
  readonly counts: CountsProjection;
  readonly holdings: HoldingsProjection;
  readonly stock: StockProjection;
  readonly ribbons: RibbonsProjection;
  readonly destructions: DestructionsProjection;
  readonly printerReadings: PrinterReadingsProjection;
  readonly days: DaysProjection;
  readonly looks: LooksProjection;
  readonly batches: BatchesProjection;
  readonly #inOrder: readonly Projection[];

  /** The tables must exist. */
  constructor(database: Database) {
    this.station = new StationProjection(database);
    this.people = new PeopleProjection(database);
    this.signIns = new SignInsProjection(database);
    this.approvals = new ApprovalsProjection(database);
    this.keys = new KeysProjection(database);
    this.iccKeys = new IccKeysProjection(database);
    this.certificates = new CertificatesProjection(database);
    this.products = new ProductsProjection(database);
    this.applets = new AppletsProjection(database);
    this.keyActs = new KeyActsProjection(database);
    this.ceremonies = new CeremoniesProjection(database);
    this.lines = new LinesProjection(database);
    this.passes = new PassesProjection(database);
    this.attempts = new AttemptsProjection(database, this.passes);
    this.orders = new OrdersProjection(database, this.attempts);
    this.holdings = new HoldingsProjection(database, this.attempts, {
      countOf: (count) => this.counts.find(count),
      beforeCustody: (lot) => this.stock.findLot(lot)?.approval === null,
    });
    this.counts = new CountsProjection(database, this.holdings);
    this.stock = new StockProjection(database, this.attempts, this.counts);
    this.ribbons = new RibbonsProjection(database);
    this.destructions = new DestructionsProjection(database, this.attempts, this.stock);
    this.days = new DaysProjection(database, this.attempts, this.counts, this.stock);
    this.printerReadings = new PrinterReadingsProjection(database, this.attempts, this.lines, this.days);
    this.looks = new LooksProjection(database, this.attempts);
    this.batches = new BatchesProjection(database, this.orders, this.stock, this.looks);
    // Batches guard first; orders and stock read an attempt as it was before the event, so attempts come after them. A count is settled
    // before its difference is booked, and the printers are read before the day ends.
    this.#inOrder = [
      this.station,
      this.people,
      this.signIns,
      this.approvals,
      this.keys,
      this.iccKeys,
      this.certificates,
      this.products,
      this.applets,
      this.keyActs,
      this.ceremonies,
      this.lines,
      this.batches,
      this.orders,
      this.counts,
      this.stock,
      this.holdings,
      this.ribbons,
      this.destructions,
      this.printerReadings,
      this.days,
      this.passes,
      this.attempts,
      this.looks,
      new SubjectsIndex(database),
    ];
  }

  /** All tables, each belonging to one projection. */
  get tables(): readonly string[] {
    return this.#inOrder.flatMap(({ tables }) => tables);
  }

  /** Applies one entry to every table, inside the caller's transaction. Faults: JOURNAL-IMPOSSIBLE, JOURNAL-TWO-GOOD, JOURNAL-LOT-EMPTY, JOURNAL-UNBALANCED. */
  apply(entry: JournalEntry): void {
    const event = appliedEvent(entry);
    for (const projection of this.#inOrder) projection.apply(event);
  }
}
