import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, fromHex, toHex } from '../../bytes/bytes.ts';
import { encodeCommand } from '../apdu/command-apdu.ts';
import { constructed, encodeTlv, primitive } from '../tlv/ber-tlv.ts';
import { formatTraceLine, matchesTrace, parseTrace, readTraceBytes, traceBytes } from './trace-line.ts';
import { TraceRedactor } from './trace-redactor.ts';

const pan = '4761739001010010';
const secrets = {
  pan: fromHex(pan),
  track2: fromHex(`${pan}d29122011234567890123f`),
  name: ascii('DOE/JOHN'),
  key: fromHex('0123456789abcdeffedcba9876543210'),
  pin: fromHex('241234ffffffffff'),
  certificate: new Uint8Array(144).fill(0x6b),
};

/** What a redactor shows of one exchange. */
function shown(redactor: TraceRedactor, command: Uint8Array, answer: Uint8Array): readonly [string, string] {
  const marks = redactor.withheld(command, answer);
  return [traceBytes(command, marks.command), traceBytes(answer, marks.answer)];
}
const one = (command: string, answer: string) => shown(new TraceRedactor(), fromHex(command), fromHex(answer));
const stars = (count: number): string => '**'.repeat(count);

describe('a trace withholds', () => {
  it.each<[string, string, string, string, string]>([
    ['the PIN of VERIFY', '0020008008241234ffffffffff', '63c2', `0020008008${stars(8)}`, '63C2'],
    ['keys of PUT KEY', '84d80181060102030405 06', '019000', `84D8018106${stars(6)}`, `${stars(1)}9000`],
    ['STORE DATA', '84e200000480010101', '9000', `84E2000004${stars(4)}`, '9000'],
    ['STORE DATA of the extended form', '84e20000000004800101010000', '9000', `84E20000000004${stars(4)}0000`, '9000'],
    ['UPDATE RECORD', '04dc010c025a01', '9000', `04DC010C02${stars(2)}`, '9000'],
    ['the parameters of INSTALL', '80e60c0003c90101', '009000', `80E60C0003${stars(3)}`, `${stars(1)}9000`],
    ['commands that nobody knows', '80fe00000201020a', '0a0b9000', `80FE000002${stars(2)}0A`, `${stars(2)}9000`],
    ['bytes that are no command', '00a4040009a0', '6700', `00A4040009A0`, '6700'],
    ['bytes that are no known command', '00fe040009a0', '6700', `00FE0400${stars(2)}`, '6700'],
    ['answers that are no objects', '00b2010c00', '700a5a0812349000', '00B2010C00', `${stars(6)}9000`],
    ['objects that nobody knows', '80cadf0100', 'df0102aabb9000', '80CADF0100', `DF0102${stars(2)}9000`],
    [
      'nothing of the way into an application',
      '00a4040007a0000000031010',
      '6f098407a00000000310109000',
      '00A4040007A0000000031010',
      '6F098407A00000000310109000',
    ],
    [
      'nothing of the opening of a channel',
      '8050300008000102030405060700',
      '01029000',
      '8050300008000102030405060700',
      '01029000',
    ],
  ])('%s', (_, command, answer, commandShown, answerShown) => {
    expect(one(command, answer)).toEqual([commandShown, answerShown]);
  });

  it('persons and accounts in a record, and shows what belongs to the product', () => {
    const record = encodeTlv(
      constructed(0x70, [
        primitive(0x57, secrets.track2),
        primitive(0x5f20, secrets.name),
        primitive(0x9f46, secrets.certificate),
        primitive(0x8e, fromHex('00000000000000001f00')),
      ]),
    );
    const [, answer] = shown(new TraceRedactor(), fromHex('00b2010c00'), concatBytes(record, fromHex('9000')));
    expect(answer).toBe(`7081C05713${stars(19)}5F2008${stars(8)}9F468190${stars(144)}8E0A00000000000000001F009000`);
  });

  it('an account number where a list asks for it, once the card has told it, whatever stands around it', () => {
    const redactor = new TraceRedactor();
    const record = concatBytes(encodeTlv(constructed(0x70, [primitive(0x57, secrets.track2)])), fromHex('9000'));
    shown(redactor, fromHex('00b2010c00'), record);
    const generate = encodeCommand({ cla: 0x80, ins: 0xae, p1: 0x80, p2: 0, data: fromHex(`0001${pan}ff02`), le: 256 });
    expect(shown(redactor, generate, fromHex('9000'))).toEqual([`80AE80000C0001${stars(8)}FF0200`, '9000']);
    redactor.forget();
    expect(shown(redactor, generate, fromHex('9000'))).toEqual([`80AE80000C0001${pan}FF0200`, '9000']);
  });

  it('every planted secret, wherever it stands in the exchanges that carry secrets', () => {
    const values = fc.constantFrom(...Object.values(secrets));
    const carriers = fc.constantFrom(0x20, 0x24, 0x2c, 0xd2, 0xd6, 0xd8, 0xda, 0xdc, 0xe2, 0x01, 0xfe);
    const templates = fc.constantFrom(0x57, 0x5a, 0x5f20, 0x9f0b, 0x9f1f, 0x9f46, 0xdf01, 0xc1c2);
    fc.assert(
      fc.property(values, carriers, templates, fc.boolean(), (secret, ins, tag, protectedBy) => {
        const cla = protectedBy ? 0x84 : 0x80;
        const command = encodeCommand({ cla, ins, p1: 0, p2: 0, data: concatBytes(fromHex('0102'), secret), le: 256 });
        const record = encodeTlv(
          constructed(0x70, [constructed(0x61, [primitive(tag === 0xc1c2 ? 0xdf02 : tag, secret)])]),
        );
        const texts = [
          ...shown(new TraceRedactor(), command, concatBytes(secret, fromHex('9000'))),
          ...shown(new TraceRedactor(), fromHex('00b2010c00'), concatBytes(record, fromHex('9000'))),
        ].join(' ');
        expect(texts.toLowerCase()).not.toContain(toHex(secret));
      }),
    );
  });

  it('reads any bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((given) => new Uint8Array(given));
    fc.assert(
      fc.property(bytes, bytes, (command, answer) => {
        const [first, second] = shown(new TraceRedactor(), command, answer);
        expect([first.length, second.length]).toEqual([command.length * 2, answer.length * 2]);
        expect(matchesTrace(command, first)).toBe('yes');
      }),
    );
  });
});

describe('a recording', () => {
  it('has one exchange a line and is read back', () => {
    const lines = [
      { command: '00A4040000', answer: '6F009000', milliseconds: 12.3 },
      { command: '0020008008****************', answer: '63C2', milliseconds: 0.1 },
      { command: '00B2010C00', answer: { fault: 'CARD-GONE' }, milliseconds: 1500 },
    ];
    const text = ['# card 7', ...lines.map(formatTraceLine), ''].join('\n');
    expect(text.split('\n')[1]).toBe('00A4040000 6F009000 12.3');
    expect(parseTrace(text)).toEqual(lines);
    expect([readTraceBytes('6F00'), readTraceBytes('**00')]).toEqual([fromHex('6f00'), null]);
    expect(matchesTrace(fromHex('00200080082412345678901234'), lines[1]?.command ?? '')).toBe('yes');
    expect(matchesTrace(fromHex('00200080082412345678901234'), '0020008008')).toBe('no');
  });
  it.each([
    '00A4040000',
    '00A4040000 9000',
    '00A404 9000 1.0',
    '00A4040000 90 1.0',
    '00A4040000 9000 1',
    '00a4040000 9000 1.0',
    '00A4040000 9000 1.0 x',
    '00A4040000 gone 1.0',
  ])('is refused with the line %s', (line) => {
    expect(() => parseTrace(`00A4040000 9000 1.0\n${line}`)).toThrow(
      expect.objectContaining({
        code: 'ENCODER-REFUSED',
        details: { reader: 'recording', reason: 'line 2 is no exchange' },
      }),
    );
  });
});

it('remembers and searches no more of a card’s answers than it can bear, and then withholds everything', () => {
  const redactor = new TraceRedactor();
  const command = fromHex('80ca00ee00');
  const hostile = (from: number): Uint8Array =>
    concatBytes(
      ...Array.from({ length: 300 }, (_, at) => Uint8Array.of(0xdf, 0x01, 5, from, at >> 8, at & 255, 7, 9)),
      fromHex('9000'),
    );
  for (let from = 0; from < 20; from++) redactor.withheld(command, hostile(from));
  const long = concatBytes(new Uint8Array(60_000).fill(0xdf), fromHex('9000'));
  const marks = redactor.withheld(command, long);
  expect(marks.answer.slice(0, -2).every((withheld) => withheld)).toBe(true);
  expect(marks.answer.slice(-2)).toEqual([false, false]);
});
