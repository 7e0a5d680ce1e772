import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  answersAtApdu,
  apdus,
  apdusOfJob,
  atApdus,
  playCases,
  row,
  shortPatience,
  type ChipFaultCase,
  type ChipFaultOutcome,
} from './chip-faults.fixture.ts';
import { TwoLines } from './two-lines.fixture.ts';

let worlds: readonly TwoLines[];
beforeAll(async () => {
  worlds = await Promise.all([1, 2].map(() => TwoLines.open({ lines: 1, chipPatience: shortPatience })));
}, 60_000);
afterAll(() => Promise.all(worlds.map((world) => world.close())));

const play = (...cases: readonly (readonly ChipFaultCase[])[]): Promise<readonly ChipFaultOutcome[]> =>
  playCases(worlds, cases.flat());

/** Outcomes by what they have in common, each with the names of its cases. */
function grouped(outcomes: readonly ChipFaultOutcome[]): Readonly<Record<string, readonly string[]>> {
  const groups: Record<string, string[]> = {};
  for (const outcome of outcomes) (groups[row({ ...outcome, name: 'all' }).slice(5)] ??= []).push(outcome.name);
  return groups;
}

test('a card that goes at any APDU is rejected, and the line makes the order with the next blank', async () => {
  const [world] = worlds;
  if (world === undefined) throw new Error('a world is wanted');
  expect(await apdusOfJob(world)).toBe(apdus.proof[1]);
  const outcomes = await play(
    atApdus(1, 20, 'gone', () => ({ fault: 'pull-at-apdu' })),
    atApdus(10, 13, 'gone after', () => ({ fault: 'pull-at-apdu', executed: true })),
    atApdus(15, 15, 'gone after', () => ({ fault: 'pull-at-apdu', executed: true })),
  );
  expect(grouped(outcomes)).toMatchInlineSnapshot(`
    {
      "personalise CARD-GONE (chip-fails) reject-card, go-on | rejected good | keys tried on 1": [
        "gone at 10",
        "gone at 11",
        "gone after at 10",
      ],
      "personalise CARD-GONE (chip-fails) reject-card, go-on | rejected good | keys tried on 2": [
        "gone at 12",
        "gone at 13",
        "gone at 14",
        "gone at 15",
        "gone after at 11",
        "gone after at 12",
        "gone after at 13",
        "gone after at 15",
      ],
      "preflight CARD-GONE (chip-fails) reject-card, go-on | rejected good | keys tried on 1": [
        "gone at 1",
        "gone at 2",
        "gone at 3",
        "gone at 4",
        "gone at 5",
        "gone at 6",
        "gone at 7",
        "gone at 8",
        "gone at 9",
      ],
      "verify-chip CARD-GONE (chip-fails) reject-card, go-on | rejected good | keys tried on 2": [
        "gone at 16",
        "gone at 17",
        "gone at 18",
        "gone at 19",
        "gone at 20",
      ],
    }
  `);
}, 300_000);

test('status words: before any key the blank is read once more; after the keys were tried the card is rejected', async () => {
  const outcomes = await play(
    answersAtApdu(2, ['6F00', '9000']),
    answersAtApdu(8, ['6A82']),
    answersAtApdu(10, ['6A82']),
    answersAtApdu(11, ['6A88', '9000']),
    answersAtApdu(12, ['6300', '63C1', '6982', '9000']),
    answersAtApdu(13, ['6A80', '9000']),
    answersAtApdu(14, ['6A84', '6982']),
    answersAtApdu(15, ['6F00']),
    answersAtApdu(16, ['6A82']),
    answersAtApdu(18, ['6F00', '9000']),
    answersAtApdu(20, ['6A83']),
  );
  expect(grouped(outcomes)).toMatchInlineSnapshot(`
    {
      "- - (-) - | good | keys tried on 1": [
        "status 6F00 at 2",
        "status 9000 at 2",
        "status 6A82 at 8",
      ],
      "personalise CARD-ANSWER (chip-fails) reject-card, go-on | rejected good | keys tried on 1": [
        "status 9000 at 11",
      ],
      "personalise CARD-AUTHENTICATION (wrong-card-key) reject-card, stop-batch | rejected good | keys tried on 2 | asked stopped": [
        "status 6300 at 12",
        "status 63C1 at 12",
        "status 6982 at 12",
      ],
      "personalise CARD-STATUS (chip-fails) reject-card, go-on | rejected good | keys tried on 1": [
        "status 6A82 at 10",
        "status 6A88 at 11",
      ],
      "personalise CARD-STATUS (chip-fails) reject-card, go-on | rejected good | keys tried on 2": [
        "status 9000 at 12",
        "status 6A80 at 13",
        "status 6A84 at 14",
        "status 6982 at 14",
        "status 6F00 at 15",
      ],
      "personalise KEYS-CHANNEL-MAC (chip-fails) reject-card, go-on | rejected good | keys tried on 2": [
        "status 9000 at 13",
      ],
      "verify-chip PRODUCTION-CHIP-DIFFERS (chip-differs) reject-card, go-on | rejected good | keys tried on 2": [
        "status 6A82 at 16",
        "status 6F00 at 18",
        "status 9000 at 18",
        "status 6A83 at 20",
      ],
    }
  `);
}, 300_000);

test('garbage and answers cut short end as a rejected card, never as a question that nobody can answer', async () => {
  const outcomes = await play(
    atApdus(10, 15, 'garbage', () => ({ fault: 'garbage-at-apdu' })),
    atApdus(16, 20, 'cut', () => ({ fault: 'truncated-at-apdu' })),
    atApdus(13, 13, 'cut', () => ({ fault: 'truncated-at-apdu' })),
  );
  const garbage = outcomes.filter(({ name }) => name.startsWith('garbage'));
  expect(garbage.map(({ name, step, decision, blanks }) => [name, step, decision, blanks.join(' ')])).toEqual(
    garbage.map(({ name }) => [
      name,
      'personalise',
      name.endsWith(' 12') ? 'reject-card, stop-batch' : 'reject-card, go-on',
      'rejected good',
    ]),
  );
  expect(grouped(outcomes.filter(({ name }) => name.startsWith('cut')))).toMatchInlineSnapshot(`
    {
      "personalise KEYS-CHANNEL-MAC (chip-fails) reject-card, go-on | rejected good | keys tried on 2": [
        "cut at 13",
      ],
      "verify-chip PRODUCTION-CHIP-DIFFERS (chip-differs) reject-card, go-on | rejected good | keys tried on 2": [
        "cut at 16",
        "cut at 17",
        "cut at 18",
        "cut at 19",
        "cut at 20",
      ],
    }
  `);
}, 300_000);

test('a card that never answers ends at the deadline; the line goes on with the next blank', async () => {
  const never = (n: number) => atApdus(n, n, 'never answers', () => ({ fault: 'never-answers' }));
  expect(grouped(await play(never(3), never(11), never(14), never(18)))).toMatchInlineSnapshot(`
    {
      "personalise ENCODER-DEADLINE (chip-silent) reject-card, go-on | rejected good | keys tried on 2": [
        "never answers at 11",
        "never answers at 14",
      ],
      "preflight ENCODER-DEADLINE (chip-silent) reject-card, go-on | rejected good | keys tried on 1": [
        "never answers at 3",
      ],
      "verify-chip ENCODER-DEADLINE (chip-silent) reject-card, go-on | rejected good | keys tried on 2": [
        "never answers at 18",
      ],
    }
  `);
}, 300_000);

test('blanks that are not the product’s, keys that are not the card’s, chips that read back otherwise', async () => {
  const outcomes = await play([
    { name: 'mute', fault: { fault: 'mute' } },
    { name: 'slow', fault: { fault: 'slow', ms: 60 } },
    { name: 'another card key', fault: { fault: 'wrong-keys' } },
    { name: 'read otherwise', fault: { fault: 'wrong-read', tag: '5F24' } },
    { name: 'key set of another product', fault: { fault: 'other-make', keyVersion: '31' }, answers: ['continue'] },
    { name: 'another application', fault: { fault: 'other-make', applet: 'A0000000031010' }, answers: ['continue'] },
    { name: 'locked', fault: { fault: 'other-make', lifeCycle: '7F' }, answers: ['continue'] },
    { name: 'terminated', fault: { fault: 'other-make', lifeCycle: 'FF' }, answers: ['continue'] },
  ]);
  expect(grouped(outcomes)).toMatchInlineSnapshot(`
    {
      "- - (-) - | good | keys tried on 1": [
        "slow",
      ],
      "connect-chip ENCODER-NO-CARD (no-chip-seen) reject-card, go-on | rejected good | keys tried on 1": [
        "mute",
      ],
      "personalise KEYS-CARD-CRYPTOGRAM (wrong-card-key) reject-card, stop-batch | rejected good | keys tried on 2 | asked stopped": [
        "another card key",
      ],
      "preflight PRODUCTION-PREFLIGHT (wrong-blank) reject-card, ask | rejected good | keys tried on 1 | asked PRODUCTION-PREFLIGHT": [
        "key set of another product",
        "another application",
        "locked",
        "terminated",
      ],
      "verify-chip PRODUCTION-CHIP-DIFFERS (chip-differs) reject-card, go-on | rejected good | keys tried on 2": [
        "read otherwise",
      ],
    }
  `);
}, 300_000);
