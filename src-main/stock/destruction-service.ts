import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import { lineOfPlace } from '#shared/domain/stock-place.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { CertificateFacts, DestructionCertificates } from './destruction-certificate.ts';
import type { StockBooks } from './stock-books.ts';
import type { RequestOf, StockRequests } from './stock-requests.ts';

type Content = RequestOf<'destruction'>['content'];

export interface DestructionOptions {
  readonly journal: Journal;
  readonly books: StockBooks;
  readonly requests: StockRequests;
  readonly certificates: DestructionCertificates;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly mode: 'training' | 'live';
  personTitle(person: string): string;
}

/** Destruction: one asks, two others watch and sign, the journal marks what no longer exists, and a certificate says so. */
export class DestructionService {
  readonly #options: DestructionOptions;

  constructor(options: DestructionOptions) {
    this.#options = options;
  }

  /**
   * Asks for a destruction.
   *
   * STOCK-NO-DAY, STOCK-NOTHING-TO-DESTROY, STOCK-NOT-TO-DESTROY, STOCK-NO-LOT, STOCK-LINE-BUSY, STOCK-BEING-COUNTED, STOCK-NOT-ENOUGH
   * and the faults of approvals.
   */
  request(content: Content, asker: PersonId): ApprovalId {
    const { books, randomness, requests } = this.#options;
    this.#destroyable(content);
    const destruction = randomness.id('ds');
    const fields = [
      { label: 'Method', value: content.method },
      ...this.#counts(content)
        .filter(([, count]) => count > 0)
        .map(([label, count]) => ({ label, value: String(count) })),
      ...this.#batches(content).map(([batch, count]) => ({ label: `Batch ${batch}`, value: `${count} cards` })),
      ...content.lots.map(({ lot, place, count }) => ({
        label: `Lot ${lot}`,
        value: `${count} from ${books.title(place)}`,
      })),
      ...content.ribbons.map((ribbon) => ({ label: 'Used ribbon', value: ribbon })),
      // The certificate names each card: who watches must see the same cards before signing.
      ...this.#things(content).cards.map(({ disposition, batch, chip, attempt }) => ({
        label: `Card, ${disposition}`,
        value: `batch ${batch}${chip === '' ? '' : `, chip ${chip}`}, ${attempt}`,
      })),
      { label: 'Witnesses', value: 'Two others sign that they have seen it destroyed.' },
    ];
    return requests.ask(
      { kind: 'destruction', destruction, content },
      { subject: destruction, fields, subjects: { destruction } },
      asker,
    );
  }

  /** Marks what two witnesses have seen destroyed, with its certificate. */
  carryOut(approval: ApprovalId): Promise<void> {
    const { journal, certificates, clock, requests } = this.#options;
    const personTitle = (person: string) => this.#options.personTitle(person);
    return requests.carryOut('destruction', approval, async ({ destruction, content }, { askedBy }) => {
      this.#destroyable(content);
      const { approvals, destructions } = journal.projections;
      const number = `D-${String(destructions.done() + 1).padStart(4, '0')}`;
      const witnesses = approvals.signers(approval).map(({ approver }) => approver);
      const statementDigest = approvals.find(approval)?.statementDigest ?? '';
      const certificateDigest = await certificates.write({
        number,
        destruction,
        station: journal.station,
        mode: this.#options.mode,
        date: clock.now().toISOString(),
        method: content.method,
        askedBy: personTitle(askedBy),
        witnesses: witnesses.map(personTitle),
        statementDigest,
        journal: journal.head(),
        counts: this.#counts(content),
        ...this.#things(content),
      });
      return [
        {
          kind: 'destruction.done',
          actor: { kind: 'person', person: askedBy },
          issuer: null,
          subjects: { destruction, approval },
          payload: { number, content, approval, statementDigest, witnesses, certificateDigest },
        },
      ];
    });
  }

  /** The certificate of a destruction that was done: STOCK-NO-CERTIFICATE, STOCK-CERTIFICATE-CHANGED. */
  async certificate(destruction: string): Promise<{ readonly fileName: string; readonly pdf: Uint8Array }> {
    const { journal, certificates } = this.#options;
    const row = journal.projections.destructions.find(destruction);
    if (row === null || row.number === null || row.certificateDigest === null)
      throw new StationFault('STOCK-NO-CERTIFICATE', { number: destruction });
    return {
      fileName: certificates.fileName(row.number),
      pdf: await certificates.read(row.number, row.certificateDigest),
    };
  }

  #destroyable(content: Content): void {
    const { journal, books } = this.#options;
    const { attempts, destructions, ribbons } = journal.projections;
    books.day();
    const cards = content.attempts.length + content.testCards;
    if (cards + content.lots.length + content.ribbons.length === 0) throw new StationFault('STOCK-NOTHING-TO-DESTROY');
    const seen = new Set<string>();
    for (const attempt of content.attempts) {
      const disposition = attempts.find(attempt)?.disposition ?? null;
      const lies = disposition === 'rejected' || disposition === 'spoiled' || disposition === 'test';
      if (!lies || seen.has(attempt) || destructions.destructionOf(attempt) !== null)
        throw new StationFault('STOCK-NOT-TO-DESTROY', { what: attempt });
      seen.add(attempt);
    }
    if (content.testCards > destructions.testCards())
      throw new StationFault('STOCK-NOT-TO-DESTROY', { what: 'test cards' });
    if (cards > 0) books.takable('rejects', 'cards', cards);
    const leaving = new Map<string, number>();
    for (const { lot, place, count } of content.lots) {
      books.lot(lot);
      if (place !== 'vault' && lineOfPlace(place) === null)
        throw new StationFault('STOCK-NO-WAY', { from: place, to: 'out' });
      books.resting(place);
      const together = (leaving.get(`${place} ${lot}`) ?? 0) + count;
      leaving.set(`${place} ${lot}`, together);
      books.takable(place, lot, together);
    }
    for (const ribbon of content.ribbons) {
      if (ribbons.find(ribbon)?.state !== 'used' || seen.has(ribbon))
        throw new StationFault('STOCK-NOT-TO-DESTROY', { what: ribbon });
      seen.add(ribbon);
    }
    if (content.ribbons.length > 0) books.takable('used-ribbons', 'ribbons', content.ribbons.length);
  }

  #counts(content: Content): readonly (readonly [string, number])[] {
    const { stock, attempts } = this.#options.journal.projections;
    const of = (disposition: string) =>
      content.attempts.filter((attempt) => attempts.find(attempt)?.disposition === disposition).length;
    const lots = (kind: string) =>
      content.lots.reduce((sum, { lot, count }) => sum + (stock.findLot(lot)?.kind === kind ? count : 0), 0);
    return [
      ['Rejected cards', of('rejected')],
      ['Spoiled cards', of('spoiled')],
      ['Test cards', of('test') + content.testCards],
      ['Blanks never used', lots('blank')],
      ['Ribbons never used', lots('ribbon')],
      ['Used ribbons', content.ribbons.length],
    ];
  }

  #batches(content: Content): readonly (readonly [string, number])[] {
    const { attempts } = this.#options.journal.projections;
    const counts = new Map<string, number>();
    for (const attempt of content.attempts) {
      const batch = attempts.find(attempt)?.batch ?? '';
      counts.set(batch, (counts.get(batch) ?? 0) + 1);
    }
    return [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  #things(content: Content): Pick<CertificateFacts, 'cards' | 'lots' | 'ribbons'> {
    const { attempts, orders, stock, ribbons } = this.#options.journal.projections;
    return {
      cards: content.attempts.flatMap((id) => {
        const row = attempts.find(id);
        if (row === null) return [];
        const card = (orders.find(row.batch, row.order)?.maskedPan ?? '').replaceAll('•', '*');
        const { attempt, batch, order, chipSerial, disposition } = row;
        return [{ attempt, batch, order, card, chip: chipSerial ?? '', disposition: disposition ?? '' }];
      }),
      lots: content.lots.map(({ lot, place, count }) => ({
        lot,
        type: stock.findLot(lot)?.blankType ?? '',
        place: this.#options.books.title(place),
        count,
      })),
      ribbons: content.ribbons.flatMap((id) => {
        const row = ribbons.find(id);
        return row === null ? [] : [{ ribbon: id, type: row.ribbonType, line: row.line, panels: row.panels }];
      }),
    };
  }
}
