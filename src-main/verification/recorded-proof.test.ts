import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ascii, toHex } from '#shared/bytes/bytes.ts';
import { formatTraceLine, parseTrace, traceBytes, type TraceLine } from '#shared/protocols/trace/trace-line.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { observeLink, recordLink } from '../devices/encoder/record-link.ts';
import { replayLink, type ReplayLink } from '../devices/encoder/replay-link.ts';
import { openCardBench, type CardBench } from '../preparation/card-bench.fixture.ts';
import type { PreparedCard } from '../preparation/port.ts';
import { sampleOrder } from '../preparation/training-order.fixture.ts';
import { shippedVerification } from './shipped-rule-packs.fixture.ts';
import type { Verdict } from './port.ts';

const verification = await shippedVerification();
const order = sampleOrder('emv-debit@1', 21);
let bench: CardBench;
let card: PreparedCard;
/** The proof of one card in clear (a training card of nobody), and both its sessions as a station records them. */
const proof: TraceLine[] = [];
const shown: TraceLine[] = [];
let verdict: Verdict;
let recorded: Pick<ReplayLink, 'atr' | 'protocol' | 'side'>;

beforeAll(async () => {
  bench = await openCardBench();
  card = await bench.card(order);
  const link = await bench.chip.insert('recorded');
  recorded = { atr: link.atr, protocol: link.protocol, side: link.side };
  const made = recordLink(link, (line) => void shown.push(line));
  await bench.run(bench.preparation.personalise(card), card, made);
  await made.close();
  const cold = observeLink(await bench.chip.insert('recorded'), ({ command, answer, milliseconds }) => {
    if (answer instanceof StationFault) throw answer;
    proof.push({ command: traceBytes(command), answer: traceBytes(answer), milliseconds });
  });
  const proven = recordLink(cold, (line) => void shown.push(line));
  verdict = await bench.run(verification.proveChip(card), card, proven);
  await proven.close();
});
afterAll(() => bench.close());

const replayed = async (recording: readonly TraceLine[]): Promise<readonly [Verdict, number]> => {
  const link = replayLink(recorded, recording);
  return [await bench.run(verification.proveChip(card), card, link), link.left];
};

test('the proof runs on a recorded trace and finds the same', async () => {
  expect(verdict.verdict).toBe('same');
  const text = proof.map(formatTraceLine).join('\n');
  expect(await replayed(parseTrace(text))).toEqual([verdict, 0]);
});

describe('a recording that does not fit is refused by the number of the exchange', () => {
  const refusal = (reason: string) => ({ code: 'ENCODER-REFUSED', details: { reader: 'recording', reason } });
  test('another command', async () => {
    const [first, second, ...rest] = proof;
    if (first === undefined || second === undefined) throw new Error('nothing recorded');
    const other = { ...second, command: `${second.command.slice(0, -4)}FFFF` };
    await expect(replayed([first, other, ...rest])).rejects.toMatchObject(
      refusal(`exchange 2 of ${proof.length} was another command`),
    );
  });
  test('a command after the last', async () => {
    const short = proof.slice(0, -1);
    await expect(replayed(short)).rejects.toMatchObject(
      refusal(`exchange ${proof.length} of ${short.length} was not recorded`),
    );
  });
  test('an answer of which bytes are withheld', async () => {
    const { length } = proof;
    const redacted = shown.slice(-length);
    const at = redacted.findIndex(({ answer }) => typeof answer === 'string' && answer.includes('*'));
    await expect(replayed(redacted)).rejects.toMatchObject(
      refusal(`exchange ${at + 1} of ${length} has an answer of which bytes are withheld`),
    );
  });
  test('a fault is met as it was, and the link stays dead', async () => {
    const gone = [...proof.slice(0, 2), { ...proof[2], answer: { fault: 'CARD-GONE' } } as TraceLine];
    const link = replayLink(recorded, gone);
    await expect(bench.run(verification.proveChip(card), card, link)).rejects.toMatchObject({ code: 'CARD-GONE' });
    const options = { deadline: 1000, signal: new AbortController().signal };
    await expect(link.exchange(new Uint8Array(5), options)).rejects.toMatchObject({ code: 'CARD-GONE' });
  });
});

test('what a station records shows each command with its time, and nothing of person, account or key', () => {
  expect(shown.length).toBeGreaterThan(proof.length + 3);
  expect(shown.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
  const text = shown.map(formatTraceLine).join('\n').toLowerCase();
  expect(text).toMatch(/^00a40400/m);
  const { pan, encodedName = '', track2 = '' } = order;
  const inBytes = [ascii(encodedName), ascii(pan ?? '')].map(toHex);
  for (const value of [pan ?? '', encodedName.toLowerCase(), track2.replaceAll('=', 'd'), ...inBytes]) {
    expect(value.length).toBeGreaterThan(4);
    expect(text).not.toContain(value);
  }
  expect(text).toContain(`5a08${'**'.repeat(8)}`);
});
