import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shownChip } from './chip-inspection.ts';
import { tlv } from './hand-written-issuer.ts';
import { cdol1, fciTemplate, options, PaymentTerminal, valuesFor } from './payment-card.ts';
import { checkSequence, commandSequences } from './payment-sequences.fixture.ts';
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

test('inspection shows tries, counters and flags, and no data', () => {
  const terminal = PaymentTerminal.of();
  terminal.begin();
  terminal.send('0020008008241235FFFFFFFFFF');
  terminal.generate('80', valuesFor(cdol1));
  expect(shownChip(terminal.chip.state)).toMatchObject({
    transactions: 1,
    selectionEnded: 'no',
    applications: [
      {
        payment: {
          pinTries: 2,
          pinTryLimit: 3,
          offlineTransactions: 0,
          lastOnlineCounter: 0,
          scriptCommands: 0,
          flags: ['last-online-not-completed'],
        },
      },
    ],
  });
  expect(JSON.stringify(shownChip(terminal.chip.state))).not.toContain('241234');
});

test('any bytes are answered by a status word, and a refused command changes nothing but tries and what failed', () => {
  fc.assert(fc.property(commandSequences, checkSequence), { numRuns: 300 });
});
