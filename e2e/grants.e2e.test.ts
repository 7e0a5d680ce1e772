import { afterAll, beforeAll, expect, test } from 'vitest';
import { BatchFlow } from './flows/batch-flow.ts';
import { expectGrantsRight, grantsAtCms, ordersAtCms } from './flows/cms-accounts.ts';
import type { CmsOrder } from './flows/cms-accounts.ts';
import { batchAtCms, inStep } from './flows/made-batch.ts';
import type { Approval, Line } from './flows/views.ts';
import { eventually } from './stations/eventually.ts';
import { ownFolder } from './stations/own-folder.ts';
import { startPrintLines } from './stations/print-lines.ts';
import type { PrintLines } from './stations/print-lines.ts';
import { startStation, writeConfiguration } from './stations/training-station.ts';
import type { RunningStation } from './stations/training-station.ts';
import type { WindowClient } from './stations/window-client.ts';

/** What one grant holds: so little that each batch needs several. */
const cardsAtOnce = 3;
const many = 1_000_000;

const clara = { person: 'clara', password: 'training-clara' };
const conrad = { person: 'conrad', password: 'training-conrad' };

const stack = new AsyncDisposableStack();
let machines: PrintLines;
let station: RunningStation;
let window: WindowClient;

// Two network printers without an encoder: no reader is needed, so nothing waits for pcscd here.
beforeAll(async () => {
  const folder = stack.use(ownFolder('grants'));
  machines = stack.use(await startPrintLines(folder.path));
  const data = `${folder.path}/station`;
  const lines = machines.lines.map((line) => line.configured);
  writeConfiguration(data, { hsm: { kind: 'files' }, machines: { kind: 'configured', lines } });
  station = stack.use(await startStation(data));
  window = await station.window();
  await window.logIn('olivia');
  for (const at of [1, 2]) {
    await window.call('stock.load', { lot: `LOT-mercato-plain-white-${at}`, line: `line-${at}` });
  }
  await station.toCms({
    terms: {
      subject: { kind: 'issuer', issuer: 'mercato' },
      to: { offline: 'yes', cards: cardsAtOnce, seconds: 3_600 },
      reason: 'Few cards at once, for this test.',
      first: clara,
      second: conrad,
    },
  });
}, 120_000);

afterAll(async () => {
  await stack.disposeAsync();
});

interface Production {
  readonly lines: readonly Line[];
  readonly batch: {
    readonly made: number;
    readonly waits: { readonly code: string; readonly text: string; readonly next: string } | null;
  } | null;
}

const production = (): Promise<Production> => window.call<Production>('production.lines');

/** What the printers themselves have counted since they were started. */
async function counted(): Promise<{ readonly fed: number; readonly good: number; readonly inside: number }> {
  const states = await Promise.all(
    machines.lines.map(
      async (line) =>
        (await line.toPrinter({ inspect: true }))['state'] as {
          readonly counters: { readonly fed: number; readonly good: number };
          readonly inside: object | null;
        },
    ),
  );
  return {
    fed: states.reduce((sum, { counters }) => sum + counters.fed, 0),
    good: states.reduce((sum, { counters }) => sum + counters.good, 0),
    inside: states.filter(({ inside }) => inside !== null).length,
  };
}

async function releasedGifts(count: number): Promise<BatchFlow> {
  const flow = new BatchFlow(window, await batchAtCms(station, 'gift-print@1', count));
  await flow.pull();
  await flow.until('ready');
  await flow.release();
  return flow;
}

/** Starts a batch, cuts the way to the CMS once so many cards are made, and waits until the lines have used up what they were granted. */
async function cutInTheMiddle(flow: BatchFlow, made: number, cut: string): Promise<Production> {
  await flow.start();
  await eventually(`${made} cards`, async () => ((await production()).batch?.made ?? 0) >= made || undefined, {
    everyMs: 20,
  });
  await station.toCms({ answer: { kind: cut, times: many } });
  return eventually('the grant used up', async () => {
    const view = await production();
    const rests = view.lines.every(({ card, fault }) => card === null && fault === null);
    return rests && view.batch !== null && view.batch.waits !== null ? view : undefined;
  });
}

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'done',
    (fault: { readonly data?: { readonly code?: unknown } }) => fault.data?.code ?? fault,
  );

async function sign({ approval, statementDigest }: Approval, approver: string): Promise<unknown> {
  return codeOf(
    window.call('approvals.decide', {
      approval,
      approver,
      password: `training-${approver}`,
      statementDigest,
      verdict: { kind: 'approve' },
    }),
  );
}

let remade: BatchFlow;

test('cut off in mid-batch, the lines use up the grant, wait in plain words, and go on by themselves', async () => {
  const flow = await releasedGifts(14);
  const before = await counted();
  const waiting = await cutInTheMiddle(flow, 5, 'hang-up');

  const [grant] = await grantsAtCms(station, flow.batch);
  const index = grant?.index ?? 0;
  expect(index).toBeGreaterThanOrEqual(5);
  expect(index).toBeLessThan(14);
  expect(waiting.batch?.waits).toMatchObject({
    code: 'PRODUCTION-GRANT-USED-UP',
    text: `All cards of batch ${flow.batch} that the CMS has granted are begun.`,
    next: expect.stringContaining('go on by themselves') as string,
  });
  expect(waiting.lines.map(({ state }) => state)).toEqual(['idle', 'idle']);
  // Every granted card is made, nothing lies in a machine, and nobody who presses the button gets one more.
  const resting = { fed: before.fed + index, good: before.good + index, inside: 0 };
  expect(await counted()).toEqual(resting);
  await flow.resume();
  await codeOf(window.call('sync.now'));
  expect(await flow.view()).toMatchObject({ counts: { made: index, inMachine: 0 } });
  expect(await counted()).toEqual(resting);

  await station.toCms({ answer: { kind: 'normal' } });
  await flow.made();
  expect(await counted()).toEqual({ fed: before.fed + 14, good: before.good + 14, inside: 0 });
  await inStep(window);
  await expectGrantsRight(station, window, flow);
  expect(await grantsAtCms(station, flow.batch)).toMatchObject([{ index: 14, used: 14, ended: null }]);
  remade = flow;
});

test('a good card is recalled, two people sign, the line makes it again, and the CMS knows which replaces which', async () => {
  const flow = remade;
  const before = await counted();
  const [bad] = (await flow.attempts()).filter(({ disposition }) => disposition === 'good');
  if (bad === undefined) throw new Error('no good card');
  await window.call('remake.recall', { attempt: bad.attempt, reasonCode: 'print-faint' });
  const { remakes } = await window.call<{ remakes: readonly object[] }>('remake.list', { batch: flow.batch });
  expect(remakes).toMatchObject([{ order: bad.order, waits: { code: 'REMAKE-CARD-RECALLED' }, approval: null }]);
  expect(await codeOf(flow.start())).toBe('PRODUCTION-NOTHING-TO-MAKE');

  const wish = { batch: flow.batch, order: bad.order, reasonCode: 'print-faint' };
  const asked = await window.call<Approval>('remake.request', wish);
  expect(await sign(asked, 'olivia')).toBe('APPROVAL-OWN-REQUEST');
  expect(await codeOf(flow.start())).toBe('PRODUCTION-NOTHING-TO-MAKE');
  expect(await sign(asked, 'sofia')).toBe('done');
  await eventually('the remake', async () => ((await flow.view()).counts.ready === 1 ? 'released' : undefined));
  await flow.start();
  await flow.made();

  expect(await counted()).toEqual({ fed: before.fed + 1, good: before.good + 1, inside: 0 });
  const cards = (await flow.attempts()).filter(({ order }) => order === bad.order);
  expect(cards).toHaveLength(2);
  expect(cards.find(({ attempt }) => attempt === bad.attempt)).toMatchObject({
    disposition: 'rejected',
    reason: 'print-faint',
  });
  const made = cards.find(({ attempt }) => attempt !== bad.attempt);
  await flow.look();
  expect(await flow.balance()).toMatchObject({ fed: 15, good: 14, rejected: 1, difference: 0, obstacles: [] });
  await flow.close();
  await inStep(window);
  // A card without a chip has no serial: the attempts name the two.
  expect(await station.toCms({ replacements: { batch: flow.batch } })).toMatchObject({
    replacements: [
      {
        order_id: bad.order,
        lost_attempt: bad.attempt,
        lost_serial: null,
        disposition: 'rejected',
        reason: 'print-faint',
        attempt: made?.attempt,
        serial: null,
      },
    ],
  });
  await expectGrantsRight(station, window, flow);
  const orders = await ordersAtCms(station, flow.batch);
  const good = (await flow.attempts()).filter(({ disposition }) => disposition === 'good');
  expect(new Set(orders.map(({ order, attempt, state }) => `${order} ${attempt} ${state}`))).toEqual(
    new Set(good.map(({ order, attempt }) => `${order} ${attempt} produced`)),
  );
  expect(await station.toCms({ state: { batch: flow.batch } })).toMatchObject({
    state: 'closed',
    orders: { produced: 14, begun: 0, waiting: 0, failed: 0, held: 0 },
  });
});

test('declared lost by two people while cut off: what may exist is blocked, the rest offered again, and its return makes nothing good', async () => {
  const flow = await releasedGifts(10);
  await cutInTheMiddle(flow, 3, 'error-500');
  const resting = await counted();
  const good = (await flow.attempts()).filter(({ disposition }) => disposition === 'good');
  const told = (await ordersAtCms(station, flow.batch)).filter(({ state }) => state === 'produced');
  // Some cards were made of which the CMS has not heard.
  expect(told.length).toBeLessThan(good.length);

  const loss = { station: 'ST-TRAINING', reason: 'No word from the room since the flood.' };
  const declare = (members: object): Promise<unknown> =>
    station.toCms({ declareLost: { ...loss, ...members } }).catch((fault: Error) => fault.message);
  expect(await declare({ first: clara })).toContain('not a command');
  expect(await declare({ first: clara, second: clara })).toContain('SAME-PERSON');
  expect(await declare({ first: clara, second: { ...conrad, password: 'training-clara' } })).toContain(
    'PERSON-OR-PASSWORD',
  );
  expect(await grantsAtCms(station, flow.batch)).toMatchObject([{ ended: null }]);

  const back = `${flow.batch}.r1`;
  const index = (await grantsAtCms(station, flow.batch))[0]?.index ?? 0;
  expect(good).toHaveLength(index);
  expect(await declare({ first: clara, second: conrad })).toMatchObject({
    by: ['clara', 'conrad'],
    blocked: index,
    returned: 10 - index,
    batches: [back],
  });
  const states = (orders: readonly CmsOrder[]): readonly string[] => orders.map(({ state }) => state);
  const after = await ordersAtCms(station, flow.batch);
  const expected = [...Array<string>(index).fill('blocked'), ...Array<string>(10 - index).fill('returned')];
  expect(states(after)).toEqual(expected);
  const offered = await ordersAtCms(station, back);
  expect(offered.map(({ order, state }) => `${order} ${state}`)).toEqual(
    after.slice(index).map(({ order }) => `${order} waiting`),
  );
  expect(await station.toCms({ state: { batch: back } })).toMatchObject({ state: 'available', station: null });

  // The station comes back: it is told, keeps its journal flowing, and begins nothing.
  await station.toCms({ answer: { kind: 'normal' } });
  const lost = await flow.until('lost');
  expect(lost).toMatchObject({ trouble: { code: 'CMS-STATION-LOST' } });
  await inStep(window);
  expect(await window.call('sync.state')).toMatchObject({
    queued: 0,
    trouble: { code: 'CMS-STATION-LOST', next: expect.stringContaining('Begin no card.') as string },
  });
  const { tasks } = await window.call<{ tasks: readonly { kind: string; title: string }[] }>('home.waiting');
  expect(tasks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['batch-lost', 'sync-trouble']));
  expect(await codeOf(flow.start())).toBe('PRODUCTION-NOT-RELEASED');
  expect(await codeOf(window.call('batches.pull', { batch: back }))).toBe('CMS-STATION-LOST');
  expect((await production()).lines.map(({ card, state }) => ({ card, state }))).toEqual([
    { card: null, state: 'idle' },
    { card: null, state: 'idle' },
  ]);
  expect(await counted()).toEqual(resting);

  // What it calls good stays blocked, and each such card is a finding.
  expect(states(await ordersAtCms(station, flow.batch))).toEqual(expected);
  const { findings } = (await station.toCms({ findings: {} })) as {
    findings: readonly { code: string; detail: string }[];
  };
  const news = good.filter(({ attempt }) => told.every((order) => order.attempt !== attempt));
  expect(
    findings.map(({ code, detail }) => `${code} ${/attempt (\S+)\)/.exec(detail)?.[1] ?? detail}`).toSorted(),
  ).toEqual(news.map(({ attempt }) => `LOST-STATION-CARD ${attempt}`).toSorted());
  const { orders } = (await station.toCms({ lost: { station: 'ST-TRAINING' } })) as {
    orders: readonly { order: string; blockedFrom: string; toldSince: readonly { attempt: string; state: string }[] }[];
  };
  const since = new Map(news.map(({ order, attempt }) => [order, { attempt, state: 'good' }]));
  expect(orders.map(({ order, toldSince }) => ({ order, toldSince }))).toEqual(
    after.slice(0, index).map(({ order }) => {
      const card = since.get(order);
      return { order, toldSince: card === undefined ? [] : [card] };
    }),
  );

  // Its own account ends as every other: balanced and closed by two people, which makes nothing good at the CMS either.
  await flow.look();
  expect(await flow.balance()).toMatchObject({ fed: index, good: index, difference: 0, obstacles: [] });
  await flow.close();
  await inStep(window);
  expect(states(await ordersAtCms(station, flow.batch))).toEqual(expected);
});
