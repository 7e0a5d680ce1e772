import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { utf8, toHex } from '#shared/bytes/bytes.ts';
import type { ApprovalsPort } from '../approvals/port.ts';
import type { Journal } from './journal.ts';
import { sha256 } from './sha256.ts';

/** A piece of the journal, first and last sequence. */
export interface LogRange {
  readonly from: number;
  readonly to: number;
}

/** Export of the journal with payloads, under a second signature (DESIGN 9): asked for, signed, then carried out once by who asked. */
export class LogExport {
  readonly #journal: Journal;
  readonly #approvals: ApprovalsPort;

  constructor(journal: Journal, approvals: ApprovalsPort) {
    this.#journal = journal;
    this.#approvals = approvals;
  }

  /** Binds the range to the chain: another journal has another digest. */
  #digest({ from, to }: LogRange): string {
    const entryHash = this.#journal.reading(() => this.#journal.entries.find(to))?.entryHash ?? '';
    return toHex(sha256(utf8(canonicalJson({ from, to, entryHash }))));
  }

  /** Asks for the entries from a sequence up to the present head. JOURNAL-RANGE, and the faults of `ApprovalsPort.request`. */
  request(from: number, asker: PersonId): ApprovalId {
    const { sequence: to, entryHash } = this.#journal.head();
    if (from > to) throw new StationFault('JOURNAL-RANGE', { from, to });
    const range = { from, to };
    return this.#approvals.request({
      act: 'log-export',
      subject: `entries ${from} to ${to}`,
      subjectDigest: this.#digest(range),
      fields: [
        { label: 'First entry', value: String(from) },
        { label: 'Last entry', value: String(to) },
        { label: 'Hash of the last entry', value: entryHash },
        { label: 'Payloads', value: 'included' },
      ],
      issuer: null,
      asker,
      subjects: { range: `${from}-${to}` },
    }).approval;
  }

  /**
   * Uses a signed approval and gives the range to export; use and `journal.exported` are one transaction, so it is exported once.
   *
   * APPROVAL-UNKNOWN, APPROVAL-NOT-YOURS, APPROVAL-NOT-GIVEN, APPROVAL-OTHER-SUBJECT.
   */
  begin(approval: ApprovalId, person: PersonId): LogRange {
    const row = this.#journal.projections.approvals.find(approval);
    if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
    if (row.asker !== person) throw new StationFault('APPROVAL-NOT-YOURS');
    const [, from, to] = /^(\d+)-(\d+)$/.exec(row.subjects['range'] ?? '') ?? [];
    if (from === undefined || to === undefined) throw new StationFault('APPROVAL-OTHER-SUBJECT');
    const range = { from: Number(from), to: Number(to) };
    this.#journal.append(this.#approvals.use(approval, 'log-export', this.#digest(range)), {
      kind: 'journal.exported',
      actor: { kind: 'person', person },
      issuer: null,
      subjects: { person, approval },
      payload: range,
    });
    return range;
  }
}
