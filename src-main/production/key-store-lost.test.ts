import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SoftHsmStore, softHsmInstalled } from '../keys/soft-hsm-store.fixture.ts';
import { prepareTrainingKeys } from '../preparation/training-order.fixture.ts';
import { expectNothingLost } from './chip-faults.fixture.ts';
import { TwoLines, type RunOnLines } from './two-lines.fixture.ts';

if (!softHsmInstalled) process.stderr.write('lines without an HSM not tested: SoftHSM2 is not installed\n');

describe.skipIf(!softHsmInstalled)('two lines whose HSM goes away', () => {
  let store: SoftHsmStore;
  let lines: TwoLines;
  let run: RunOnLines;
  let counted: Awaited<ReturnType<RunOnLines['counted']>>;

  beforeAll(async () => {
    store = await SoftHsmStore.open();
    lines = await TwoLines.open({
      openKeys: async (keySet) => {
        await prepareTrainingKeys(store.keys, keySet);
        return { keys: store.keys, keyStore: store.watch };
      },
    });
  }, 90_000);
  afterEach(() => run.service.close());
  afterAll(async () => {
    await lines.close();
    await store.close();
  });

  async function start(size: number): Promise<void> {
    run = await lines.batch(size);
    counted = await run.counted();
    run.service.open();
    run.start();
  }

  /** Lines whose card is finished and waits for its certificate to be signed. */
  const waiting = (): number => run.service.lines.filter(({ runner }) => runner.state.kind === 'ending').length;

  /** Nothing is done to a card on either line, and nobody is asked anything. */
  const resting = (): boolean =>
    run.service.lines.every(({ runner: { state } }) => state.kind === 'idle' || state.kind === 'ending');

  const begun = (): number => run.entries('attempt.started').length;

  const inStep = (step: string): boolean =>
    run.service.lines.some(({ runner: { state } }) => {
      const at = state.kind === 'working' && state.stage === 'acting' ? state.job : null;
      return at?.steps[at.at]?.name === step;
    });

  /** Nobody was asked; every blank is where the journal says; one good card an order. */
  async function expectMade(orders: number): Promise<void> {
    await run.until(() => run.state === 'made', 90_000);
    await expectNothingLost(run, 'HSM', orders);
    expect(run.entries('line.resumed')).toEqual([]);
    const balance = run.journal.projections.stock.balance(run.batch);
    const now = await run.counted();
    expect([now.good - counted.good, now.rejected - counted.rejected, now.fed - counted.fed]).toEqual([
      orders,
      balance.rejected,
      balance.fed - balance.returned,
    ]);
  }

  test('its process is killed between cards and in the middle of one: the card is rejected, the lines go on', async () => {
    await start(6);
    await run.until(() => inStep('personalise'));
    store.killProcess();
    await run.until(() => run.journal.projections.stock.balance(run.batch).good > 0);
    store.killProcess();
    await expectMade(6);
    const reasons = run.entries('attempt.ended').map(({ payload }) => (payload as { reason: string }).reason);
    expect(reasons.filter((reason) => reason !== 'as-planned' && !/^KEYS-(WORKER|CHANNEL)-LOST$/.test(reason))).toEqual(
      [],
    );
  }, 180_000);

  test('its token is taken away: no card is begun until it is back, and then the lines go on by themselves', async () => {
    await start(5);
    await run.until(() => run.journal.projections.stock.balance(run.batch).good > 0);
    store.takeTokenAway();
    await store.until('no-token');
    await run.until(resting);
    const before = begun();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([begun(), run.state, resting()]).toEqual([before, 'running', true]);
    const open = waiting();
    expect(run.journal.projections.stock.balance(run.batch)).toMatchObject({ inMachine: open, missing: 0 });
    store.putTokenBack();
    await expectMade(5);
  }, 180_000);

  test('it is busy: no card is begun until it has answered, and none is lost', async () => {
    await start(4);
    await run.until(() => run.journal.projections.stock.balance(run.batch).good > 0);
    process.kill(store.process, 'SIGSTOP');
    await store.until('busy');
    const before = begun();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(begun()).toBe(before);
    process.kill(store.process, 'SIGCONT');
    await expectMade(4);
    expect(run.journal.projections.stock.balance(run.batch).rejected).toBe(0);
  }, 180_000);
});
