import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJournals, type ReadJournal } from './power-cut/cut-station.ts';
import type { Cut } from './power-cut/cut-world.ts';
import { CutWorlds, nameOfCuts } from './power-cut/cut-worlds.ts';
import { DiskImage } from './power-cut/disk-image.ts';
import type { Unsynced } from './power-cut/disk-image.ts';
import { checkIntentOrder, irreversibleSend } from './power-cut/intent-order.ts';
import { Seeded } from './power-cut/seeded.ts';

let worlds: CutWorlds;
let uncut: Awaited<ReturnType<CutWorlds['worlds'][0]['uncut']>>;

beforeAll(async () => {
  worlds = await CutWorlds.open({ purpose: 'power-cut', lines: 1, cards: 3, ribbons: ['k'] });
  uncut = await worlds.worlds[0].uncut();
}, 60_000);
afterAll(async () => {
  await worlds?.[Symbol.asyncDispose]();
});

test('no byte of a step that cannot be undone leaves before its intent is synced', () => {
  const { records } = uncut;
  const { ports } = worlds.worlds[0];
  const { findings, sends } = checkIntentOrder(records, ports);
  expect(findings).toEqual([]);
  const steps = new Set(records.flatMap((record) => irreversibleSend(record, ports)?.[1] ?? []));
  expect(steps).toEqual(new Set(['feed', 'personalise', 'write-stripe', 'print', 'eject']));
  expect(sends).toBeGreaterThan(30);

  // The proof can fail: with the syncs taken out, or a step's bytes put before them, it says so.
  expect(
    checkIntentOrder(
      records.filter(({ kind }) => kind !== 'synced'),
      ports,
    ).findings,
  ).not.toEqual([]);
  const early = records.toSorted((left, right) => Number(right.kind === 'sent') - Number(left.kind === 'sent'));
  expect(checkIntentOrder(early, ports).findings.length).toBe(sends);
});

/** A cut of the power at one point of the uncut run: what is found afterwards, and what must be in it. */
interface Taken {
  readonly name: string;
  readonly told: number;
  /** Line and step of the bytes that leave next. */
  readonly next: readonly [string, string] | null;
}

test('every image of what was synced opens, is whole, and holds all that was told and every intent that was acted on', async () => {
  const { records, folder, image } = uncut;
  const { ports } = worlds.worlds[0];
  const hashes = new Map<number, string>();
  const taken: Taken[] = [];
  let told = 0;
  let pending = 0;
  const target = path.join(folder, 'image');
  async function* images(): AsyncGenerator<string> {
    function put(name: string, unsynced: Unsynced, next: Taken['next'] = null): string {
      taken.push({ name, told, next });
      DiskImage.write(image.after(unsynced), target);
      return path.join(target, 'journal.db');
    }
    for (const [at, record] of records.entries()) {
      const syncs = record.kind === 'synced' && record.number > 0;
      if (syncs) {
        pending += image.unsynced;
        yield put(`before sync ${record.number}, lost`, { kind: 'lost' });
        yield put(`before sync ${record.number}, torn`, { kind: 'torn', by: new Seeded(at) });
      }
      const next = irreversibleSend(record, ports);
      if (next !== null) yield put(`before bytes of ${next[1]}`, { kind: 'lost' }, next);
      image.apply(record);
      if (syncs) yield put(`after sync ${record.number}, lost`, { kind: 'lost' });
      if (record.kind !== 'told') continue;
      for (const { sequence, entryHash } of committedIn(record.text)) {
        hashes.set(sequence, entryHash);
        told = sequence;
      }
    }
  }
  const findings: string[] = [];
  await readJournals(folder, images(), (journal) => {
    const cut = taken.at(-1);
    if (cut !== undefined) findings.push(...imageFindings(journal, cut, hashes));
  });
  expect(findings).toEqual([]);
  expect(taken.length).toBeGreaterThan(270);
  expect(pending).toBeGreaterThan(1_000_000);
  process.stdout.write(`${taken.length} images, ${told} entries\n`);
}, 600_000);

function committedIn(text: string): readonly { readonly sequence: number; readonly entryHash: string }[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{"kind":"committed"'))
    .map((line) => JSON.parse(line) as { readonly sequence: number; readonly entryHash: string });
}

function imageFindings(
  journal: ReadJournal,
  { name, told, next }: Taken,
  hashes: ReadonlyMap<number, string>,
): string[] {
  const found = journal.entries.at(-1)?.sequence ?? 0;
  const findings: string[] = [];
  if (journal.result !== 'whole') findings.push(`${name}: ${journal.result} ${JSON.stringify(journal.findings)}`);
  if (found < told) findings.push(`${name}: ends at ${found}, told was ${told}`);
  const other = journal.entries.find(({ sequence, entryHash }) => (hashes.get(sequence) ?? entryHash) !== entryHash);
  if (other !== undefined) findings.push(`${name}: entry ${other.sequence} is another one`);
  if (next !== null) {
    const [line, step] = next;
    const last = journal.entries.findLast((entry) => entry.line === line && entry.step !== undefined);
    if (last?.event !== 'attempt.intent' && last?.event !== 'attempt.mark') findings.push(`${name}: no open intent`);
    else if (last.event === 'attempt.intent' && last.step !== step) findings.push(`${name}: intent to ${last.step}`);
  }
  return findings;
}

/** Cuts before a commit of the second card's irreversible steps is synced, with what was written lost or torn, and in the middle of their bytes. */
function cutsAround(): readonly (readonly Cut[])[] {
  const { records } = uncut;
  const { ports } = worlds.worlds[0];
  const rows: Cut[][] = [];
  let [syncs, sends, seed, begun] = [0, 0, 0, 0];
  const stepsSent = new Set<string>();
  for (const [at, record] of records.entries()) {
    if (record.kind === 'synced' && record.number > 0) {
      syncs = record.number;
      const told = records.slice(at, at + 4).flatMap((next) => (next.kind === 'told' ? committedIn(next.text) : []));
      const [entry] = told as { event?: string; step?: string }[];
      if (entry?.event === 'attempt.started') begun += 1;
      const irreversible = ['feed', 'personalise', 'write-stripe', 'print', 'eject'].includes(entry?.step ?? '');
      if (begun === 2 && (irreversible || entry?.event === 'attempt.ended')) {
        const torn = { kind: 'torn', by: new Seeded((seed += 1)) } as const;
        rows.push([{ at: { what: 'sync', number: syncs, when: 'before' }, unsynced: torn }]);
      }
    }
    if (record.kind === 'sent') {
      sends += 1;
      const [, step] = irreversibleSend(record, ports) ?? [];
      if (begun !== 2 || step === undefined || stepsSent.has(step)) continue;
      stepsSent.add(step);
      // In the middle of the bytes of one step, after those of the next.
      const when = stepsSent.size % 2 === 1 ? 'half' : 'after';
      rows.push([{ at: { what: 'device', number: sends, when }, unsynced: { kind: 'lost' } }]);
    }
  }
  // The power goes again while the station settles what the first cut left.
  const again = (number: number): Cut => ({ at: { what: 'sync', number, when: 'after' }, unsynced: { kind: 'lost' } });
  rows.push([again(26), again(2), again(3)], [again(16), again(3), again(4)], [again(28), again(4), again(1)]);
  return rows;
}

test('restarted from images with torn and lost writes, and after half a command: the batch comes to a zero balance', async () => {
  const findings: string[] = [];
  let [cuts, asked] = [0, 0];
  await worlds.run(cutsAround(), (outcome, row) => {
    for (const finding of outcome.findings) findings.push(`${nameOfCuts(row)}: ${finding}`);
    cuts += outcome.cuts;
    asked += outcome.asked.length;
  });
  process.stdout.write(`${cuts} cuts, ${asked} questions\n`);
  expect(findings).toEqual([]);
  expect(cuts).toBeGreaterThan(20);
}, 900_000);
