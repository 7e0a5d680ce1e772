import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeasePort } from './lease-port.ts';
import { CmsProcess } from './cms-process.fixture.ts';
import { GrantWorld } from './world/grant-world.fixture.ts';

let cms: CmsProcess;
beforeAll(async () => {
  cms = await CmsProcess.start();
});
afterAll(() => cms.end());

const seeds = 20;

describe('several stations, cuts, clock jumps, losses', () => {
  it(
    'never give an order two good cards, nor bring a granted one back, nor begin one without a grant',
    { timeout: 300_000 },
    async () => {
      const wrong: string[] = [];
      for (let seed = 1; seed <= seeds; seed++) {
        const run = await new GrantWorld(cms, seed).run();
        wrong.push(...run.wrong.map((what) => `seed ${seed}: ${what}`));
      }
      expect(wrong).toEqual([]);
    },
  );

  it(
    'are judged by a judge who sees: a CMS that offers made orders again, and a station that begins cards when its time is over',
    { timeout: 60_000 },
    async () => {
      const forgetful = await new GrantWorld(cms, 9_001, { forgetfulCms: 'yes' }).run();
      expect(forgetful.wrong.some((what) => what.includes('good cards'))).toBe(true);
      let last = '';
      const greedy = (sync: LeasePort): LeasePort => ({
        grantFor: (batch, order) => {
          try {
            last = sync.grantFor(batch, order).grant;
          } catch (fault) {
            if (last === '' || (fault as { code?: string }).code !== 'PRODUCTION-GRANT-EXPIRED') throw fault;
          }
          return { grant: last };
        },
      });
      const outcomes: string[] = [];
      for (const seed of [9_002, 9_003, 9_004])
        outcomes.push(...(await new GrantWorld(cms, seed, { rule: greedy }).run()).wrong);
      expect(outcomes.some((what) => /after a grant of|under no grant/.test(what))).toBe(true);
    },
  );
});
