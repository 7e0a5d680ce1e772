import { expect, test } from 'vitest';
import type { Cut } from './power-cut/cut-world.ts';
import { CutWorlds, nameOfCuts } from './power-cut/cut-worlds.ts';
import type { Unsynced } from './power-cut/disk-image.ts';
import { Seeded } from './power-cut/seeded.ts';

/** Batches whose station loses its power; one in three loses it again while it starts. */
const batches = Number(process.env['CARDWRIGHT_CUTS'] ?? 2_000);
/** The same seed gives the same cuts. */
const seed = Number(process.env['CARDWRIGHT_CUTS_SEED'] ?? 1);
const cards = 4;

/** About as many of each as a batch of four cards has: a cut behind the last one is none. */
const most = { sync: 125, write: 1_600, device: 620 } as const;
/** A second cut falls into the settling of the first one, or into the rest of the batch. */
const mostAgain = { sync: 40, write: 500, device: 200 } as const;

function anyCut(chance: Seeded, limits: Readonly<Record<keyof typeof most, number>>): Cut {
  const what = chance.pick(['sync', 'write', 'device'] as const);
  const number = 1 + chance.below(limits[what]);
  const when =
    what === 'sync' ? chance.pick(['before', 'after'] as const) : chance.pick(['before', 'half', 'after'] as const);
  const fates: readonly [Unsynced, ...Unsynced[]] = [
    { kind: 'kept' },
    { kind: 'lost' },
    { kind: 'torn', by: new Seeded(chance.below(2 ** 31)) },
  ];
  return { at: { what, number, when }, unsynced: chance.pick(fates) };
}

function* rows(): Generator<readonly Cut[]> {
  for (let at = 0; at < batches; at += 1) {
    const chance = new Seeded(seed * 1_000_003 + at);
    const first = anyCut(chance, most);
    const further = chance.below(3) === 0 ? [anyCut(chance, mostAgain)] : [];
    yield [first, ...further];
  }
}

test(
  `${batches} batches with chip, stripe and print on two lines, cut at random: no card is lost, none is made twice`,
  { timeout: 24 * 3_600_000 },
  async () => {
    await using worlds = await CutWorlds.open({
      purpose: 'random-cuts',
      lines: 2,
      cards,
      ribbons: ['k', 'k', 'ymcko'],
    });
    const findings: string[] = [];
    const asked = new Map<string, number>();
    const began = performance.now();
    let [done, cuts, fed, sends] = [0, 0, 0, 0];
    await worlds.run(rows(), (outcome, row) => {
      done += 1;
      cuts += outcome.cuts;
      fed += outcome.cardsFed;
      sends += outcome.sends;
      for (const question of outcome.asked) asked.set(question, (asked.get(question) ?? 0) + 1);
      for (const finding of outcome.findings) {
        findings.push(`${nameOfCuts(row)}: ${finding}`);
        process.stdout.write(`FOUND after ${nameOfCuts(row)}: ${finding}\n`);
      }
      if (done % 50 === 0 || done === batches) {
        const seconds = Math.round((performance.now() - began) / 1_000);
        process.stdout.write(
          `${done} of ${batches} batches, ${cuts} cuts, ${fed} blanks fed, ${sends} irreversible sends looked at, ` +
            `${findings.length} findings, ${seconds} s, asked ${JSON.stringify([...asked])}\n`,
        );
      }
    });
    expect(findings).toEqual([]);
    expect(cuts).toBeGreaterThan(batches * 0.6);
  },
);
