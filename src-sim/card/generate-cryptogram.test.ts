import { expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { cryptogramOf, responseCryptogram1, responseCryptogram2, sessionKeyOf } from './card-cryptogram.ts';
import { exclusiveOr, macOfBlocks, padded8, sessionKey, tdes, tlv, valueOf } from './hand-written-issuer.ts';
import { masterKeys, PaymentTerminal, terminalValues } from './payment-card.ts';
import type { CardOtherwise } from './payment-card.ts';

const order = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37'];

/** Recomputes the cryptogram of an answer from what the terminal sent and what the answer says. EMV Book 2 v4.4 CCD Table CCD 3. */
function recomputed(answer: string, other: Readonly<Record<string, string>> = {}, profile = '7900'): string {
  const counter = valueOf(answer, '9F36') ?? '';
  const sent = order.map((tag) => other[tag] ?? terminalValues[tag]).join('');
  const key = sessionKey(masterKeys.cryptogram, `${counter}000000000000`);
  return macOfBlocks(key, padded8(sent + profile + counter + (valueOf(answer, '9F10') ?? '')));
}

function resultsOf(answer: string): string {
  return (valueOf(answer, '9F10') ?? '').slice(6, 16);
}

function keyOf(counter: string): string {
  return sessionKey(masterKeys.cryptogram, `${counter}000000000000`);
}

/** Issuer authentication data of method 1. EMV Book 2 v4.4 §8.2.1. */
function method1(request: string, code: string, counter = '0001'): string {
  return tdes(keyOf(counter), exclusiveOr(request, `${code}000000000000`)) + code;
}

/** Issuer authentication data of method 2. EMV Book 2 v4.4 §8.2.2. */
function method2(request: string, update: string, underMac = '', counter = '0001'): string {
  return macOfBlocks(keyOf(counter), padded8(request + update + underMac)).slice(0, 8) + update + underMac;
}

/** Begins a transaction, asks for a request cryptogram and returns it. */
function online(terminal: PaymentTerminal): string {
  terminal.begin();
  return valueOf(terminal.first('80'), '9F26') ?? '';
}

test('session keys, request and response cryptograms give the published values', () => {
  // pyemv 1.4.0, module documentation of kd and package documentation (github.com/knovichikhin/pyemv); parity bits of keys do not count.
  const even = (key: string): string => toHex(fromHex(key).map((byte) => byte & 0xfe)).toUpperCase();
  const derived = toHex(sessionKeyOf(fromHex(masterKeys.cryptogram), fromHex('001C000000000000'))).toUpperCase();
  expect(even(derived)).toBe(even('E9FB384AF807B940FEDCEA613461B0C4'));
  const key = fromHex('29B33180E567CE38EA4CBC9D753B0E61');
  const none = new Uint8Array();
  const data = fromHex('0123456789ABCDEF0123456789ABCDEF');
  const request = cryptogramOf(key, new Map(), { profile: data, counter: none, issuerData: none });
  expect(toHex(request)).toBe('fa624250b008b59a');
  expect(toHex(responseCryptogram1(key, request, fromHex('0000')))).toBe('45d4255eef10c920');
  expect(toHex(responseCryptogram2(key, request, fromHex('00000000')))).toBe('cb56fa40');
});

test.each([
  ['00', '00', 'an AAC', '80'],
  ['40', '40', 'a TC', '90'],
  ['80', '80', 'a request cryptogram', 'A0'],
])('asked with %s it answers %s, %s, over the elements of Table CCD 3 and all of its data', (p1, cid, _name, byte1) => {
  const terminal = PaymentTerminal.of();
  expect(terminal.begin()).toBe('770A820279009404080104009000');
  const answer = terminal.first(p1);
  const issuerData = `0FA501${byte1}30000000${'00'.repeat(8)}0F${'00'.repeat(15)}`;
  const body = tlv('9F27', cid) + tlv('9F36', '0001') + tlv('9F26', recomputed(answer)) + tlv('9F10', issuerData);
  expect(answer).toBe(`${tlv('77', body)}9000`);
});

test('format 1 where the processing options were personalised so, with the same cryptogram', () => {
  const terminal = PaymentTerminal.of({ groupings: { '9104': '8006790008010400' } });
  expect(terminal.begin()).toBe('80067900080104009000');
  const answer = terminal.first('40');
  const value = valueOf(answer, '80') ?? '';
  const asObjects = tlv('9F36', value.slice(2, 6)) + tlv('9F10', value.slice(22));
  expect([value.slice(0, 6), value.slice(6, 22), value.length]).toEqual(['400001', recomputed(asObjects), 86]);
});

test('second cryptogram: asked for TC it follows the issuer by method 1 in CDOL2, and counts as completed online', () => {
  for (const [code, cid, byte1] of [
    ['3030', '40', '60'],
    ['3035', '00', '20'],
  ] as const) {
    const terminal = PaymentTerminal.of();
    const other = { '91': method1(online(terminal), code), '8A': code };
    const answer = terminal.second('40', other);
    expect([valueOf(answer, '9F27'), resultsOf(answer), valueOf(answer, '9F26')]).toEqual([
      cid,
      `${byte1}30000000`,
      recomputed(answer, other),
    ]);
    expect(terminal.send('80CA9F1300')).toBe('9F130200019000');
    expect(terminal.application.payment?.flags).toEqual([]);
  }
});

test('second cryptogram by method 2: the card status update approves, sets tries, sends online and blocks', () => {
  const long = { lengths: { '91': 16 } } satisfies CardOtherwise;
  const terminal = PaymentTerminal.of(long);
  const answered = (update: string, underMac = '', after = ''): string => {
    const request = online(terminal);
    const counter = terminal.send('80CA9F3600').slice(6, 10);
    const data = method2(request, update, underMac, counter).padEnd(32 - after.length, '0') + after;
    return terminal.second('40', { '91': data });
  };
  const approved = answered('00800000');
  expect([valueOf(approved, '9F27'), resultsOf(approved)]).toEqual(['40', '6030000000']);
  expect(valueOf(answered('00000000'), '9F27')).toBe('00');
  // Proprietary data are under the MAC where the update says so, all eight bytes.
  expect(valueOf(answered('80800000', '1122334455667788'), '9F27')).toBe('40');
  expect(valueOf(answered('80800000', '11223344556677'), '9F27')).toBe('00');
  answered('00800000');
  // Tries 2, go online next.
  const next = answered('02980000');
  expect([valueOf(next, '9F27'), resultsOf(next).slice(6, 8), terminal.send('80CA9F1700')]).toEqual([
    '40',
    '02',
    '9F1701029000',
  ]);
  terminal.begin();
  expect(valueOf(terminal.first('40'), '9F27')).toBe('80');
  // Application block.
  const blocked = answered('00A00000');
  expect([valueOf(blocked, '9F27'), terminal.select().slice(-4)]).toEqual(['40', '6283']);
  terminal.begin();
  expect(valueOf(terminal.first('40'), '9F27')).toBe('00');
});

test('a card status update that blocks the card ends every selection', () => {
  const terminal = PaymentTerminal.of({ lengths: { '91': 8 } });
  const answer = terminal.second('40', { '91': method2(online(terminal), '00C00000') });
  expect([valueOf(answer, '9F27'), terminal.select(), terminal.send('00A4040000')]).toEqual(['40', '6A81', '6A81']);
});

test('a wrong issuer, none, and a terminal that is unable to go online', () => {
  const outcome = (other: Readonly<Record<string, string>>): unknown[] => {
    const terminal = PaymentTerminal.of();
    online(terminal);
    const answer = terminal.second('40', other);
    return [valueOf(answer, '9F27'), resultsOf(answer), terminal.application.payment?.flags];
  };
  expect(outcome({ '91': '11'.repeat(10) })).toEqual(['00', '2130000000', ['issuer-authentication-failed']]);
  expect(outcome({})).toEqual(['00', '2230000000', ['issuer-authentication-not-performed']]);
  expect(outcome({ '8A': '5933' })).toEqual(['40', '6230000100', ['issuer-authentication-not-performed']]);
  expect(outcome({ '8A': '5A33' })).toEqual(['00', '2230000100', ['issuer-authentication-not-performed']]);
});

test('a transaction that was not completed sends the next online and shows until an issuer is proven', () => {
  const terminal = PaymentTerminal.of();
  online(terminal);
  terminal.begin();
  const first = terminal.first('40');
  expect([valueOf(first, '9F27'), resultsOf(first)]).toEqual(['80', 'A031000000']);
  const second = terminal.second('40', { '91': method1(valueOf(first, '9F26') ?? '', '3030', '0002') });
  expect([valueOf(second, '9F27'), resultsOf(second)]).toEqual(['40', '6030000000']);
  terminal.begin();
  expect(valueOf(terminal.first('40'), '9F27')).toBe('40');
});

test('offline transactions are counted against their limits', () => {
  const terminal = PaymentTerminal.of({ objects: '9F1401019F230102' });
  const kinds = [1, 2, 3].map(() => {
    terminal.begin();
    return valueOf(terminal.first('40'), '9F27');
  });
  expect(kinds).toEqual(['40', '40', '80']);
  // Unable to go online twice: the third offline transaction is still within the upper limit, the fourth is not.
  expect(valueOf(terminal.second('40', { '8A': '5933' }), '9F27')).toBe('40');
  const request = online(terminal);
  const answer = terminal.second('40', { '8A': '5933' });
  expect([valueOf(answer, '9F27'), resultsOf(answer).slice(4, 6), request.length]).toEqual(['00', 'C0', 16]);
});

test('failed offline data authentication shows in the transaction after it', () => {
  const terminal = PaymentTerminal.of();
  terminal.begin();
  const failed = terminal.first('00', { '95': '0800000000' });
  terminal.begin();
  const next = terminal.first('40');
  terminal.begin();
  const last = terminal.first('40');
  expect([failed, next, last].map((answer) => resultsOf(answer).slice(6, 8))).toEqual(['00', '04', '00']);
});

test('an application that knows no issuer authentication follows the terminal', () => {
  const terminal = PaymentTerminal.of({
    groupings: { '0102': tlv('70', tlv('8C', '9F3704') + tlv('8D', '8A029F3704')) },
  });
  terminal.begin();
  terminal.generate('80', '11223344');
  const answer = terminal.generate('40', '303011223344');
  expect([valueOf(answer, '9F27'), terminal.application.payment]).toEqual([
    '40',
    {
      flags: ['issuer-authentication-not-performed'],
      lastOnlineCounter: 1,
      offlineTransactions: 0,
      pinTries: 3,
      pinTryLimit: 3,
      scriptCommands: 0,
    },
  ]);
});

test('EXTERNAL AUTHENTICATE where the AIP says so: once a transaction, between the two cryptograms', () => {
  const terminal = PaymentTerminal.of({ groupings: { '9104': '82027D00940408010400' } });
  const external = (data: string): string =>
    terminal.send(`00820000${(data.length / 2).toString(16).padStart(2, '0')}${data}`);
  terminal.select();
  expect(external('00'.repeat(10))).toBe('6985');
  const request = online(terminal);
  const right = method1(request, '3030');
  expect([external('00'.repeat(7)), external('00'.repeat(17)), external(right), external(right)]).toEqual([
    '6700',
    '6700',
    '9000',
    '6985',
  ]);
  expect(valueOf(terminal.second('40'), '9F27')).toBe('40');
  expect(external(right)).toBe('6985');
  const again = online(terminal);
  expect([external(`${'0'.repeat(16)}3030`), external(method1(again, '3030', '0002'))]).toEqual(['6300', '6985']);
  const answer = terminal.second('40');
  expect([valueOf(answer, '9F27'), resultsOf(answer).slice(0, 2)]).toEqual(['00', '21']);
  const other = PaymentTerminal.of();
  const unasked = online(other);
  expect(other.send(`008200000A${method1(unasked, '3030')}`)).toBe('6985');
});

test('what breaks a rule is refused and changes nothing', () => {
  const terminal = PaymentTerminal.of();
  terminal.select();
  expect(terminal.first('80')).toBe('6985');
  terminal.begin();
  const before = JSON.stringify(terminal.chip.state);
  expect([
    terminal.generate('80', '1122334400000000'),
    terminal.first('C0'),
    terminal.first('81'),
    terminal.send('80AE8001041122334400'),
    terminal.send('00AE8000041122334400'),
    terminal.send('80AE80000411223344'),
    terminal.first('80', { '9F02': '0000000A0000' }),
    terminal.first('90'),
  ]).toEqual(['6700', '6A86', '6A86', '6A86', '6E00', '6700', '6A80', '6985']);
  expect(JSON.stringify(terminal.chip.state)).toBe(before);
  expect([terminal.first('80').slice(-4), terminal.second('80')]).toEqual(['9000', '6985']);
  const over = PaymentTerminal.of();
  over.begin();
  expect([over.first('40').slice(-4), over.first('40'), over.second('40')]).toEqual(['9000', '6985', '6985']);
  const twice = PaymentTerminal.of();
  online(twice);
  expect([twice.second('40').slice(-4), twice.second('40')]).toEqual(['9000', '6985']);
  for (const without of [['8000'], ['0102']]) {
    const bare = PaymentTerminal.of({ without });
    bare.begin();
    expect(bare.first('80')).toBe('6985');
  }
});
