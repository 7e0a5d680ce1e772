import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from './command-apdu.ts';
import { decodeCommand, encodeCommand } from './command-apdu.ts';
import { decodeResponse, encodeResponse, expectStatus } from './response-apdu.ts';
import { continuationOf, describeStatus } from './status-word.ts';

const head = { cla: 0x80, ins: 0xca, p1: 0x9f, p2: 0x7f };
const data = fromHex('a1a2');

describe('the seven forms of ISO/IEC 7816-3 §12.1.3', () => {
  it.each<[string, CommandApdu, string, 'short' | 'extended' | undefined]>([
    ['1', head, '80ca9f7f', undefined],
    ['2S', { ...head, le: 45 }, '80ca9f7f2d', undefined],
    ['2S all', { ...head, le: 256 }, '80ca9f7f00', undefined],
    ['3S', { ...head, data }, '80ca9f7f02a1a2', undefined],
    ['4S', { ...head, data, le: 256 }, '80ca9f7f02a1a200', undefined],
    ['2E', { ...head, le: 257 }, '80ca9f7f000101', undefined],
    ['2E all', { ...head, le: 65_536 }, '80ca9f7f000000', undefined],
    ['3E', { ...head, data }, '80ca9f7f000002a1a2', 'extended'],
    ['4E', { ...head, data, le: 65_536 }, '80ca9f7f000002a1a20000', undefined],
  ])('%s', (_, command, bytes, form) => {
    expect(toHex(encodeCommand(command, form))).toBe(bytes);
    expect(decodeCommand(fromHex(bytes))).toEqual(command);
  });

  it.each([
    '',
    '80ca9f',
    '80ca9f7f02a1',
    '80ca9f7f02a1a20000',
    '80ca9f7f0001',
    '80ca9f7f000000aa',
    '80ca9f7f000003a1a2',
  ])('refuses %s', (bytes) => {
    expect(() => decodeCommand(fromHex(bytes))).toThrow(expect.objectContaining({ code: 'CARD-APDU' }));
  });

  it.each<CommandApdu>([
    { ...head, cla: 256 },
    { ...head, le: 0 },
    { ...head, le: 65_537 },
    { ...head, data: new Uint8Array(65_536) },
  ])('does not write command %# out of range', (command) => {
    expect(() => encodeCommand(command)).toThrow(expect.objectContaining({ code: 'CARD-APDU' }));
  });
});

const byte = fc.integer({ min: 0, max: 255 });
const command = fc
  .record({
    cla: byte,
    ins: byte,
    p1: byte,
    p2: byte,
    data: fc.option(fc.uint8Array({ minLength: 1, maxLength: 700 }), { nil: undefined }),
    le: fc.option(fc.integer({ min: 1, max: 65_536 }), { nil: undefined }),
  })
  .map(({ data: body, le, ...rest }) => ({
    ...rest,
    ...(body === undefined ? {} : { data: new Uint8Array(body) }),
    ...(le === undefined ? {} : { le }),
  }));

it('reads back every command that it writes', () => {
  fc.assert(
    fc.property(command, (given) => {
      expect(decodeCommand(encodeCommand(given))).toEqual(given);
    }),
  );
});

it('reads or refuses any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const parse of [decodeCommand, decodeResponse]) {
        try {
          parse(bytes);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(StationFault);
        }
      }
    }),
  );
});

describe('answers', () => {
  it('splits data and status word', () => {
    expect(decodeResponse(fromHex('01029000'))).toEqual({ data: fromHex('0102'), statusWord: 0x9000 });
    expect(toHex(encodeResponse({ data: fromHex('0102'), statusWord: 0x61ff }))).toBe('010261ff');
  });
  it.each(['', '90'])('takes %o for a card that is gone', (bytes) => {
    expect(() => decodeResponse(fromHex(bytes))).toThrow(expect.objectContaining({ code: 'CARD-GONE' }));
  });
  it('names the command and the meaning of a refusal', () => {
    expect(() => expectStatus({ data, statusWord: 0x6a88 }, 'GET DATA')).toThrow(
      expect.objectContaining({
        code: 'CARD-STATUS',
        details: { command: 'GET DATA', statusWord: '6A88', meaning: 'referenced data not found' },
      }),
    );
    expect(expectStatus({ data, statusWord: 0x6310 }, 'GET STATUS', [0x9000, 0x6310])).toEqual(data);
  });
  it.each([
    [0x9000, { class: 'success', text: 'done', retry: 'never' }],
    [0x63c2, { class: 'warning', text: 'the check failed, 2 tries are left', retry: 'never' }],
    [0x6a82, { class: 'checking-error', text: 'file or application not found', retry: 'never' }],
    [0x6400, { class: 'execution-error', text: 'execution error, nothing changed', retry: 'ask-operator' }],
    [0x6c10, { class: 'length', text: 'wrong expected length, the right one is given', retry: 'retry' }],
    [0x9485, { class: 'checking-error', text: 'wrong key check value', retry: 'never' }],
    [0x1234, { class: 'unknown', text: 'a status word that no standard names', retry: 'ask-operator' }],
  ])('describes %i', (statusWord, meaning) => {
    expect(describeStatus(statusWord)).toEqual(meaning);
  });
  it('says what the transport must still do', () => {
    expect([0x6110, 0x6100, 0x6c05, 0x9000].map(continuationOf)).toEqual([
      { kind: 'get-response', le: 16 },
      { kind: 'get-response', le: 256 },
      { kind: 'repeat-with-length', le: 5 },
      { kind: 'complete' },
    ]);
  });
});
