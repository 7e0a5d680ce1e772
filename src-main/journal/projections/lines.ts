import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { FaultDetails } from '#shared/faults/station-fault.ts';
import { subject, type AppliedEvent, type Projection } from './projection.ts';

/** One device that two people enrolled. */
export interface DeviceRow {
  readonly device: string;
  readonly kind: 'printer' | 'reader';
  readonly serial: string;
  readonly model: string;
  /** How it was reached when it was enrolled; null for an enrolment that did not say so. */
  readonly link: string | null;
  readonly environment: Environment;
  readonly approval: string;
  readonly enrolledAt: string;
}

/** A test card of a pairing that is not known to have left the machine. */
export interface TestCard {
  readonly lot: string;
  readonly printer: string;
  readonly reader: string;
  /** What the printer had counted before it was told to feed. */
  readonly cards: number;
  readonly begunAt: string;
}

/** One line: its devices, whether their pairing is proven, the lot in its feeder, its unresolved fault. */
export interface LineRow {
  readonly line: string;
  readonly printer: string;
  readonly reader: string | null;
  readonly title: string;
  readonly configuredAt: string;
  /** Null until a test card proved that this printer feeds this reader. */
  readonly pairingProvenAt: string | null;
  readonly testCard: TestCard | null;
  readonly lot: string | null;
  readonly fault: {
    readonly code: string;
    readonly details: FaultDetails;
    readonly decision: string;
    readonly time: string;
    /** What the operator chose, and when; null while the line waits. */
    readonly resumed: { readonly choice: string; readonly time: string } | null;
  } | null;
}

interface StoredLine {
  readonly line: string;
  readonly printer: string;
  readonly reader: string | null;
  readonly title: string;
  readonly configured_at: string;
  readonly pairing_proven_at: string | null;
  readonly test_card: string | null;
  readonly lot: string | null;
  readonly fault_code: string | null;
  readonly fault_details: string | null;
  readonly fault_decision: string | null;
  readonly fault_at: string | null;
  readonly resumed_choice: string | null;
  readonly resumed_at: string | null;
}

const select = `SELECT l.*, s.lot, s.fault_code, s.fault_details, s.fault_decision, s.fault_at, s.resumed_choice, s.resumed_at
  FROM lines l LEFT JOIN line_states s ON s.line = l.line`;

function read(row: StoredLine): LineRow {
  return {
    line: row.line,
    printer: row.printer,
    reader: row.reader,
    title: row.title,
    configuredAt: row.configured_at,
    pairingProvenAt: row.pairing_proven_at,
    testCard: row.test_card === null ? null : (JSON.parse(row.test_card) as TestCard),
    lot: row.lot,
    fault:
      row.fault_code === null
        ? null
        : {
            code: row.fault_code,
            details: JSON.parse(row.fault_details ?? '{}') as FaultDetails,
            decision: row.fault_decision ?? '',
            time: row.fault_at ?? '',
            resumed: row.resumed_at === null ? null : { choice: row.resumed_choice ?? '', time: row.resumed_at },
          },
  };
}

/** Enrolled devices and the lines made of them. */
export class LinesProjection implements Projection {
  static readonly schema = `
    CREATE TABLE devices (
      device TEXT PRIMARY KEY, kind TEXT NOT NULL, serial TEXT NOT NULL, model TEXT NOT NULL, link TEXT, environment TEXT NOT NULL,
      approval TEXT NOT NULL, enrolled_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE lines (
      line TEXT PRIMARY KEY, printer TEXT NOT NULL, reader TEXT, title TEXT NOT NULL, configured_at TEXT NOT NULL,
      pairing_proven_at TEXT, test_card TEXT
    ) STRICT;
    CREATE TABLE line_states (
      line TEXT PRIMARY KEY, lot TEXT, fault_code TEXT, fault_details TEXT, fault_decision TEXT, fault_at TEXT,
      resumed_choice TEXT, resumed_at TEXT
    ) STRICT;`;
  readonly tables = ['devices', 'lines', 'line_states'];

  readonly #enrol: Statement;
  readonly #configure: Statement;
  readonly #paired: Statement;
  readonly #testBegun: Statement;
  readonly #testEnded: Statement;
  readonly #loaded: Statement;
  readonly #fault: Statement;
  readonly #resumed: Statement;
  readonly #devices: Statement<[], DeviceRow>;
  readonly #lines: Statement<[], StoredLine>;
  readonly #line: Statement<[string], StoredLine>;

  constructor(database: Database) {
    this.#enrol = database.prepare('INSERT OR REPLACE INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    // Another printer or reader makes the pairing unproven again.
    this.#configure = database.prepare(
      `INSERT INTO lines VALUES (?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT (line) DO UPDATE SET
         pairing_proven_at = CASE WHEN printer = excluded.printer AND reader IS excluded.reader THEN pairing_proven_at END,
         printer = excluded.printer, reader = excluded.reader, title = excluded.title, configured_at = excluded.configured_at`,
    );
    this.#paired = database.prepare(
      'UPDATE lines SET pairing_proven_at = ? WHERE line = ? AND printer = ? AND reader = ?',
    );
    // A proof is asked for anew because nobody trusts the old one.
    this.#testBegun = database.prepare('UPDATE lines SET test_card = ?, pairing_proven_at = NULL WHERE line = ?');
    this.#testEnded = database.prepare('UPDATE lines SET test_card = NULL WHERE line = ?');
    this.#loaded = database.prepare(
      `INSERT INTO line_states (line, lot) VALUES (?, ?) ON CONFLICT (line) DO UPDATE SET lot = excluded.lot`,
    );
    this.#fault = database.prepare(
      `INSERT INTO line_states (line, fault_code, fault_details, fault_decision, fault_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (line) DO UPDATE SET fault_code = excluded.fault_code, fault_details = excluded.fault_details,
         fault_decision = excluded.fault_decision, fault_at = excluded.fault_at, resumed_choice = NULL, resumed_at = NULL`,
    );
    this.#resumed = database.prepare('UPDATE line_states SET resumed_choice = ?, resumed_at = ? WHERE line = ?');
    this.#devices = database.prepare(
      'SELECT device, kind, serial, model, link, environment, approval, enrolled_at AS enrolledAt FROM devices ORDER BY device',
    );
    this.#lines = database.prepare(`${select} ORDER BY l.line`);
    this.#line = database.prepare(`${select} WHERE l.line = ?`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'device.enrolled': {
        const { device, kind, serial, model, link, environment, approval } = event.payload;
        this.#enrol.run(device, kind, serial, model, link ?? null, environment, approval, event.time);
        return;
      }
      case 'line.configured': {
        const { line, printer, reader, title } = event.payload;
        this.#configure.run(line, printer, reader, title, event.time);
        return;
      }
      case 'line.pairing-begun': {
        const { line, printer, reader, cards } = event.payload;
        const testCard: TestCard = { lot: subject(event, 'lot'), printer, reader, cards, begunAt: event.time };
        this.#testBegun.run(JSON.stringify(testCard), line);
        return;
      }
      case 'line.pairing-ended':
        this.#testEnded.run(event.payload.line);
        return;
      case 'line.pairing-proven': {
        const { line, printer, reader } = event.payload;
        this.#paired.run(event.time, line, printer, reader);
        return;
      }
      case 'lot.loaded':
        this.#loaded.run(event.payload.line, subject(event, 'lot'));
        return;
      case 'line.fault': {
        const { code, details, decision } = event.payload;
        this.#fault.run(subject(event, 'line'), code, JSON.stringify(details), decision, event.time);
        return;
      }
      case 'line.resumed':
        this.#resumed.run(event.payload.choice, event.time, subject(event, 'line'));
        return;
      default:
    }
  }

  devices(): readonly DeviceRow[] {
    return this.#devices.all();
  }

  /** An enrolled device by kind and serial number, or null. */
  findDevice(kind: DeviceRow['kind'], serial: string): DeviceRow | null {
    return this.#devices.all().find((device) => device.kind === kind && device.serial === serial) ?? null;
  }

  lines(): readonly LineRow[] {
    return this.#lines.all().map(read);
  }

  findLine(line: string): LineRow | null {
    const row = this.#line.get(line);
    return row === undefined ? null : read(row);
  }
}
