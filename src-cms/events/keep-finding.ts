import type { Transaction } from 'kysely';
import type { CmsTables, StationRow } from '../store/tables.ts';

/** One thing wrong with what a station reported, or that people must see. */
export interface NewFinding {
  readonly sequence: number;
  readonly code: string;
  readonly detail: string;
  /** RFC 3339. */
  readonly time: string;
}

/** Keeps a finding against a station's present journal. */
export async function keepFinding(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  { sequence, code, detail, time }: NewFinding,
): Promise<void> {
  const row = { id: null, station: station.id, enrolment: station.enrolment, sequence, code, detail, found_at: time };
  await transaction.insertInto('event_finding').values(row).execute();
}
