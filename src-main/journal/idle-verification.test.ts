import { expect, it } from 'vitest';
import { firstStart } from './first-start.fixture.ts';
import { BatchHistory } from './history.fixture.ts';
import { IdleVerification, idleTimes } from './idle-verification.ts';
import { openJournal, SoftwareKeys } from './journal.fixture.ts';
import type { Journal } from './journal.ts';

/** A journal of some hundred entries, verified by appointments that the test keeps. */
function bench(register: () => Promise<null> = () => Promise.resolve(null)) {
  const journal: Journal = openJournal();
  journal.append(...firstStart(new SoftwareKeys().jwk));
  const batch = new BatchHistory('big', 'northbank', 60);
  journal.append(...batch.received(), ...batch.accepted(), ...batch.released());
  for (let index = 0; index < 60; index++) journal.append(...batch.goodCard(index, 1));
  const seen = {
    idle: 'yes' as 'yes' | 'no',
    waits: [] as number[],
    broken: [] as unknown[],
    faults: [] as unknown[],
  };
  let due: (() => void) | null = null;
  const verification = new IdleVerification({
    journal,
    timers: {
      after: (milliseconds, act) => {
        seen.waits.push(milliseconds);
        due = act;
        return () => (due = null);
      },
    },
    idle: () => seen.idle,
    headRegister: register,
    onBroken: (fault) => seen.broken.push(fault),
    onFault: (thrown) => seen.faults.push(thrown),
  });
  const next = async (): Promise<'kept' | 'none'> => {
    if (due === null) return 'none';
    const act = due;
    due = null;
    act();
    await new Promise((resolve) => setImmediate(resolve));
    return 'kept';
  };
  const pass = async (): Promise<void> => {
    for (let kept = 0; kept < 10_000; kept++) {
      if ((await next()) === 'none') return;
      if (seen.waits.at(-1) === idleTimes.between) return;
    }
    throw new Error('the pass does not end');
  };
  const alter = (sequence: number) =>
    journal.database.prepare("UPDATE entries SET actor = 'station-x' WHERE sequence = ?").run(sequence);
  return { journal, seen, verification, next, pass, alter };
}

it('reads the whole chain in slices, leaves a record, and begins again after some hours', async () => {
  const { journal, seen, verification, next, pass } = bench();
  const entries = journal.head().sequence;
  expect(verification.under()).toBeNull();
  await next();
  await next();
  const part = verification.under()?.read ?? 0;
  expect([part > 0, part < entries, verification.under()?.of]).toEqual([true, true, entries]);
  await pass();
  const [last] = journal.read(journal.head().sequence, 1);
  expect(last).toMatchObject({
    header: { kind: 'journal.verified', actor: { kind: 'station' }, sequence: entries + 1 },
    payload: { entries, result: 'whole' },
  });
  expect([seen.waits[0], seen.waits.at(-1)]).toEqual([idleTimes.first, idleTimes.between]);
  expect(seen.waits.length).toBeGreaterThan(5);
  expect([seen.broken, seen.faults, verification.under()]).toEqual([[], [], null]);
  await next();
  await pass();
  expect(journal.head().sequence).toBe(entries + 2);
});

it('finds an altered entry in the middle and ends the station, with nothing more written', async () => {
  const { journal, seen, pass, alter } = bench();
  const before = journal.head();
  const middle = Math.floor(before.sequence / 2);
  alter(middle);
  await pass();
  expect(seen.broken).toMatchObject([{ code: 'JOURNAL-BROKEN', details: { sequence: middle } }]);
  expect([journal.head(), seen.faults]).toEqual([before, []]);
});

it('finds entries cut off at the end', async () => {
  const { journal, seen, pass } = bench();
  const { sequence } = journal.head();
  journal.database.prepare('DELETE FROM entries WHERE sequence = ?').run(sequence);
  await pass();
  expect(seen.broken).toMatchObject([{ code: 'JOURNAL-BROKEN', details: { sequence } }]);
});

it('stands still while cards are made, and goes on where it stood', async () => {
  const { journal, seen, verification, next, pass, alter } = bench();
  seen.idle = 'no';
  await next();
  expect([verification.under(), seen.waits.at(-1)]).toEqual([null, idleTimes.busy]);
  seen.idle = 'yes';
  await next();
  await next();
  const stood = verification.under()?.read ?? 0;
  seen.idle = 'no';
  for (let looks = 0; looks < 5; looks++) await next();
  expect(verification.under()?.read).toBe(stood);
  expect(seen.waits.slice(-5)).toEqual(Array.from({ length: 5 }, () => idleTimes.busy));
  // What is altered behind it is found by the next pass, what lies before it by this one.
  alter(journal.head().sequence - 1);
  seen.idle = 'yes';
  await pass();
  expect(seen.broken).toHaveLength(1);
});

it('verifies the entries also while the HSM is away, and begins nothing after its stop', async () => {
  const { journal, seen, verification, pass, next } = bench(() => Promise.reject(new Error('HSM lost')));
  const { sequence } = journal.head();
  await pass();
  expect([seen.faults.length, journal.head().sequence]).toEqual([1, sequence + 1]);
  verification.stop();
  expect([await next(), verification.under()]).toEqual(['none', null]);
});
