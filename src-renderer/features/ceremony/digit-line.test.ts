import { describe, expect, it } from 'vitest';
import { DigitLine } from './digit-line.ts';
import type { DigitNews } from './digit-line.ts';

/** A station that answers each character when it is told to. */
function slowStation() {
  const sent: number[] = [];
  const waiting: { readonly resolve: (count: number) => void; readonly reject: (cause: Error) => void }[] = [];
  const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  return {
    sent,
    send: (digit: number) => {
      sent.push(digit);
      return new Promise<number>((resolve, reject) => waiting.push({ resolve, reject }));
    },
    answer: async () => {
      waiting.shift()?.resolve(sent.length);
      await turn();
    },
    fail: async (cause: Error) => {
      waiting.shift()?.reject(cause);
      await turn();
    },
    turn,
  };
}

describe('DigitLine', () => {
  it('sends the characters one at a time in their order and tells each count', async () => {
    const station = slowStation();
    const news: DigitNews[] = [];
    const line = new DigitLine(station.send, (one) => news.push(one));
    for (const digit of [10, 0, 15]) line.push(digit);
    await station.turn();
    expect(station.sent).toEqual([10]);
    for (let at = 0; at < 3; at += 1) await station.answer();
    await line.settled();
    expect(station.sent).toEqual([10, 0, 15]);
    expect(news).toEqual([1, 2, 3].map((count) => ({ kind: 'count', count })));
  });

  it('drops what was typed after a failure, until the entry begins again', async () => {
    const station = slowStation();
    const news: DigitNews[] = [];
    const line = new DigitLine(station.send, (one) => news.push(one));
    const cause = new Error('link lost');
    for (const digit of [1, 2, 3]) line.push(digit);
    await station.turn();
    await station.fail(cause);
    line.push(4);
    await line.settled();
    expect({ sent: station.sent, news }).toEqual({ sent: [1], news: [{ kind: 'failed', thrown: cause }] });
    line.begin();
    line.push(5);
    await station.turn();
    expect(station.sent).toEqual([1, 5]);
  });

  it('sends nothing of an entry that was cleared, and tells nothing of it', async () => {
    const station = slowStation();
    const news: DigitNews[] = [];
    const line = new DigitLine(station.send, (one) => news.push(one));
    line.push(1);
    line.push(2);
    await station.turn();
    line.begin();
    line.push(3);
    await station.answer();
    expect({ sent: station.sent, news }).toEqual({ sent: [1, 3], news: [] });
  });
});
