import { Secret } from '#shared/bytes/secret.ts';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import type { Product } from '#shared/domain/product.ts';
import { placeOfLine } from '#shared/domain/stock-place.ts';
import { addPerson } from '../access/people.ts';
import { trainingPeople } from '../access/training-people.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { Journal } from '../journal/journal.ts';
import type { StockParts } from '../stock/stock-parts.ts';
import type { ConfiguredLine } from './configuration.ts';

const station = { kind: 'station' } as const;
/** Of each lot a part is carried to its line, the rest stays in the vault. */
const blanks = { count: 2500, carried: 2000 } as const;
const ribbons = { count: 20, carried: 5 } as const;
const delivery = { supplier: 'Training blanks and ribbons', supplierReference: 'TRAINING-1' } as const;

/** Makes the training people that do not exist yet. */
export async function makeTrainingPeople(journal: Journal): Promise<void> {
  for (const person of trainingPeople) {
    if (journal.projections.people.find(person.person) !== null) continue;
    await addPerson(
      journal,
      journal.credentials,
      {
        person: person.person,
        displayName: person.displayName,
        roles: [person.role],
        issuers: person.issuers,
        environment: 'test',
        password: new Secret(person.password),
      },
      station,
    );
  }
}

/** Enrols the training machines as two training people would: the administrator asks, a supervisor signs, by the same services. */
export async function enrolTrainingMachines(options: {
  readonly journal: Journal;
  readonly approvals: Approvals;
  readonly enrolment: Enrolment;
  settled(): Promise<void>;
}): Promise<void> {
  const { journal, approvals, enrolment } = options;
  const asker = trainingPeople.find((person) => person.role === 'administrator');
  const approver = trainingPeople.find((person) => person.role === 'supervisor');
  if (asker === undefined || approver === undefined) return;
  for (const device of enrolment.known) {
    if (enrolment.isEnrolled(device) === 'yes') continue;
    const approval = enrolment.request(device.device, asker.person as PersonId);
    const row = journal.projections.approvals.find(approval);
    await approvals.decide({
      approval,
      approver: approver.person as PersonId,
      password: new Secret(approver.password),
      statementDigest: row?.statementDigest ?? '',
      verdict: { kind: 'approve' },
    });
    await options.settled();
  }
}

/** Writes how printers and readers are paired, where the journal does not say so yet. */
export function configureLines(journal: Journal, lines: readonly ConfiguredLine[]): void {
  for (const { line, title, printer, reader } of lines) {
    const known = journal.projections.lines.findLine(line);
    const readerSerial = reader?.serial ?? null;
    if (known !== null && known.printer === printer.serial && known.reader === readerSerial && known.title === title)
      continue;
    journal.append({
      kind: 'line.configured',
      actor: station,
      issuer: null,
      subjects: { line },
      payload: { line, printer: printer.serial, reader: readerSerial, title },
    });
  }
}

/**
 * Does for the stock what two training people would on their first morning, by the same services: a day is opened, a delivery booked in,
 * packs carried to the lines, and a lot loaded at each. A day is opened once only: closing and opening it is for people to learn.
 */
export async function stockTrainingLines(options: {
  readonly journal: Journal;
  readonly approvals: Approvals;
  readonly stock: StockParts;
  readonly products: readonly Product[];
  readonly lines: readonly ConfiguredLine[];
  settled(): Promise<void>;
}): Promise<void> {
  const { journal, approvals, lines, products } = options;
  const { days, stock } = options.stock;
  const { projections } = journal;
  const operator = trainingPeople.find((person) => person.role === 'operator');
  const supervisor = trainingPeople.find((person) => person.role === 'supervisor');
  if (operator === undefined || supervisor === undefined) return;
  const actor = { kind: 'person', person: operator.person } as const;
  if (projections.days.total() === 0) days.open(actor);
  const asker = operator.person as PersonId;
  const sign = async (approval: ApprovalId) => {
    await approvals.decide({
      approval,
      approver: supervisor.person as PersonId,
      password: new Secret(supervisor.password),
      statementDigest: projections.approvals.find(approval)?.statementDigest ?? '',
      verdict: { kind: 'approve' },
    });
    await options.settled();
  };
  const types = [...new Set(products.map((product) => product.stock.blank))].sort();
  const boxes = lines.flatMap(({ line }, at) => [
    ...types.map(
      (blankType) => ({ kind: 'blank', line, lot: `LOT-${blankType}-${at + 1}`, blankType, ...blanks }) as const,
    ),
    { kind: 'ribbon', line, lot: `RIBBON-ymcko-${at + 1}`, blankType: 'ymcko', ...ribbons } as const,
  ]);
  const wanted = boxes.filter(({ lot }) => projections.stock.findLot(lot) === null);
  if (wanted.length > 0 && projections.days.current() !== null) {
    const delivered = wanted.map(
      ({ lot, kind, blankType, count }) => ({ lot, kind, blankType, count, environment: 'test' }) as const,
    );
    await sign(stock.requestReceipt({ ...delivery, lots: delivered }, asker));
    const packs = wanted.map(({ lot, line, carried }) => ({
      lot,
      from: 'vault',
      to: placeOfLine(line),
      count: carried,
    }));
    await sign(stock.requestMove({ packs, reason: '' }, asker));
  }
  const [first] = types;
  const most = types.find((type) => type.includes('emv')) ?? first ?? '';
  for (const [at, { line }] of lines.entries()) {
    if ((projections.lines.findLine(line)?.lot ?? null) === null) stock.load(`LOT-${most}-${at + 1}`, line, actor);
  }
}
