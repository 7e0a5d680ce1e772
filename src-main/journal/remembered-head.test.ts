import { expect, it } from 'vitest';
import { readHeadRegister } from './chain-head-register.ts';
import { firstStart } from './first-start.fixture.ts';
import { openJournal, rememberedHead, SoftwareKeys } from './journal.fixture.ts';
import type { Journal } from './journal.ts';
import { registerBound, type RememberedHead } from './remembered-head.ts';

const signal = AbortSignal.timeout(60_000);

/** A journal whose HSM refuses writes when told so, and a clock and appointments that the test moves. */
class Bench {
  readonly keys = new SoftwareKeys();
  readonly journal: Journal = openJournal();
  readonly faults: unknown[] = [];
  readonly told: string[] = [];
  readonly waits: number[] = [];
  hsm: 'answers' | 'away' | 'silent' = 'answers';
  #milliseconds = 0;
  #due: (() => void) | null = null;
  readonly register: RememberedHead;

  constructor(deadline = 5000) {
    this.journal.append(...firstStart(this.keys.jwk));
    this.register = rememberedHead(
      this.journal,
      {
        readRegister: (name) => this.keys.readRegister(name),
        writeRegister: (name, value, limit) => this.#write(name, value, limit),
      },
      {
        deadline,
        clock: { now: () => new Date(Date.UTC(2026, 2, 2) + this.#milliseconds), monotonic: () => this.#milliseconds },
        timers: {
          after: (milliseconds, act) => {
            this.waits.push(milliseconds);
            this.#due = act;
            return () => (this.#due = null);
          },
        },
        onFault: (thrown) => this.faults.push(thrown),
      },
    );
    this.register.subscribe(() => this.told.push(this.register.state().state));
  }

  #write(name: string, value: Uint8Array, limit: AbortSignal): Promise<void> {
    if (this.hsm === 'away') return Promise.reject(new Error('HSM lost'));
    if (this.hsm === 'answers') return this.keys.writeRegister(name, value);
    return new Promise((_, reject) => limit.addEventListener('abort', () => reject(limit.reason as Error)));
  }

  pass(milliseconds: number): void {
    this.#milliseconds += milliseconds;
  }

  /** Appends an entry that is to be remembered. */
  happen(): void {
    const [entry] = this.journal.append(...firstStart(this.keys.jwk).slice(1, 2));
    this.register.remember(entry?.header.sequence ?? 0);
  }

  /** The next try that was put off. */
  async retry(): Promise<void> {
    const due = this.#due;
    this.#due = null;
    due?.();
    await this.register.settled();
  }
}

it('tells the HSM at the start what a crash kept from it', async () => {
  const bench = new Bench();
  expect(bench.register.state()).toMatchObject({ state: 'late', sequence: null, fault: null });
  await bench.register.settled();
  expect(bench.register.state()).toEqual({
    state: 'kept',
    sequence: bench.journal.head().sequence,
    since: null,
    fault: null,
  });
  expect(await readHeadRegister(bench.keys, signal)).toEqual(bench.journal.head());
  expect(bench.told).toEqual([]);
});

it('tries a failed write again, longer apart each time, says so, and is behind once the bound is reached', async () => {
  const bench = new Bench();
  await bench.register.settled();
  const known = bench.journal.head().sequence;
  bench.hsm = 'away';
  bench.happen();
  await bench.register.settled();
  expect(bench.register.state()).toMatchObject({
    state: 'late',
    sequence: known,
    since: '2026-03-02T00:00:00.000Z',
    fault: { code: 'JOURNAL-REGISTER-LATE', details: { known } },
  });
  for (let tries = 0; tries < 6; tries++) await bench.retry();
  expect(bench.waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  expect(bench.faults).toHaveLength(7);
  // What comes meanwhile waits for the next try and does not call the HSM by itself.
  bench.happen();
  await bench.register.settled();
  expect(bench.faults).toHaveLength(7);
  bench.pass(registerBound.milliseconds - 1);
  expect(bench.register.state().state).toBe('late');
  bench.pass(1);
  expect(bench.register.state()).toMatchObject({ state: 'behind', fault: { code: 'JOURNAL-REGISTER-BEHIND' } });
  await bench.retry();
  bench.hsm = 'answers';
  await bench.retry();
  expect(bench.register.state()).toMatchObject({ state: 'kept', sequence: bench.journal.head().sequence });
  expect(await readHeadRegister(bench.keys, signal)).toEqual(bench.journal.head());
  expect(bench.told.slice(-2)).toEqual(['behind', 'kept']);
  // The next failure begins with the shortest wait again.
  bench.hsm = 'away';
  bench.happen();
  await bench.register.settled();
  expect(bench.waits.at(-1)).toBe(500);
});

it('is behind after so many cards begun or ended, however fast they came', async () => {
  const bench = new Bench();
  await bench.register.settled();
  bench.hsm = 'away';
  for (let events = 1; events < registerBound.events; events++) bench.happen();
  expect(bench.register.state().state).toBe('late');
  bench.happen();
  expect(bench.register.state().state).toBe('behind');
  bench.hsm = 'answers';
  await bench.register.settled();
  expect(bench.register.state().state).toBe('kept');
  expect(bench.told).toEqual(['kept']);
});

it('gives up a write that is not answered, and a checkpoint that writes brings everything in step', async () => {
  const bench = new Bench(50);
  await bench.register.settled();
  bench.hsm = 'silent';
  bench.happen();
  await bench.register.settled();
  expect(bench.faults).toHaveLength(1);
  await expect(bench.register.write(AbortSignal.timeout(20))).rejects.toThrow();
  bench.hsm = 'answers';
  await bench.register.write(signal);
  expect(bench.register.state()).toMatchObject({ state: 'kept', sequence: bench.journal.head().sequence });
});

it('stays behind when another station wrote to the HSM, and writes no more', async () => {
  const bench = new Bench();
  await bench.register.settled();
  await bench.keys.writeRegister('journal-head', Buffer.from(`{"entryHash":"${'ab'.repeat(32)}","sequence":900}`));
  bench.happen();
  await bench.register.settled();
  expect(bench.faults).toMatchObject([{ code: 'JOURNAL-SECOND-STATION' }]);
  expect(bench.register.state().state).toBe('behind');
  bench.happen();
  await bench.retry();
  expect([bench.faults.length, (await readHeadRegister(bench.keys, signal))?.sequence]).toEqual([1, 900]);
});
