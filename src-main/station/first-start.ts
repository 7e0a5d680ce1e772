import { Secret } from '#shared/bytes/secret.ts';
import type { LotId, PersonId } from '#shared/domain/identifiers.ts';
import type { Product } from '#shared/domain/product.ts';
import { addPerson } from '../access/people.ts';
import { trainingPeople } from '../access/training-people.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { Journal } from '../journal/journal.ts';
import type { StockService } from '../stock/stock-service.ts';
import type { ConfiguredLine } from './configuration.ts';

const station = { kind: 'station' } as const;
const blanksPerLot = 2000;

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

/** Books in one lot of each kind of training blank, and one of them to each line that has none. */
export function stockTrainingLines(
  journal: Journal,
  stock: StockService,
  products: readonly Product[],
  lines: readonly ConfiguredLine[],
): void {
  const types = [...new Set(products.map((product) => product.stock.blank))].sort();
  for (const blankType of types) {
    for (const [at] of lines.entries()) {
      const lot = `LOT-${blankType}-${at + 1}` as LotId;
      if (journal.projections.stock.findLot(lot) === null)
        stock.receive({ lot, blankType, count: blanksPerLot, environment: 'test' }, station);
    }
  }
  for (const [at, { line }] of lines.entries()) {
    const [first] = types;
    const lot = `LOT-${types.find((type) => type.includes('emv')) ?? first ?? ''}-${at + 1}`;
    if ((journal.projections.lines.findLine(line)?.lot ?? null) === null) stock.load(lot, line, station);
  }
}
