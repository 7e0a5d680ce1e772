import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import type { Timers } from '../platform/timers.ts';
import { IntakeStation, never, operator } from '../intake/intake-station.fixture.ts';
import { CmsClient } from './cms-client.ts';
import { CmsProcess } from './cms-process.fixture.ts';
import { readEnrolment } from './enrolment-files.ts';
import { Outbox } from './outbox.ts';
import { usualRetryTimes } from './retry-delay.ts';

const dayLong = 86_400_000;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let cms: CmsProcess;
beforeAll(async () => {
  cms = await CmsProcess.start();
});
afterAll(() => cms.end());

/** A clock that jumps from one appointment to the next. */
class PlayedTime implements Clock, Timers {
  #now = Date.parse('2026-03-02T08:00:00.000Z');
  #appointed: { readonly at: number; readonly act: () => void } | null = null;
  /** Milliseconds of each wait. */
  readonly waits: number[] = [];
  now = (): Date => new Date(this.#now);
  monotonic = (): number => this.#now;

  after = (milliseconds: number, act: () => void): (() => void) => {
    const appointment = { at: this.#now + milliseconds, act };
    this.#appointed = appointment;
    return () => {
      if (this.#appointed === appointment) this.#appointed = null;
    };
  };

  /** Goes to what is appointed. */
  go(): void {
    const appointment = this.#appointed;
    if (appointment === null) throw new Error('nothing is appointed: the station would never try again');
    this.#appointed = null;
    this.waits.push(appointment.at - this.#now);
    this.#now = appointment.at;
    appointment.act();
  }
}

it(
  'bears a CMS that answers 500 for a day: waits within bounds, keeps its memory, and sends all of it in the end',
  { timeout: 60_000 },
  async () => {
    const station = await IntakeStation.enrolled(cms, { station: 'day-01' });
    onTestFinished(() => station.end());
    await station.sync.flush(never);
    await station.sync.close();
    const { journal } = station;
    const stored = readEnrolment(join(station.folder, 'cms'));
    if (stored === null) throw new Error('not enrolled');
    const identity = { authority: stored.authority, client: { certificate: stored.certificate, key: stored.tlsKey } };
    const client = new CmsClient(cms.url, identity);
    const time = new PlayedTime();
    let ended = (): void => undefined;
    const outbox = new Outbox({
      journal,
      client,
      disclosure: () => 'whole',
      clock: time,
      timers: time,
      randomness: systemRandomness,
      retryTimes: usualRetryTimes,
      gather: 250,
      checkEvery: 30_000,
      changed: () => ended(),
    });
    onTestFinished(async () => {
      await outbox.stop();
      await client.close();
    });
    /** Goes to the next appointment and waits until what it does is done. */
    const next = async (): Promise<void> => {
      const done = new Promise<void>((resolve) => {
        ended = () => {
          if (outbox.state.nextTry !== null) resolve();
        };
      });
      time.go();
      await done;
    };
    const happen = (): void => {
      const payload = { person: 'olga', client: 'window' } as const;
      journal.append({ kind: 'session.opened', actor: operator, issuer: null, subjects: { person: 'olga' }, payload });
    };
    await cms.control({ answer: { kind: 'error-500', times: 1_000_000 } });
    happen();
    outbox.start();
    const began = time.monotonic();
    await next();
    const { trouble } = outbox.state;
    for (let tries = 0; tries < 200; tries++) await next();
    collect();
    const heap = process.memoryUsage().heapUsed;
    let tries = 201;
    for (; time.monotonic() - began < dayLong; tries++) {
      if (tries % 20 === 0) happen();
      await next();
    }
    collect();
    const grown = (process.memoryUsage().heapUsed - heap) / 1e6;
    expect(outbox.state).toMatchObject({
      kind: 'trouble',
      trouble: { since: trouble?.since, fault: { code: 'CMS-FAILED' } },
    });
    // Half the longest wait on average, and never longer.
    expect(Math.max(...time.waits)).toBeLessThanOrEqual(usualRetryTimes.longest);
    expect([tries > 2_000, tries < 4_500]).toEqual([true, true]);
    expect(grown).toBeLessThan(8);
    await cms.control({ answer: { kind: 'normal' } });
    await next();
    expect(outbox.state).toMatchObject({ kind: 'in-step', trouble: null });
    expect(await client.eventsHead({ acknowledged: 0, news: 0 }, never)).toMatchObject({
      sequence: journal.projections.station.acknowledged().upTo,
    });
    expect(journal.projections.station.acknowledged().upTo).toBe(journal.entries.lastNews());
    expect(await cms.control({ findings: {} })).toEqual({ findings: [] });
  },
);
