import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { expect, test } from 'vitest';
import { publicKeyPem } from './hand-written-certificates.ts';
import type { TestKeyPair } from './hand-written-certificates.ts';
import { lengthByte, valueOf } from './hand-written-issuer.ts';
import { makeCardKeys, PaymentTerminal } from './payment-card.ts';

const right = '241234FFFFFFFFFF';
const wrong = '241235FFFFFFFFFF';

function verify(terminal: PaymentTerminal, block: string, p2 = '80'): string {
  return terminal.send(`002000${p2}${lengthByte(block)}${block}`);
}

function tries(terminal: PaymentTerminal): string {
  return terminal.send('80CA9F1700').slice(6, 8);
}

/** What the card verification results say of the PIN: their second byte. */
function shown(terminal: PaymentTerminal): string | undefined {
  return valueOf(terminal.first('00'), '9F10')?.slice(8, 10);
}

test('a wrong PIN costs a try, the right one gives them all back', () => {
  const terminal = PaymentTerminal.of();
  terminal.begin();
  expect([verify(terminal, wrong), verify(terminal, wrong), tries(terminal)]).toEqual(['63C2', '63C1', '01']);
  expect([verify(terminal, right), tries(terminal), shown(terminal)]).toEqual(['9000', '03', '38']);
  terminal.begin();
  expect([verify(terminal, wrong), shown(terminal)]).toEqual(['63C2', '2C']);
});

test('the last try blocks: 6983 in this transaction, 6984 in the next, also after power was lost', () => {
  const terminal = PaymentTerminal.of();
  terminal.begin();
  expect([1, 2, 3, 4].map(() => verify(terminal, wrong))).toEqual(['63C2', '63C1', '63C0', '6983']);
  expect([verify(terminal, right), tries(terminal), shown(terminal)]).toEqual(['6983', '00', '0E']);
  const again = PaymentTerminal.after(terminal.chip.state);
  again.begin();
  expect([verify(again, right), tries(again)]).toEqual(['6984', '00']);
  // Tries used up: a TC is not given offline.
  expect(valueOf(again.first('40'), '9F27')).toBe('80');
});

test('blocks that no PIN has, other parameters and the wrong moment cost no try', () => {
  const terminal = PaymentTerminal.of();
  terminal.select();
  expect(verify(terminal, right)).toBe('6985');
  terminal.begin();
  const refused: readonly (readonly [string, string, string])[] = [
    ['341234FFFFFFFFFF', '80', '6A80'],
    ['231234FFFFFFFFFF', '80', '6A80'],
    ['2D1234FFFFFFFFFF', '80', '6A80'],
    ['24123AFFFFFFFFFF', '80', '6A80'],
    ['2412345FFFFFFFFF', '80', '6A80'],
    ['241234FFFFFFFF', '80', '6700'],
    [right, '00', '6A86'],
    [right, '81', '6A86'],
  ];
  for (const [block, p2, sw] of refused) expect([block, p2, verify(terminal, block, p2)]).toEqual([block, p2, sw]);
  expect([tries(terminal), terminal.send(`0020018008${right}`)]).toEqual(['03', '6A86']);
  terminal.first('80');
  expect(verify(terminal, right)).toBe('6985');
  const bare = PaymentTerminal.of({ without: ['8010'] });
  bare.begin();
  expect([verify(bare, right), bare.send('80CA9F1700')]).toEqual(['6A88', '6A88']);
});

function enciphered(pair: TestKeyPair, clear: string): string {
  const key = { key: createPublicKey(publicKeyPem(pair.modulus, pair.exponent)), padding: constants.RSA_NO_PADDING };
  const block = clear.padEnd(pair.modulus.length, '5A');
  return publicEncrypt(key, Buffer.from(block, 'hex')).toString('hex').toUpperCase();
}

test('an enciphered PIN, by the PIN key or else the key that signs, with the number of the GET CHALLENGE just before', () => {
  const keys = makeCardKeys();
  for (const [pair, without] of [
    [keys.pin, []],
    [keys.card, ['83']],
  ] as const) {
    const terminal = PaymentTerminal.of({ keys, without });
    terminal.begin();
    const challenge = (): string => terminal.send('0084000000').slice(0, 16);
    const sent = (block: string, number: string, header = '7F'): string =>
      verify(terminal, enciphered(pair, header + block + number), '88');
    expect([sent(right, challenge()), tries(terminal)]).toEqual(['9000', '03']);
    expect(sent(wrong, challenge())).toBe('63C2');
    // Another number, another header: a wrong PIN.
    challenge();
    expect(sent(right, '00'.repeat(8))).toBe('63C1');
    expect([sent(right, challenge(), '7E'), tries(terminal)]).toEqual(['63C0', '00']);
    expect(sent(right, challenge())).toBe('6983');
  }
});

test('a challenge is used up by the next command, whatever it is; an enciphered block has the length of the key', () => {
  const keys = makeCardKeys();
  const terminal = PaymentTerminal.of({ keys });
  terminal.begin();
  const sent = (number: string): string => verify(terminal, enciphered(keys.pin, `7F${right}${number}`), '88');
  expect(sent('00'.repeat(8))).toBe('6985');
  const number = terminal.send('0084000000');
  terminal.send('80CA9F1700');
  expect([number.slice(16), sent(number.slice(0, 16))]).toEqual(['9000', '6985']);
  terminal.send('0084000000');
  expect(verify(terminal, '00'.repeat(127), '88')).toBe('6700');
  expect([terminal.send('0084010000'), terminal.send('0084000004'), terminal.send('8084000000')]).toEqual([
    '6A86',
    '6700',
    '6E00',
  ]);
  const bare = PaymentTerminal.of();
  bare.begin();
  expect(verify(bare, '00'.repeat(128), '88')).toBe('6A88');
});
