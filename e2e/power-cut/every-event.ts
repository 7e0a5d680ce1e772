import { expect } from 'vitest';
import type { CutRecord } from './cut-log.ts';
import type { ToldEntry } from './cut-station.ts';
import { CutWorlds, nameOfCuts } from './cut-worlds.ts';

/** A card's events by name, whatever ids this run gave them. */
const nameOf = ({ event, step, order, outcome }: ToldEntry): string =>
  [order, event, step, outcome].filter((word) => word !== undefined).join(' ');

/** The last entry of each commit. */
function committed(records: readonly CutRecord[]): readonly ToldEntry[] {
  const ends: ToldEntry[] = [];
  let fresh: ToldEntry | null = null;
  for (const record of records) {
    if (record.kind === 'synced' && record.file.endsWith('-wal') && fresh !== null) {
      ends.push(fresh);
      fresh = null;
    }
    if (record.kind !== 'told') continue;
    for (const line of record.text.split('\n').filter((text) => text.startsWith('{"kind":"committed"')))
      fresh = JSON.parse(line) as ToldEntry;
  }
  return ends;
}

/**
 * Makes a batch on one line, kills the station after each sync of it in turn, and lets it go on: nothing may be lost and nothing made twice, and each event must
 * have been the last at least once.
 */
export async function killAfterEveryEvent(cards: number): Promise<void> {
  await using worlds = await CutWorlds.open({ purpose: 'every-event', lines: 1, cards, ribbons: ['k'] });
  const { records } = await worlds.worlds[0].uncut();
  const syncs = records.filter(({ kind, ...record }) => kind === 'synced' && 'number' in record && record.number > 0);
  const rows = syncs.map((_, at) => [
    { at: { what: 'sync', number: at + 1, when: 'after' }, unsynced: { kind: 'lost' } } as const,
  ]);
  const findings: string[] = [];
  const met = new Set<string>();
  const asked: string[] = [];
  let [cuts, fed] = [0, 0];
  await worlds.run(rows, (outcome, row) => {
    for (const finding of outcome.findings) findings.push(`${nameOfCuts(row)}: ${finding}`);
    for (const last of outcome.lastTold) if (last !== null) met.add(nameOf(last));
    asked.push(...outcome.asked);
    cuts += outcome.cuts;
    fed += outcome.cardsFed;
  });
  process.stdout.write(`${cuts} cuts, ${fed} cards, asked: ${JSON.stringify(asked)}\n`);
  expect(findings).toEqual([]);
  // A checkpoint comes when its signature is ready: it may fall before or after the entry that it was asked for.
  const wanted = committed(records).filter(({ event }) => event !== 'journal.checkpoint');
  expect(wanted.map(nameOf).filter((name) => !met.has(name))).toEqual([]);
  expect(new Set(wanted.flatMap(({ step }) => step ?? [])).size).toBe(10);
  expect(cuts).toBeGreaterThan(27 * cards);
}
