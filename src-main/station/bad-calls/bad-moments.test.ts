import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contract } from '#shared/contract/contract.ts';
import { requestFrame, type RawWire } from './raw-wire.fixture.ts';
import { answered, refused, StationOnWires } from './station-on-wires.fixture.ts';

/** Calls that were right once, or for somebody else: each is refused by name and writes nothing but that it was tried. */

interface Asked {
  readonly approval: string;
  readonly statementDigest: string;
}
interface LineNow {
  readonly line: string;
  readonly state: string;
  readonly fault: { readonly choices: readonly { readonly choice: string }[] } | null;
}

const patience = { timeout: 60_000, interval: 100 };
const housekeeping = new Set(['journal.checkpoint', 'sync.acknowledged', 'key.pool-added']);

let world: StationOnWires;
let olivia: RawWire;
let oscar: RawWire;
let batch = '';

beforeAll(async () => {
  world = await StationOnWires.start();
  olivia = await world.personAt('olivia');
  oscar = await world.personAt('oscar');
  const made = await world.toCms({ make: { product: 'gift-print@1', count: 2, priority: 'urgent' } });
  batch = String(made['batch']);
  await answered(olivia, 'batches.pull', { batch });
  await answered(olivia, 'stock.load', { lot: 'LOT-mercato-plain-white-1', line: 'line-1' });
}, 180_000);

afterAll(async () => {
  await world?.close();
}, 60_000);

const asked = async (path: string, input: object): Promise<Asked> =>
  (await answered(olivia, path, input)) as unknown as Asked;

const signature = ({ approval, statementDigest }: Asked, over: object = {}) => ({
  approval,
  approver: 'sofia',
  password: 'training-sofia',
  statementDigest,
  verdict: { kind: 'approve' },
  ...over,
});

async function lineOne(): Promise<LineNow | undefined> {
  const { lines } = (await answered(olivia, 'production.lines')) as unknown as { lines: readonly LineNow[] };
  return lines.find(({ line }) => line === 'line-1');
}

async function untilBatch(state: string): Promise<void> {
  await expect.poll(async () => (await answered(olivia, 'batches.get', { batch }))['state'], patience).toBe(state);
}

/** Refused with this code, and nothing was written beside what is named. */
async function refusedAs(code: string, wire: RawWire, path: string, input: object, writes: readonly string[] = []) {
  let seen = '';
  const kinds = await world.kindsDuring(async () => {
    seen = await refused(wire, path, input);
  });
  expect([path, seen, kinds.filter((kind) => !housekeeping.has(kind))]).toEqual([path, code, writes]);
}

/** What is another issuer's is answered to the last byte like what is not there. */
async function hidden(path: string, theirs: object, nobodys: object): Promise<void> {
  const kinds = await world.kindsDuring(async () => {
    const [one, other] = [await oscar.ask(path, { json: theirs }), await oscar.ask(path, { json: nobodys })];
    const bare = (text: string) => text.replace(/"i":"[^"]*"/, '');
    expect([path, bare(one.text)]).toEqual([path, bare(other.text)]);
    expect([path, one.status === 404 || one.code === 'answered']).toEqual([path, true]);
  });
  expect(kinds.filter((kind) => !housekeeping.has(kind) && kind !== 'call.refused')).toEqual([]);
}

describe('a batch that belongs to another issuer', () => {
  test('and its approval do not exist', async () => {
    const calls: Readonly<Record<string, object>> = {
      'batches.get': {},
      'batches.records': { filter: {} },
      'batches.attempts': {},
      'batches.requestRelease': {},
      'batches.balance': {},
      'batches.requestClose': {},
      'batches.report': {},
      'production.start': {},
      'production.pause': {},
      'production.resume': {},
      'remake.list': {},
      'remake.request': { order: 'none', reasonCode: 'not-made' },
      'batches.pull': {},
      'looks.list': { show: 'all' },
      'stock.cardsToDestroy': {},
    };
    for (const [path, rest] of Object.entries(calls))
      await hidden(path, { ...rest, batch }, { ...rest, batch: 'none' });
    await hidden('journal.search', { subject: batch }, { subject: 'none' });
    const release = await asked('batches.requestRelease', { batch });
    for (const path of ['approvals.get', 'approvals.withdraw'])
      await hidden(path, { approval: release.approval }, { approval: 'none' });
    await hidden('approvals.decide', signature(release), { ...signature(release), approval: 'none' });
    await answered(olivia, 'approvals.withdraw', { approval: release.approval });
  });
});

describe('a release', () => {
  test('is signed once, over the statement that was seen, by another person with the right password', async () => {
    await refusedAs('INTAKE-BATCH-KNOWN', olivia, 'batches.pull', { batch });
    const before = await asked('batches.requestRelease', { batch });
    await refusedAs('APPROVAL-OPEN', olivia, 'batches.requestRelease', { batch });
    await answered(olivia, 'approvals.withdraw', { approval: before.approval });
    await refusedAs('APPROVAL-SETTLED', olivia, 'approvals.withdraw', { approval: before.approval });
    await refusedAs('APPROVAL-SETTLED', olivia, 'approvals.decide', signature(before));

    const release = await asked('batches.requestRelease', { batch });
    const tried = ['approval.attempt-failed'];
    const decide = (over: object) => ['approvals.decide', signature(release, over)] as const;
    for (const digest of [before.statementDigest, '', release.statementDigest.slice(1), `é${'0'.repeat(63)}`])
      await refusedAs('APPROVAL-OTHER-STATEMENT', olivia, ...decide({ statementDigest: digest }), tried);
    await refusedAs('ACCESS-REFUSED', olivia, ...decide({ password: 'training-samuel' }), tried);
    await refusedAs('ACCESS-REFUSED', olivia, ...decide({ approver: 'nobody' }), tried);
    await refusedAs('ACCESS-NO-RIGHT', olivia, ...decide({ approver: 'amira', password: 'training-amira' }), tried);
    const own = { approver: 'olivia', password: 'training-olivia' };
    await refusedAs('APPROVAL-OWN-REQUEST', olivia, ...decide(own), tried);

    // The same signature again and again at the same moment, as a window that lost its patience sends it.
    const kinds = await world.kindsDuring(async () => {
      const twice = requestFrame('same', 'approvals.decide', { json: signature(release) });
      olivia.post(twice);
      olivia.post(twice);
      const others = [1, 2].map(() => refused(olivia, 'approvals.decide', signature(release)));
      const all = [refused(olivia, 'approvals.get', { approval: release.approval }), ...others];
      expect(
        (await Promise.all(all)).filter(
          (code) => !['answered', 'APPROVAL-SETTLED', 'APPROVAL-SIGNED-ALREADY'].includes(code),
        ),
      ).toEqual([]);
      await olivia.answerTo('same');
    });
    expect(kinds.filter((kind) => kind === 'approval.given')).toHaveLength(1);
    await untilBatch('released');
    expect(world.journal.read(1, 5_000).filter(({ header }) => header.kind === 'batch.released')).toHaveLength(1);
    await refusedAs('APPROVAL-SETTLED', olivia, ...decide({}));
    await refusedAs('APPROVAL-SETTLED', olivia, 'approvals.withdraw', { approval: release.approval });
    await refusedAs('RELEASE-NOT-READY', olivia, 'batches.requestRelease', { batch });
  });
});

describe('a line', () => {
  test('takes an answer to the question that it asks, once, from who may know of it', async () => {
    await refusedAs('PRODUCTION-NO-LINE', olivia, 'production.start', { batch, lines: ['line-9'] });
    await refusedAs('PRODUCTION-NOT-RUNNING', olivia, 'production.pause', { batch });
    await world.toPrinter(0, { fault: 'ribbon-out' });
    await answered(olivia, 'production.start', { batch, lines: ['line-1'] });
    await expect.poll(async () => (await lineOne())?.state, patience).toBe('waiting-for-operator');
    const choices = (await lineOne())?.fault?.choices.map(({ choice }) => choice) ?? [];
    const [offered = ''] = choices;
    const every = contract.production.resolve['~orpc'].inputSchema?.shape.choice.options ?? [];
    const other = every.find((choice) => !choices.includes(choice));
    await hidden('production.resolve', { line: 'line-1', choice: offered }, { line: 'line-9', choice: offered });
    await refusedAs('PRODUCTION-NOT-ASKED', olivia, 'production.resolve', { line: 'line-1', choice: other });
    await world.toPrinter(0, { load: { ribbon: 'ymcko', count: 100 } });
    await answered(olivia, 'production.resolve', { line: 'line-1', choice: offered });
    await refusedAs('PRODUCTION-NOT-ASKED', olivia, 'production.resolve', { line: 'line-1', choice: offered });
    await untilBatch('made');
    await refusedAs('PRODUCTION-NOT-RUNNING', olivia, 'production.pause', { batch });
  });
});

describe('a card', () => {
  test('is looked at, called back and ordered again once, and not by who may not know of it', async () => {
    const { attempts } = (await answered(olivia, 'batches.attempts', { batch })) as unknown as {
      attempts: readonly { readonly attempt: string; readonly order: string; readonly disposition: string }[];
    };
    const good = attempts.filter(({ disposition }) => disposition === 'good');
    const { looks } = (await answered(olivia, 'looks.list', { batch })) as unknown as {
      looks: readonly { attempt: string }[];
    };
    const attempt = looks[0]?.attempt ?? '';
    const order = good.find((one) => one.attempt === attempt)?.order ?? '';
    const look = { attempt, result: 'good', reasonCode: 'as-proof' };
    const recall = { attempt, reasonCode: 'print-faint' };
    for (const [path, input] of [
      ['looks.decide', look],
      ['remake.recall', recall],
      ['production.picture', { attempt, side: 'front' }],
    ] as const)
      await hidden(path, input, { ...input, attempt: 'none' });

    await refusedAs('LOOK-REASON', olivia, 'looks.decide', { ...look, reasonCode: 'print-faint' });
    await answered(olivia, 'looks.decide', look);
    await refusedAs('LOOK-NOT-ASKED', olivia, 'looks.decide', look);
    await refusedAs('REMAKE-REASON', olivia, 'remake.recall', { ...recall, reasonCode: 'other' });
    await refusedAs('REMAKE-STILL-GOOD', olivia, 'remake.request', { batch, order, reasonCode: 'other', remark: 'x' });
    await answered(olivia, 'remake.recall', recall);
    await refusedAs('REMAKE-NOT-GOOD', olivia, 'remake.recall', recall);

    const request = { batch, order, reasonCode: 'print-faint' };
    const another = await asked('remake.request', request);
    await refusedAs('APPROVAL-OPEN', olivia, 'remake.request', request);
    await hidden('approvals.get', { approval: another.approval }, { approval: 'none' });
    await answered(olivia, 'approvals.decide', signature(another));
    await expect.poll(() => refused(olivia, 'remake.request', request), patience).toBe('REMAKE-NOT-HELD');
    await refusedAs('APPROVAL-SETTLED', olivia, 'approvals.withdraw', { approval: another.approval });
    await refusedAs('REMAKE-NOT-HELD', olivia, 'remake.request', { ...request, order: 'none' });

    await answered(olivia, 'production.start', { batch, lines: ['line-1'] });
    await untilBatch('made');
    const { looks: again } = (await answered(olivia, 'looks.list', { batch })) as unknown as {
      looks: readonly { readonly attempt: string }[];
    };
    for (const one of again) await answered(olivia, 'looks.decide', { ...look, attempt: one.attempt });
  });
});

describe('a closed batch', () => {
  test('is closed once, and nothing of it is begun again', async () => {
    const close = await asked('batches.requestClose', { batch });
    await answered(olivia, 'approvals.decide', signature(close));
    await untilBatch('closed');
    // The card data go right after: their key is destroyed, which is written too.
    const erased = () => world.journal.read(1, 5_000).some(({ header }) => header.kind === 'key.destroyed');
    await expect.poll(erased, patience).toBe(true);
    const cards = world.journal.projections.attempts.ofBatch(batch, { limit: 10, offset: 0 });
    const attempt = cards.find(({ disposition }) => disposition === 'good')?.attempt ?? '';
    await refusedAs('CLOSE-OBSTACLE', olivia, 'batches.requestClose', { batch });
    await refusedAs('PRODUCTION-NOT-RELEASED', olivia, 'production.start', { batch });
    await refusedAs('INTAKE-BATCH-KNOWN', olivia, 'batches.pull', { batch });
    await refusedAs('REMAKE-BATCH-CLOSED', olivia, 'remake.recall', { attempt, reasonCode: 'print-faint' });
    await refusedAs('KEYS-NOT-FOUND', olivia, 'production.picture', { attempt, side: 'front' });
  });
});

describe('stock', () => {
  test('of a count, a receipt and a day that are over stays as it is', async () => {
    const item = 'LOT-mercato-plain-white-1';
    const { counts } = (await answered(olivia, 'stock.openCounts', { place: 'vault', items: [item] })) as unknown as {
      counts: readonly { readonly count: string }[];
    };
    const count = counts[0]?.count ?? '';
    await refusedAs('STOCK-BEING-COUNTED', olivia, 'stock.openCounts', { place: 'vault', items: [item] });
    await refusedAs('STOCK-COUNT-NOT-DIFFERING', olivia, 'stock.requestCountDifference', { count, reason: 'x' });
    await answered(olivia, 'stock.enterCount', { count, figure: 3 });
    await refusedAs('STOCK-SAME-COUNTER', olivia, 'stock.enterCount', { count, figure: 4 });
    await refusedAs('STOCK-COUNT-BEGUN', olivia, 'stock.abandonCount', { count, reason: 'x' });
    await answered(oscar, 'stock.enterCount', { count, figure: 500 });
    await refusedAs('STOCK-COUNT-OVER', oscar, 'stock.enterCount', { count, figure: 500 });
    await refusedAs('STOCK-DAY-OPEN', olivia, 'stock.openDay', {});
    const lots = [{ lot: 'AGAIN-1', kind: 'blank', blankType: 'x', count: 5, environment: 'test' }];
    const receipt = { supplier: 'Blanks Ltd', supplierReference: 'DN 1', lots };
    const delivered = await asked('stock.requestReceipt', receipt);
    await refusedAs('APPROVAL-OPEN', olivia, 'stock.requestReceipt', receipt);
    await answered(olivia, 'approvals.decide', signature(delivered));
    await expect.poll(() => refused(olivia, 'stock.requestReceipt', receipt), patience).toBe('STOCK-LOT-KNOWN');
    await refusedAs('APPROVAL-SETTLED', olivia, 'approvals.withdraw', { approval: delivered.approval });
  });
});

describe('a session', () => {
  test('ends with its log-out and where it is taken over; another window has no part in it', async () => {
    const [one, other] = [await world.personAt('samuel'), await world.window()];
    await refusedAs('ACCESS-NOT-LOGGED-IN', other, 'batches.list', {});
    await refusedAs('ACCESS-NOT-LOGGED-IN', other, 'session.logOut', {});
    const logIn = { person: 'samuel', password: 'training-samuel' };
    await refusedAs('ACCESS-IN-USE', other, 'session.logIn', logIn, ['session.refused']);
    await refusedAs('ACCESS-REFUSED', other, 'session.logIn', { ...logIn, password: 'x' }, ['session.refused']);
    await answered(other, 'session.logIn', { ...logIn, takeOver: 'yes' });
    await refusedAs('ACCESS-NOT-LOGGED-IN', one, 'batches.list', {});
    await answered(other, 'session.logOut');
    for (const path of ['batches.list', 'approvals.open', 'stock.openDay', 'journal.search', 'session.logOut'])
      await refusedAs('ACCESS-NOT-LOGGED-IN', other, path, {});
  });
});

test('after all of this the journal is whole and its tables are what it says', async () => {
  const sofia = await world.personAt('sofia');
  expect(await answered(sofia, 'journal.verify')).toMatchObject({ result: 'whole', findings: [] });
  const amira = await world.personAt('amira');
  const rebuilt = (await answered(amira, 'journal.rebuild')) as unknown as { tables: readonly { result: string }[] };
  expect(rebuilt.tables.filter(({ result }) => result !== 'same')).toEqual([]);
});
