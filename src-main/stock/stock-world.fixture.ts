import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { Secret } from '#shared/bytes/secret.ts';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import { Approvals, type Signer } from '../approvals/approvals.ts';
import { openJournal, testFolder } from '../journal/journal.fixture.ts';
import type { Journal } from '../journal/journal.ts';
import type { DayRow } from '../journal/projections/days.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { CountService } from './count-service.ts';
import { DayService } from './day-service.ts';
import { DestructionCertificates } from './destruction-certificate.ts';
import { DestructionService } from './destruction-service.ts';
import { RibbonService, type SeenRibbon } from './ribbon-service.ts';
import { StockBooks } from './stock-books.ts';
import { StockRequests } from './stock-requests.ts';
import { StockService } from './stock-service.ts';

const people: readonly Signer[] = [
  { person: 'olga', roles: ['operator'], issuers: 'all' },
  { person: 'oleg', roles: ['operator'], issuers: 'all' },
  { person: 'sara', roles: ['supervisor'], issuers: 'all' },
  { person: 'simon', roles: ['supervisor'], issuers: 'all' },
];
export const by = (person: string) => ({ kind: 'person', person }) as const;
export const id = (person: string) => person as PersonId;

/** The services of stock on a real journal with real dual control; what the lines and printers say is the test's to set. */
export class StockWorld {
  readonly journal: Journal;
  readonly approvals: Approvals;
  readonly books: StockBooks;
  readonly stock: StockService;
  readonly counts: CountService;
  readonly days: DayService;
  readonly ribbons: RibbonService;
  readonly destructions: DestructionService;
  readonly busy = new Set<string>();
  readonly cards = new Map<string, number>();
  readonly seen = new Map<string, SeenRibbon>();
  running: string | null = null;
  #now = Date.UTC(2026, 2, 2, 12);

  constructor() {
    const clock = { now: () => new Date(this.#now++), monotonic: () => this.#now };
    this.journal = openJournal(undefined, { clock });
    const { journal } = this;
    const find = (person: string) => people.find((one) => one.person === person) ?? null;
    this.approvals = new Approvals({
      journal,
      rows: journal.projections.approvals,
      prove: (name) => {
        const person = find(name);
        return Promise.resolve(person === null ? { kind: 'refused', reason: 'unknown' } : { kind: 'known', person });
      },
      signer: find,
      station: 'station-test',
      clock,
      randomness: systemRandomness,
    });
    for (const line of ['line-1', 'line-2']) {
      journal.append({
        kind: 'line.configured',
        actor: { kind: 'station' },
        issuer: null,
        subjects: { line },
        payload: { line, printer: `printer of ${line}`, reader: null, title: line.replace('line-', 'Line ') },
      });
    }
    const folder = join(testFolder(), 'reports');
    mkdirSync(folder);
    const randomness = systemRandomness;
    this.books = new StockBooks(journal, (line) => (this.busy.has(line) ? 'yes' : 'no'));
    const requests = new StockRequests(journal, this.approvals);
    const parts = { journal, books: this.books, requests, randomness, clock } as const;
    this.stock = new StockService({
      ...parts,
      environment: 'test',
      unexplained: (line) => this.days.unexplained(line),
    });
    this.counts = new CountService(parts);
    this.days = new DayService({
      ...parts,
      readings: () => [...this.cards].map(([line, cards]) => ({ line, printer: `printer of ${line}`, cards })),
      busyLines: () => [...this.busy],
      runningBatch: () => this.running,
    });
    this.ribbons = new RibbonService({ ...parts, seen: (line) => this.seen.get(line) ?? null });
    this.destructions = new DestructionService({
      ...parts,
      certificates: new DestructionCertificates(folder),
      mode: 'training',
      personTitle: (person) => person.toUpperCase(),
    });
  }

  async sign(approval: ApprovalId, ...signers: readonly string[]): Promise<void> {
    for (const approver of signers) {
      await this.approvals.decide({
        approval,
        approver: id(approver),
        password: new Secret('any'),
        statementDigest: this.journal.projections.approvals.find(approval)?.statementDigest ?? '',
        verdict: { kind: 'approve' },
      });
    }
  }

  async receive(lot: string, count: number, kind: 'blank' | 'ribbon' = 'blank'): Promise<void> {
    const box = { lot, kind, blankType: kind === 'blank' ? 'emv' : 'ymcko', count, environment: 'test' } as const;
    const approval = this.stock.requestReceipt(
      { supplier: 'Blanks Ltd', supplierReference: `DN ${lot}`, lots: [box] },
      id('olga'),
    );
    await this.sign(approval, 'oleg');
    await this.stock.receive(approval);
  }

  /** The day closed by olga, and by sara, who counted nothing. */
  async close(reason = ''): Promise<DayRow> {
    const { day } = this.books.day();
    const approval = this.days.requestClose(reason, id('olga'));
    await this.sign(approval, 'sara');
    await (reason === '' ? this.days.closeConfirmed(approval) : this.days.closeSigned(approval));
    const row = this.journal.projections.days.find(day);
    if (row === null) throw new Error(`no day ${day}`);
    return row;
  }

  async move(lot: string, from: string, to: string, count: number): Promise<void> {
    const approval = this.stock.requestMove({ packs: [{ lot, from, to, count }], reason: 'a reason' }, id('olga'));
    await this.sign(approval, to === 'out' ? 'sara' : 'oleg');
    await this.stock.move(approval);
  }

  /** A lot counted at its line by olga, who counts right. */
  count(place: string, item: string): void {
    const [count] = this.counts.open(place, [item], id('olga'));
    this.counts.enter(count?.count ?? '', this.journal.projections.holdings.at(place, item), id('olga'));
  }
}
