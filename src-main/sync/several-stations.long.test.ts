import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CmsProcess } from './cms-process.fixture.ts';
import { GrantWorld, type WorldCounts } from './world/grant-world.fixture.ts';

let cms: CmsProcess;
beforeAll(async () => {
  cms = await CmsProcess.start();
});
afterAll(() => cms.end());

const from = Number(process.env['CARDWRIGHT_SEED'] ?? 100);
const seeds = Number(process.env['CARDWRIGHT_SEEDS'] ?? 300);

describe('several stations over hundreds of schedules', () => {
  it('make every order once or block it', async () => {
    const wrong: string[] = [];
    const total: Partial<Record<keyof WorldCounts, number>> = {};
    for (let seed = from; seed < from + seeds; seed++) {
      const run = await new GrantWorld(cms, seed, { stations: 2 + (seed % 3), steps: 60 }).run();
      wrong.push(...run.wrong.map((what) => `seed ${seed}: ${what}`));
      for (const [name, count] of Object.entries(run.counts) as [keyof WorldCounts, number][]) {
        total[name] = (total[name] ?? 0) + count;
      }
    }
    process.stdout.write(`${JSON.stringify({ seeds, ...total, wrong: wrong.length })}\n`);
    expect(wrong).toEqual([]);
  });
});
