import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CutRecord } from './power-cut/cut-log.ts';
import type { ToldEntry } from './power-cut/cut-station.ts';
import { CutWorlds, nameOfCuts } from './power-cut/cut-worlds.ts';

let worlds: CutWorlds;

beforeAll(async () => {
  worlds = await CutWorlds.open({ purpose: 'every-event', lines: 1, cards: 3, ribbons: ['k'] });
}, 60_000);
afterAll(async () => {
  await worlds?.[Symbol.asyncDispose]();
});

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

test('killed after each event of three cards with chip, stripe and print: nothing is lost, nothing is made twice', async () => {
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
  expect(cuts).toBeGreaterThan(80);
}, 1_200_000);
