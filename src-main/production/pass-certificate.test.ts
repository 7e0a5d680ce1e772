import { createPublicKey, verify } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readPass, type SignedPass } from '#shared/journal-format/pass-certificate.ts';
import { openPrintShop, PrintLines, type PrintRun, type PrintShop } from './print-lines.fixture.ts';

let shop: PrintShop;
let lines: PrintLines;
let batch: PrintRun;
/** What the key store was asked to sign, and what happens after a signature. */
const signed: string[] = [];
let afterSigning: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  const plain = await openPrintShop();
  shop = {
    ...plain,
    passes: {
      ...plain.passes,
      sign: async (data, signal) => {
        signed.push(new TextDecoder().decode(data));
        const signature = await plain.passes.sign(data, signal);
        await afterSigning(signal);
        return signature;
      },
    },
  };
  lines = await PrintLines.open(shop, 'tcp', 1);
}, 90_000);
afterAll(async () => {
  await lines.close();
  await shop.close();
});
afterEach(async () => {
  afterSigning = () => Promise.resolve();
  signed.length = 0;
  await batch.run.service.close();
});

async function open(size: number): Promise<void> {
  batch = await lines.batch(size);
  batch.run.service.open();
}

const passes = () => batch.run.entries('attempt.passed').map(({ payload }) => payload as SignedPass);

test('every good card has a certificate that the station’s public key verifies', async () => {
  await open(2);
  const { run } = batch;
  run.start();
  await run.until(() => run.state === 'made');
  const { x, y } = await shop.keys.publicKey('station-signing', AbortSignal.timeout(5000));
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const { attempts } = run.journal.projections;
  const good = run.entries('attempt.ended').map(({ subjects }) => subjects['attempt'] ?? '');
  expect(passes()).toHaveLength(2);
  passes().forEach(({ certificate, signature }, at) => {
    const bytes = Buffer.from(signature, 'base64url');
    expect(verify('sha256', Buffer.from(certificate), { key, dsaEncoding: 'ieee-p1363' }, bytes)).toBe(true);
    expect(readPass(certificate)).toMatchObject({
      attempt: good[at],
      product: 'loyalty-stripe@1',
      parts: [
        { part: 'print', verdict: 'same', transactionCounter: null },
        { part: 'stripe', verdict: 'same', transactionCounter: null },
      ],
      steps: ['feed', 'write-stripe', 'verify-stripe', 'print', 'eject'].map((step) => ({
        step,
        outcome: 'done',
        time: expect.any(String) as string,
      })),
      maskedPan: null,
      chipSerial: null,
    });
    expect(attempts.find(good[at] ?? '')).toMatchObject({
      disposition: 'good',
      verifiedPrint: 'same',
      passDigest: run.journal.projections.passes.find(good[at] ?? '')?.digest,
    });
  });
}, 120_000);

test('a station that falls between signing and writing states the same again, and writes it once', async () => {
  await open(1);
  const { run } = batch;
  // The signature is made and never reaches the journal.
  afterSigning = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
  run.start();
  await run.until(() => signed.length === 1);
  afterSigning = () => Promise.resolve();
  await run.restart();
  expect([passes().length, run.journal.projections.attempts.open().length]).toEqual([0, 1]);
  run.service.open();
  await run.until(() => run.entries('attempt.ended').length === 1);
  expect(run.entries('attempt.ended')[0]?.payload).toMatchObject({ disposition: 'good', decidedBy: 'recovery' });
  expect(signed).toHaveLength(2);
  expect(signed[1]).toBe(signed[0]);
  expect(passes().map(({ certificate }) => certificate)).toEqual([signed[0]]);
}, 120_000);

test('no card is good without its certificate, whoever says so', async () => {
  await open(1);
  const { run } = batch;
  let stop: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => (stop = resolve));
  afterSigning = () => waiting;
  run.start();
  await run.until(() => signed.length === 1);
  const [open_] = run.journal.projections.attempts.open();
  const subjects = { batch: run.batch, order: open_?.order ?? '', attempt: open_?.attempt ?? '', line: 'line-1' };
  const about = { actor: { kind: 'station' }, issuer: 'northbank', subjects } as const;
  const ended = (passDigest: string | null) => () =>
    run.journal.append({
      ...about,
      kind: 'attempt.ended',
      payload: { disposition: 'good', decidedBy: 'engine', reason: 'made', passDigest },
    });
  expect(ended(null)).toThrow(expect.objectContaining({ code: 'JOURNAL-IMPOSSIBLE' }));
  expect(ended('ab'.repeat(32))).toThrow(expect.objectContaining({ code: 'JOURNAL-IMPOSSIBLE' }));
  const foreign = { certificate: signed[0]?.replaceAll(subjects.attempt, 'at-other') ?? '', signature: 'A'.repeat(86) };
  expect(() => run.journal.append({ ...about, kind: 'attempt.passed', payload: foreign })).toThrow(
    expect.objectContaining({ code: 'JOURNAL-IMPOSSIBLE' }),
  );
  stop();
  await run.until(() => run.entries('attempt.ended').length === 1);
  expect(passes()).toHaveLength(1);
}, 120_000);

test('a planted panel error feeds no blank: the line asks, and prints the card once the bytes are right', async () => {
  await open(1);
  const { run, gate } = batch;
  const printer = gate(0);
  const pack = printer.pack;
  let planted = 0;
  printer.pack = async (sides, signal) => {
    const job = await pack(sides, signal);
    if (planted++ > 0) return job;
    // The black panel of the back in the place of the front's.
    const [first, ...rest] = sides;
    const [, back] = sides;
    if (first === undefined || back === undefined) throw new Error('two sides are wanted');
    const black = back.panels.filter(({ kind }) => kind === 'black');
    const mixed = { ...first, panels: [...first.panels.filter(({ kind }) => kind !== 'black'), ...black] };
    return pack([mixed, ...rest], signal);
  };
  const fed = (await run.counted()).fed;
  run.start();
  await run.until(() => run.told().includes('asking'));
  expect(run.told()).toBe('line-1 asking PRODUCTION-PRINT-DIFFERS');
  expect([(await run.counted()).fed - fed, run.entries('attempt.started').length]).toEqual([0, 0]);
  expect(run.entries('line.fault')[0]?.payload).toMatchObject({ details: { item: 'front printName' } });
  run.answer('line-1', 'retry');
  await run.until(() => run.state === 'made');
  expect([(await run.counted()).fed - fed, passes().length]).toEqual([1, 1]);
}, 120_000);
