import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { recoveryGuide } from './recovery-guide.ts';
import { TwoLines, type RunOnLines } from './two-lines.fixture.ts';

let lines: TwoLines;
let run: RunOnLines;
let before: Awaited<ReturnType<RunOnLines['counted']>>;

beforeAll(async () => {
  lines = await TwoLines.open();
}, 60_000);
afterAll(() => lines.close());
afterEach(() => run.service.close());

async function open(size: number): Promise<void> {
  run = await lines.batch(size);
  before = await run.counted();
  run.service.open();
}

/** Boxes, journal and balance say the same, and no order has two good cards. */
async function expectAccounted(size: number, good: number): Promise<void> {
  const balance = run.journal.projections.stock.balance(run.batch);
  const now = await run.counted();
  expect(balance).toMatchObject({ inMachine: 0, good, missing: 0, test: 0 });
  expect({ good: now.good - before.good, rejected: now.rejected - before.rejected, fed: now.fed - before.fed }).toEqual(
    {
      good,
      rejected: balance.rejected,
      fed: balance.fed - balance.returned,
    },
  );
  const made = run.entries('order.made').map(({ subjects }) => subjects['order']);
  expect(new Set(made).size).toBe(made.length);
  expect(made).toHaveLength(size);
}

test('makes four proven cards on two lines at once', async () => {
  await open(4);
  run.start();
  await run.until(() => run.state === 'made');
  await expectAccounted(4, 4);
  const ended = run.entries('attempt.ended');
  expect(new Set(ended.map(({ subjects }) => subjects['line'])).size).toBe(2);
  expect(run.entries('attempt.verified').map(({ payload }) => (payload as { verdict: string }).verdict)).toEqual(
    Array(12).fill('same'),
  );
  expect(run.entries('look.asked').map(({ payload }) => (payload as { reason: string }).reason)).toEqual([
    'first',
    'last',
  ]);
  const text = JSON.stringify(run.journal.read(1, 100_000));
  expect(text).not.toMatch(/99000\d{11}/);
  const traces = ended.map(({ subjects }) => run.service.traces.of(subjects['attempt'] ?? '') ?? []);
  for (const trace of traces) {
    expect(trace.some(({ command }) => command.startsWith('84E2'))).toBe(true);
    expect(trace.every(({ answer }) => typeof answer === 'string')).toBe(true);
  }
  expect(JSON.stringify(traces)).not.toMatch(/99000\d{11}/);
  expect(run.service.traces.of('none')).toBeNull();
}, 90_000);

test('rejects the card that reads back otherwise, and makes its order again', async () => {
  await open(2);
  const [machine] = lines.machines;
  await machine?.chip.control({ fault: 'wrong-read', tag: '5A' });
  run.start();
  await run.until(() => run.state === 'made');
  await machine?.chip.control({ clear: true });
  await expectAccounted(2, 2);
  expect(
    run
      .entries('attempt.ended')
      .map(({ payload }) => (payload as { reason: string }).reason)
      .sort(),
  ).toEqual(['PRODUCTION-CHIP-DIFFERS', 'as-planned', 'as-planned']);
}, 90_000);

test('a chip with other keys stops the batch; nothing more is begun until a person starts it again', async () => {
  await open(3);
  for (const { chip } of lines.machines) await chip.control({ fault: 'wrong-keys' });
  run.start();
  await run.until(() => run.state === 'stopped' && run.service.currentBatch === null);
  for (const { chip } of lines.machines) await chip.control({ clear: true });
  const started = run.entries('attempt.started').length;
  expect(started).toBeLessThanOrEqual(2);
  run.start();
  await run.until(() => run.state === 'made');
  await expectAccounted(3, 3);
}, 90_000);

test('a batch that is lost while its cards are in the machines stops no station, and leaves nothing to be made', async () => {
  await open(3);
  for (const { chip } of lines.machines) await chip.control({ fault: 'wrong-keys' });
  const lose = run.journal.subscribe((entries) => {
    if (!entries.some(({ header }) => header.kind === 'attempt.mark')) return;
    lose();
    const payload = { code: 'CMS-STATION-LOST', why: 'declared lost' };
    const subjects = { batch: run.batch };
    const loss = { kind: 'batch.lost', actor: { kind: 'station' }, issuer: 'northbank', subjects, payload } as const;
    queueMicrotask(() => run.journal.append(loss));
  });
  run.start();
  await run.until(() => run.state === 'lost' && run.service.currentBatch === null);
  for (const { chip } of lines.machines) await chip.control({ clear: true });
  const { orders } = run.journal.projections;
  expect(orders.counts(run.batch)).toMatchObject({ ready: 0, unmade: 0, 'in-production': 0, held: 3 });
  await expectAccounted(0, 0);
}, 90_000);

test.each<StepName>(['feed', 'personalise', 'verify-stripe', 'print', 'eject'])(
  'a station that goes down at the intent to %s settles the cards by their machines and makes the batch',
  async (step) => {
    await open(2);
    let down: Promise<void> | undefined;
    const stop = run.journal.subscribe((entries) => {
      const hit = entries.some(
        ({ header, payload }) => header.kind === 'attempt.intent' && (payload as { step: string }).step === step,
      );
      if (hit) down ??= run.restart();
    });
    run.start();
    await run.until(() => down !== undefined);
    stop();
    await down;
    run.service.open();
    await run.until(() => run.journal.projections.attempts.open().length === 0);
    expect(run.service.currentBatch?.mode ?? 'made').not.toBe('running');
    if (run.state !== 'made') run.start();
    await run.until(() => run.state === 'made');
    await expectAccounted(2, 2);
  },
  90_000,
);

test('a link that breaks in the middle of a panel costs its card and nothing else', async () => {
  await open(2);
  await lines.machines[0]?.rig.ask({ fault: 'link-lost', atByte: 60_000 });
  run.start();
  await run.until(() => run.state === 'made');
  await expectAccounted(2, 2);
  expect(run.entries('line.fault').map(({ payload }) => (payload as { decision: string }).decision)).toContain(
    'reconnect',
  );
}, 90_000);

test('an empty feeder asks; the blank that was never fed goes back to its lot, and the line goes on when it is told to', async () => {
  await open(3);
  await lines.machines[0]?.rig.ask({ fault: 'feeder-empty' });
  run.start();
  const asks = (code: string) =>
    run.service.lines.some(({ runner: { state } }) => state.kind === 'asking' && state.fault.code === code);
  await run.until(() => asks('PRINTER-FEEDER-EMPTY'));
  await lines.machines[0]?.rig.ask({ clear: true });
  run.answer('line-1', 'retry');
  await run.until(() => run.state === 'made');
  await expectAccounted(3, 3);
}, 90_000);

test('a card stuck on its way to the contact station is taken out as the guide says, and the other line goes on meanwhile', async () => {
  await open(4);
  const [machine] = lines.machines;
  await machine?.rig.ask({ fault: 'jam', at: 'contact' });
  run.start();
  const first = () => run.service.lines[0]?.runner.state;
  await run.until(() => first()?.kind === 'asking');
  const endedBefore = run.entries('attempt.ended').length;
  await run.until(() => run.entries('attempt.ended').length >= endedBefore + 2);
  const state = first();
  if (state?.kind !== 'asking') throw new Error('the line went on by itself');
  expect(recoveryGuide(state)).toMatchObject({ rule: 'jam-at-feed', place: 'feeder', card: { kind: 'unknown' } });
  await machine?.rig.ask({ takeCard: true });
  run.answer('line-1', 'card-removed');
  await run.until(() => run.state === 'made');
  const balance = run.journal.projections.stock.balance(run.batch);
  expect(balance).toMatchObject({ inMachine: 0, good: 4, rejected: 0, spoiled: 1, returned: 0, fed: 5 });
  expect((await run.counted()).fed - before.fed).toBe(5);
}, 90_000);

test('a rejected chip that is fed again is refused before anything is tried on it', async () => {
  await open(1);
  const [machine] = lines.machines;
  if (machine === undefined) throw new Error('no line');
  await machine.chip.control({ fault: 'wrong-read', tag: '5A' });
  // The blank after the rejected card is the rejected card itself.
  const again = run.journal.subscribe((entries) => {
    const rejected = entries.some(({ payload }) => (payload as { step?: StepName }).step === 'reject');
    if (!rejected) return;
    again();
    void machine.chip.control({ clear: true }).then(() => machine.chip.control({ fault: 'same-chip' }));
  });
  run.start([machine.line]);
  await run.until(() => run.told().includes('PRODUCTION-CHIP-QUARANTINED'));
  const { attempts } = run.journal.projections;
  const [kept] = attempts.quarantined();
  const [first, second] = attempts.ofBatch(run.batch, { limit: 9, offset: 0 });
  expect([first?.reason, second?.reason]).toEqual(['PRODUCTION-CHIP-DIFFERS', 'PRODUCTION-CHIP-QUARANTINED']);
  expect(second).toMatchObject({ chipSerial: first?.chipSerial, lastMark: null, step: 'reject' });
  expect([
    attempts.quarantined().length,
    kept?.attempt,
    attempts.metAgain(kept?.chipSerial ?? '', kept?.attempt ?? ''),
  ]).toEqual([1, first?.attempt, 1]);
  // Whatever batch asks.
  expect(attempts.quarantinedAs(kept?.chipSerial ?? '', 'at-of-another-batch')?.attempt).toBe(first?.attempt);
  await machine.chip.control({ clear: true });
  run.answer(machine.line, 'continue');
  await run.until(() => run.state === 'made');
}, 150_000);
