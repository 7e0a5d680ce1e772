import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../bytes/bytes.ts';
import { parseAnswerToReset } from './answer-to-reset.ts';
import { decodeCommand, encodeCommand } from './command-apdu.ts';
import { chainCommand } from './command-chain.ts';
import { type CardTransport, exchangeWhole } from './exchange-whole.ts';
import { encodeResponse } from './response-apdu.ts';

const t0: CardTransport = { protocol: 'T=0', commandChaining: 'not-announced' };
const t1: CardTransport = { protocol: 'T=1', commandChaining: 'not-announced' };

/** A script of the line: each command that must come, and the answer to it. */
async function play(transport: CardTransport, command: string, ...script: readonly (readonly [string, string])[]) {
  const left = [...script];
  const answer = await exchangeWhole(transport, fromHex(command), (bytes) => {
    const [expected, reply] = left.shift() ?? ['nothing', ''];
    expect(toHex(bytes)).toBe(expected);
    return Promise.resolve(fromHex(reply));
  });
  expect(left).toEqual([]);
  return toHex(answer);
}

const get = '00c00000';

describe('an exchange over T=1', () => {
  it.each<[string, string, string, ...(readonly [string, string])[]]>([
    ['as it is', '80ca9f7f00', '01029000', ['80ca9f7f00', '01029000']],
    ['case 1', '80ca9f7f', '9000', ['80ca9f7f', '9000']],
    ['the length corrected', '80ca9f7f00', '01029000', ['80ca9f7f00', '6c02'], ['80ca9f7f02', '01029000']],
    ['corrected twice: handed on', '80ca9f7f00', '6c03', ['80ca9f7f00', '6c02'], ['80ca9f7f02', '6c03']],
    ['a chained answer', '80ca9f7f00', '0102039000', ['80ca9f7f00', '01026101'], [`${get}01`, '039000']],
    [
      'its second part corrected, on its channel',
      '82ca9f7f00',
      '010203046282',
      ['82ca9f7f00', '016110'],
      ['02c0000010', '6c02'],
      ['02c0000002', '02036101'],
      ['02c0000001', '046282'],
    ],
  ])('%s', async (_, command, answer, ...script) => {
    expect(await play(t1, command, ...script)).toBe(answer);
  });
});

describe('an exchange over T=0', () => {
  it.each<[string, string, string, ...(readonly [string, string])[]]>([
    ['case 1 with P3', '80ca9f7f', '9000', ['80ca9f7f00', '9000']],
    ['case 2', '80ca9f7f00', '019000', ['80ca9f7f00', '6c01'], ['80ca9f7f01', '019000']],
    ['case 3', '80e2000001aa', '9000', ['80e2000001aa', '9000']],
    ['case 4 without Le', '00a4040002a00000', '6f009000', ['00a4040002a000', '6102'], [`${get}02`, '6f009000']],
    ['case 4 refused', '00a4040002a00000', '6a82', ['00a4040002a000', '6a82']],
    [
      'an answer behind a warning',
      '00a4040002a00000',
      '6f006283',
      ['00a4040002a000', '6283'],
      [`${get}00`, '6c02'],
      [`${get}02`, '6f009000'],
    ],
    ['nothing behind a warning', '00a4040002a00000', '6283', ['00a4040002a000', '6283'], [`${get}00`, '6f00']],
    ['an extended answer', '80ca9f7f00ffff', '01029000', ['80ca9f7f00', '016101'], [`${get}01`, '029000']],
  ])('%s', async (_, command, answer, ...script) => {
    expect(await play(t0, command, ...script)).toBe(answer);
  });

  it('chains what is too long where the card announces that, and refuses to send it elsewhere', async () => {
    const data = Uint8Array.from({ length: 300 }, (_, at) => at & 255);
    const command = toHex(encodeCommand({ cla: 0x80, ins: 0xe2, p1: 0, p2: 0, data }));
    const first = `90e20000ff${toHex(data.subarray(0, 255))}`;
    const second = `80e200002d${toHex(data.subarray(255))}`;
    const chaining: CardTransport = { protocol: 'T=0', commandChaining: 'announced' };
    expect(await play(chaining, command, [first, '9000'], [second, '9000'])).toBe('9000');
    expect(await play(chaining, command, [first, '6884'])).toBe('6884');
    await expect(play(t0, command)).rejects.toMatchObject({ code: 'CARD-APDU' });
  });
});

describe('an answer without measure is CARD-ANSWER', () => {
  const select = fromHex('00a4040002a00000');
  it.each<[string, (turn: number) => string, string]>([
    ['announced without an end', () => '016101', 'it announces more without an end'],
    ['announced and empty', () => '6110', 'it is empty'],
    ['longer than asked for', (turn) => (turn === 0 ? '6101' : '01029000'), 'it is longer than was asked for'],
    ['long and short', () => `${'00'.repeat(257)}9000`, 'it is longer than was asked for'],
    ['over all bounds', () => `${'00'.repeat(256)}6100`, 'it is over 65,536 bytes'],
    ['6Cxx with data', () => '016c01', '6Cxx with data'],
  ])('%s', async (_, reply, reason) => {
    let turn = 0;
    const answer = exchangeWhole(t1, select, () => Promise.resolve(fromHex(reply(turn++))));
    await expect(answer).rejects.toMatchObject({ code: 'CARD-ANSWER', details: { reason } });
    expect(turn).toBeLessThan(600);
  });

  it('and bytes that are no command are not sent', async () => {
    const sent: Uint8Array[] = [];
    const send = (bytes: Uint8Array) => Promise.resolve(bytes).finally(() => sent.push(bytes));
    await expect(exchangeWhole(t1, fromHex('00a40400'.slice(0, 6)), send)).rejects.toMatchObject({ code: 'CARD-APDU' });
    await expect(exchangeWhole(t1, fromHex('00a4'), send)).rejects.toMatchObject({ code: 'CARD-APDU' });
    expect(sent).toEqual([]);
  });
});

it('hands over whole what a card gives in parts of any size, over both protocols', async () => {
  const parts = fc.array(fc.uint8Array({ minLength: 1, maxLength: 256 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(parts, fc.constantFrom(t0, t1), async (pieces, transport) => {
      const left = pieces.map((piece) => new Uint8Array(piece));
      const whole = concatBytes(...left);
      const answer = await exchangeWhole(transport, fromHex('80ca9f7f00'), () => {
        const data = left.shift() ?? new Uint8Array(0);
        const next = left[0]?.length;
        return Promise.resolve(
          encodeResponse({ data, statusWord: next === undefined ? 0x9000 : 0x6100 | (next & 255) }),
        );
      });
      expect(answer).toEqual(encodeResponse({ data: whole, statusWord: 0x9000 }));
    }),
  );
});

describe('a chain of commands', () => {
  it('bears every byte once, and the bit on all but its last', () => {
    const data = fc.uint8Array({ maxLength: 3000 }).map((bytes) => new Uint8Array(bytes));
    fc.assert(
      fc.property(data, fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 256 }), (body, longest, le) => {
        const head = { cla: 0x83, ins: 0xe2, p1: 1, p2: 2 };
        const chain = chainCommand(body.length === 0 ? { ...head, le } : { ...head, data: body, le }, longest);
        expect(concatBytes(...chain.map((part) => part.data ?? new Uint8Array(0)))).toEqual(body);
        expect(chain.map(({ cla, le: asked }) => [cla, asked])).toEqual(
          chain.map((_, at) => (at === chain.length - 1 ? [0x83, le] : [0x93, undefined])),
        );
        for (const part of chain) expect(decodeCommand(encodeCommand(part, 'short'))).toEqual(part);
      }),
    );
  });
  it.each([0x40, 0xc0, 0x10, 0xff])('is not made of class %i', (cla) => {
    const command = { cla, ins: 0xe2, p1: 0, p2: 0, data: new Uint8Array(256) };
    expect(() => chainCommand(command)).toThrow(expect.objectContaining({ code: 'CARD-APDU' }));
  });
});

describe('answer to reset', () => {
  it.each<[string, readonly number[], string, string, string]>([
    ['3be000008131fe45eb', [1], '', 'not-announced', 'contact'],
    ['3b6500002063cb6800', [0], '2063cb6800', 'not-announced', 'contact'],
    ['3b80800101', [0, 1], '', 'not-announced', 'contactless'],
    // MIFARE Classic 1K as readers name it, the example of PC/SC part 3 §3.1.3.2.3.2
    [
      '3b8f8001804f0ca000000306030001000000006a',
      [0, 1],
      '804f0ca00000030603000100000000',
      'not-announced',
      'contactless',
    ],
    // Yubikey 4 (its published ATR): card capabilities 73 C0 21 C0, chaining announced
    ['3bf81300008131fe15597562696b657934d4', [1], '597562696b657934', 'not-announced', 'contact'],
    ['3bfd1300008131fe158073c021c057597562694b657940', [1], '8073c021c057597562694b6579', 'announced', 'contact'],
  ])('%s', (atr, protocols, historical, commandChaining, form) => {
    expect(parseAnswerToReset(fromHex(atr))).toEqual({
      protocols,
      historicalBytes: fromHex(historical),
      commandChaining,
      form,
    });
  });
  it.each([
    '',
    '3b',
    '3a00',
    '3be000008131fe45ea',
    '3be000008131fe45',
    '3b6500002063cb680000',
    '3b80',
    `3b0f${'00'.repeat(32)}`,
  ])('refuses %s', (atr) => {
    expect(() => parseAnswerToReset(fromHex(atr))).toThrow(expect.objectContaining({ code: 'CARD-ANSWER' }));
  });
});
