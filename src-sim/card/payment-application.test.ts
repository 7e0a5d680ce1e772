import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthByte, tlv } from './hand-written-issuer.ts';
import { cdol1, fciTemplate, options, PaymentTerminal, valuesFor } from './payment-card.ts';
import { trainingCard } from './training-card.ts';

const named = tlv('84', trainingCard.aid);
const contactlessTemplate = tlv('A5', '5004544553549F38069F66049F3704');

function selection(template: string): string {
  return `${tlv('6F', named + template)}9000`;
}

test('each side has its own answer to SELECT, PDOL and processing options, else those of the contact side', () => {
  const groupings = { '9103': contactlessTemplate, '9105': '82021980940408010200' };
  const sides = (['contact', 'contactless'] as const).map((side) => {
    const terminal = PaymentTerminal.of({ side, groupings });
    return [terminal.select(), terminal.begin(), terminal.begin('3600400011223344')];
  });
  expect(sides).toEqual([
    [selection(fciTemplate), `${tlv('77', options)}9000`, '6700'],
    [selection(contactlessTemplate), '6700', `${tlv('77', groupings['9105'])}9000`],
  ]);
  const only = PaymentTerminal.of({ side: 'contactless' });
  expect([only.select(), only.begin()]).toEqual([selection(fciTemplate), `${tlv('77', options)}9000`]);
});

test('processing options once a selection, counted, until the transaction counter is at its end', () => {
  const terminal = PaymentTerminal.of();
  const again = '80A800000683041122334400';
  expect([terminal.begin().slice(-4), terminal.send(again)]).toEqual(['9000', '6985']);
  terminal.select();
  expect([terminal.send(again).slice(-4), terminal.send('80CA9F3600')]).toEqual(['9000', '9F360200029000']);
  for (const [command, sw] of [
    ['80A80000028300', '6700'],
    ['80A8000002830000', '6700'],
    ['80A801000683041122334400', '6A86'],
    ['80A800000684041122334400', '6A80'],
    ['80A80000078304112233440000', '6A80'],
    ['00A800000683041122334400', '6E00'],
  ] as const) {
    terminal.select();
    expect([command, terminal.send(command)]).toEqual([command, sw]);
  }
  terminal.application.transactionCounter = 0xfffe;
  expect([terminal.begin().slice(-4), terminal.begin(), terminal.send('80CA9F3600')]).toEqual([
    '9000',
    '6985',
    '9F3602FFFF9000',
  ]);
});

test('GET DATA answers counters, log format and personalised objects, and nothing secret', () => {
  const terminal = PaymentTerminal.of();
  terminal.select();
  expect(
    ['9F36', '9F13', '9F17', '9F4F', 'DF01', '9F10', '8000', '8010', '0082'].map((tag) =>
      terminal.send(`80CA${tag}00`),
    ),
  ).toEqual([
    '9F360200009000',
    '9F130200009000',
    '9F1701039000',
    '9F4F049A039C019000',
    'DF0103AABBCC9000',
    '6A88',
    '6A88',
    '6A88',
    '6A88',
  ]);
  expect([terminal.send('00CA9F3600'), terminal.send('80CA9F36011100')]).toEqual(['6E00', '6700']);
});

test('the issuer chooses key index and discretionary data by a personalised 9F10', () => {
  const own = `0FA507${'00'.repeat(13)}0F${'AB'.repeat(15)}`;
  const terminal = PaymentTerminal.of({ groupings: { '9117': tlv('9F10', own) } });
  terminal.begin();
  expect(terminal.generate('40', valuesFor(cdol1))).toContain(
    `9F10200FA5079030000000${'00'.repeat(8)}0F${'AB'.repeat(15)}`,
  );
});

/** What may change although a command was refused: tries of the PIN and what failed. */
function steady(terminal: PaymentTerminal): unknown {
  const { payment, ...rest } = terminal.application;
  const { flags = [], pinTries = 3, ...counters } = payment ?? {};
  const kept = flags.filter((flag) => flag !== 'script-failed');
  return structuredClone({ rest, counters, pinTries, kept });
}

test('any bytes are answered by a status word, and a refused command changes nothing but tries and what failed', () => {
  const command = fc
    .tuple(
      fc.constantFrom('00', '80', '84', '8C', '04', '0C', '90', 'FF'),
      fc.constantFrom(
        'A4',
        'A8',
        'AE',
        'CA',
        'B2',
        '84',
        '88',
        '82',
        '20',
        '16',
        '18',
        '1E',
        '24',
        'DA',
        'DC',
        'E2',
        '50',
      ),
      fc.constantFrom('00', '01', '04', '40', '80', '90', '9F', 'FF'),
      fc.constantFrom('00', '02', '0C', '36', '80', '88', 'FF'),
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom('', '00', '08'),
    )
    .map(([cla, ins, p1, p2, data, le]) => {
      const body = Buffer.from(data).toString('hex');
      const length = data.length === 0 ? '' : data.length.toString(16).padStart(2, '0');
      return cla + ins + p1 + p2 + length + body + le;
    });
  const known = fc.constantFrom(
    `00A4040009${trainingCard.aid}00`,
    '80A800000683041122334400',
    `80AE8000${lengthByte(valuesFor(cdol1))}${valuesFor(cdol1)}00`,
    '0084000000',
    '0020008008241235FFFFFFFFFF',
  );
  const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  fc.assert(
    fc.property(fc.array(fc.oneof(command, known, any), { maxLength: 25 }), (commands) => {
      const terminal = PaymentTerminal.of();
      terminal.begin();
      for (const each of commands) {
        const before = steady(terminal);
        const answer = terminal.send(each);
        expect(answer).toMatch(/(9000|6[1-9A-F][0-9A-F]{2})$/);
        const sw = answer.slice(-4);
        if (answer.length === 4 && sw.startsWith('6') && !sw.startsWith('63C')) {
          expect(steady(terminal)).toEqual(before);
        }
      }
    }),
    { numRuns: 300 },
  );
});
