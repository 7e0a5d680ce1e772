import { expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { retailMac } from './card-des.ts';
import {
  lengthByte,
  padded8,
  scriptFormat1,
  scriptFormat2,
  sessionKey,
  tdes,
  tdesCbc,
  tlv,
  valueOf,
  exclusiveOr,
} from './hand-written-issuer.ts';
import { masterKeys, PaymentTerminal } from './payment-card.ts';

/** A transaction that has its request cryptogram, and the issuer's keys for scripts to it. */
interface Online {
  readonly terminal: PaymentTerminal;
  readonly request: string;
  readonly counter: string;
  readonly mac: string;
  readonly encipherment: string;
}

function online(terminal = PaymentTerminal.of()): Online {
  terminal.begin();
  const answer = terminal.first('80');
  const [request = '', counter = ''] = [valueOf(answer, '9F26'), valueOf(answer, '9F36')];
  return {
    terminal,
    request,
    counter,
    mac: sessionKey(masterKeys.scriptMac, request),
    encipherment: sessionKey(masterKeys.scriptEncipherment, request),
  };
}

/** Sends a script command of format 2. */
function sent({ terminal, mac, counter, request }: Online, header: string, data = ''): string {
  return terminal.send(scriptFormat2(mac, counter, request, header, data));
}

/** What the next first cryptogram shows of scripts: byte 4 of the card verification results. */
function shownNext(terminal: PaymentTerminal): string | undefined {
  terminal.begin();
  return valueOf(terminal.first('00'), '9F10')?.slice(12, 14);
}

/** Completes a transaction online: the issuer approves by method 1. */
function complete({ terminal, request, counter }: Online): string {
  const key = sessionKey(masterKeys.cryptogram, `${counter}000000000000`);
  return terminal.second('40', { '91': `${tdes(key, exclusiveOr(request, '3030000000000000'))}3030` });
}

const rightPin = '0020008008241234FFFFFFFFFF';

test('MAC and encipherment give the published values', () => {
  // pyemv 1.4.0, module documentation of sm (github.com/knovichikhin/pyemv).
  const key = '0123456789ABCDEFFEDCBA9876543210';
  expect(toHex(retailMac(fromHex(key), new Uint8Array(8), fromHex('8424000008'))).toUpperCase()).toBe(
    '0BFFF5DF3FAA24E1',
  );
  expect(tdesCbc(key, padded8('249999FFFFFFFFFF'))).toBe('5A862D1381CCB94822CFDD706A376178');
});

test('APPLICATION BLOCK and UNBLOCK: SELECT answers 6283 with its data, and only AACs are given until unblocked', () => {
  const first = online();
  const { terminal } = first;
  const selected = terminal.select();
  const again = online(terminal);
  expect([sent(again, '841E0000'), terminal.select()]).toEqual(['9000', `${selected.slice(0, -4)}6283`]);
  const blocked = ['40', '80'].map((p1) => {
    terminal.begin();
    return valueOf(terminal.first(p1), '9F27');
  });
  expect(blocked).toEqual(['00', '00']);
});

test('an application is unblocked in the transaction that blocked it, and counts both commands', () => {
  const it = online();
  expect([sent(it, '841E0000'), sent(it, '84180000')]).toEqual(['9000', '9000']);
  expect(valueOf(complete(it), '9F10')?.slice(12, 14)).toBe('20');
  expect([it.terminal.select().slice(-4), shownNext(it.terminal)]).toEqual(['9000', '20']);
  // The next transaction completed online starts counting anew.
  expect(complete(online(it.terminal)).slice(-4)).toBe('9000');
  expect(shownNext(it.terminal)).toBe('00');
});

test('CARD BLOCK: nothing can be selected any more, also after power was lost', () => {
  const it = online();
  expect([sent(it, '84160000'), it.terminal.select(), it.terminal.send('00A4040000')]).toEqual([
    '9000',
    '6A81',
    '6A81',
  ]);
  expect(PaymentTerminal.after(it.terminal.chip.state).select()).toBe('6A81');
});

test('PIN CHANGE/UNBLOCK gives the tries back and sets an enciphered PIN, in both formats', () => {
  const terminal = PaymentTerminal.of();
  terminal.begin();
  for (let each = 0; each < 3; each++) terminal.send('0020008008241235FFFFFFFFFF');
  const it = online(terminal);
  expect([sent(it, '84240000'), terminal.send('80CA9F1700')]).toEqual(['9000', '9F1701039000']);
  const enciphered = (block: string): string => tdesCbc(it.encipherment, padded8(block));
  expect(sent(it, '84240002', enciphered('244321FFFFFFFFFF'))).toBe('9000');
  terminal.begin();
  expect([terminal.send(rightPin), terminal.send('0020008008244321FFFFFFFFFF')]).toEqual(['63C2', '9000']);
  const next = online(terminal);
  const object = tlv('87', `01${tdesCbc(next.encipherment, padded8('241234FFFFFFFFFF'))}`);
  expect(terminal.send(scriptFormat1(next.mac, next.request, '8C240002', object, 4).command)).toBe('9000');
  terminal.begin();
  expect(terminal.send(rightPin)).toBe('9000');
});

test('format 1 chains the full MAC from command to command, whatever length is sent', () => {
  const it = online();
  const { terminal, mac, request } = it;
  const block = scriptFormat1(mac, request, '8C1E0000', '', 4);
  const unblock = scriptFormat1(mac, block.mac, '8C180000', '', 8);
  const put = scriptFormat1(mac, unblock.mac, '0CDADF01', tlv('81', '112233'), 5);
  expect([block, unblock, put].map(({ command }) => terminal.send(command))).toEqual(['9000', '9000', '9000']);
  expect(terminal.send('80CADF0100')).toBe('DF01031122339000');
});

test('PUT DATA and UPDATE RECORD replace what is there, by its rules', () => {
  const it = online();
  const { terminal } = it;
  const record = '70045F340102';
  expect([sent(it, '04DADF01', '445566'), sent(it, '04DA9F17', '02'), sent(it, '04DC010C', '70055F340102')]).toEqual([
    '9000',
    '9000',
    '6A80',
  ]);
  expect(sent(it, '04DC010C', record)).toBe('9000');
  expect([terminal.send('80CADF0100'), terminal.send('80CA9F1700'), terminal.send('00B2010C00')]).toEqual([
    'DF01034455669000',
    '9F1701029000',
    `${record}9000`,
  ]);
  const refused = [
    sent(it, '04DADF01', '4455'),
    sent(it, '04DADF02', '44'),
    sent(it, '04DA9F17', '04'),
    sent(it, '04DC090C', record),
    sent(it, '04DC010D', record),
    sent(it, '84240001'),
    sent(it, '841E0100'),
    sent(it, '841E0000', '00'),
    sent(it, '84DADF01', '445566'),
  ];
  expect(refused).toEqual(['6700', '6A88', '6A80', '6A83', '6A86', '6A86', '6A86', '6700', '6E00']);
  expect(valueOf(complete(it), '9F10')?.slice(12, 14)).toBe('38');
  complete(online(terminal));
  expect(shownNext(terminal)).toBe('00');
});

test('a wrong MAC does nothing, closes the script, and is remembered until a transaction is completed online', () => {
  for (let byte = 0; byte < 8; byte++) {
    const it = online();
    const command = fromHex(scriptFormat2(it.mac, it.counter, it.request, '841E0000'));
    command[5 + byte] = (command[5 + byte] ?? 0) ^ 0x01;
    expect([it.terminal.send(toHex(command)), sent(it, '841E0000'), it.terminal.select().slice(-4)]).toEqual([
      '6988',
      '6985',
      '9000',
    ]);
    expect(it.terminal.application.payment?.flags).toEqual(['last-online-not-completed', 'script-failed']);
  }
  const bad = [`8C1E000005${tlv('8E', '112233')}`, '8C1E000000', '841E0000', `841E000004${'00'.repeat(4)}`];
  expect(bad.map((command) => online().terminal.send(command))).toEqual(['6988', '6988', '6988', '6988']);
});

test('a PIN that comes in clear is refused, though its MAC is right', () => {
  const it = online();
  const object = tlv('81', '244321FFFFFFFFFF');
  expect(it.terminal.send(scriptFormat1(it.mac, it.request, '8C240002', object).command)).toBe('6A80');
  expect(it.terminal.application.payment?.flags).toContain('script-failed');
  it.terminal.begin();
  expect(it.terminal.send(rightPin)).toBe('9000');
});

test('scripts need a request cryptogram of this transaction; other commands with secure messaging are not known', () => {
  const terminal = PaymentTerminal.of();
  const block = `841E0000${lengthByte('00'.repeat(8))}${'00'.repeat(8)}`;
  terminal.select();
  expect(terminal.send(block)).toBe('6985');
  terminal.begin();
  expect(terminal.send(block)).toBe('6985');
  terminal.first('40');
  expect(terminal.send(block)).toBe('6985');
  const it = online(terminal);
  complete(it);
  expect(sent(it, '841E0000')).toBe('9000');
  terminal.begin();
  expect([terminal.send(block), terminal.send('8C20008000'), terminal.send('84AE800000')]).toEqual([
    '6985',
    '6E00',
    '6982',
  ]);
  const bare = PaymentTerminal.of({ without: ['8000'] });
  bare.begin();
  expect(bare.send(block)).toBe('6985');
});
