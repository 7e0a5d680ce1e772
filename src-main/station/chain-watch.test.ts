import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { firstStart } from '../journal/first-start.fixture.ts';
import { idleTimes } from '../journal/idle-verification.ts';
import { openJournal, SoftwareKeys, testFolder } from '../journal/journal.fixture.ts';
import { BootLog } from '../keys/boot-log.ts';
import type { KeyPort } from '../keys/port.ts';
import { openLogger } from '../platform/logger.ts';
import { checkSuspectedChain, watchChain } from './chain-watch.ts';
import { Ending } from './ending.ts';

afterEach(() => vi.useRealTimers());

it('stops the station at a break, keeps it from starting again, and starts once every entry holds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const keys = new SoftwareKeys();
  const journal = openJournal();
  journal.append(...firstStart(keys.jwk));
  const folder = testFolder();
  const bootLog = new BootLog(join(folder, 'boot.log'), () => new Date());
  const faults: unknown[] = [];
  const ending = new Ending();
  let atRest: 'yes' | 'no' = 'no';
  watchChain({
    core: { journal, keys: keys as unknown as KeyPort, bootLog },
    production: {
      get atRest() {
        return atRest;
      },
    },
    logger: openLogger(join(folder, 'log'), 'silent'),
    ending,
    fatal: (fault) => faults.push(fault),
  });
  const actor = journal.database.prepare<[], string>('SELECT actor FROM entries WHERE sequence = 3').pluck().get();
  const alter = (value: unknown) =>
    journal.database.prepare('UPDATE entries SET actor = ? WHERE sequence = 3').run(value);
  alter('{"kind":"person","person":"nobody"}');
  await vi.advanceTimersByTimeAsync(idleTimes.first + 60_000);
  expect([faults, bootLog.read()]).toEqual([[], []]);
  atRest = 'yes';
  await vi.advanceTimersByTimeAsync(60_000);
  const broken = { code: 'JOURNAL-BROKEN', details: { sequence: 3, what: 'its header was altered' } };
  expect(faults).toMatchObject([broken]);
  expect(bootLog.read()).toMatchObject([{ kind: 'chain-broken', details: { code: broken.code, ...broken.details } }]);
  await ending.run((fault) => faults.push(fault));

  const said: string[] = [];
  const start = (): Promise<void> =>
    checkSuspectedChain(
      { journal, bootLog, headRegister: null },
      (text) => said.push(text),
      AbortSignal.timeout(30_000),
    );
  await expect(start()).rejects.toMatchObject(broken);
  await expect(start()).rejects.toMatchObject(broken);
  alter(actor);
  await start();
  expect(bootLog.read().map(({ kind }) => kind)).toEqual(['chain-broken', 'chain-whole']);
  expect(said).toHaveLength(3);
  await start();
  expect(said).toHaveLength(3);
});
